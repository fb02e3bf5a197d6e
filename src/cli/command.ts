import { Command as Program, CommanderError } from "commander";

/** What the command line asks for. */
export type Command =
  | { readonly kind: "serve"; readonly kubeconfig: string; readonly context: string }
  | { readonly kind: "check"; readonly paths: readonly string[]; readonly template: boolean; readonly json: boolean }
  /** Help, or what is wrong with the command line. */
  | { readonly kind: "said"; readonly text: string; readonly exitCode: number };

const CHECK_EXAMPLES = `
Examples:
  imagehook check examples/hooks.json
  imagehook check --template --json /etc/webhook/source

Exit code: 0 when every hook would be served, 1 when one would not, 2 when the command line is wrong.`;

/** Reads the command line, without the program's own name. */
export function readCommand(argv: readonly string[]): Command {
  let command: Command = { kind: "serve", kubeconfig: "", context: "" };
  let text = "";
  const write = (more: string): void => {
    text += more;
  };
  const program = new Program("imagehook").exitOverride().configureOutput({ writeOut: write, writeErr: write });
  program.description("Rolls workloads forward when a registry says that an image was pushed.");
  program
    .command("serve", { isDefault: true })
    .description("serve the hooks (the default); its other settings are environment variables: docs/operations.md")
    .option("--kubeconfig <file>", "outside of a pod: reach the cluster by this kubeconfig", "")
    .option("--context <name>", "a context of the kubeconfig instead of its current one", "")
    .allowExcessArguments(false)
    .action((options: { kubeconfig: string; context: string }) => {
      command = { kind: "serve", ...options };
    });
  program
    .command("check")
    .description("say what is wrong with hooks files, without a cluster")
    .argument("<path...>", "hooks files, or directories of them")
    .option("--template", "expand Go templates first, as WEBHOOK_CMD=-template does", false)
    .option("--json", "print one JSON array instead of lines", false)
    .addHelpText("after", CHECK_EXAMPLES)
    .action((paths: string[], options: { template: boolean; json: boolean }) => {
      command = { kind: "check", paths, ...options };
    });
  try {
    program.parse([...argv], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return { kind: "said", text, exitCode: error.exitCode === 0 ? 0 : 2 };
  }
  return command;
}
