import { Command as Program } from "commander";
import { checkHooks, printFinding, servedHooks, type Finding } from "../core/hook/check.ts";
import type { Hook } from "../core/hook/hook.ts";
import { ok, type Result } from "../core/result.ts";
import { readHooksPaths, type TemplateEnvironment } from "../files/hooks-file.ts";
import type { Obstacle } from "../flow/find-obstacles.ts";
import { readWords, type Said } from "./read-words.ts";

/** What `check` is asked to do. */
export interface CheckCommand {
  readonly kind: "check";
  readonly paths: readonly string[];
  readonly template: boolean;
  readonly json: boolean;
  /** Checks as if commands were switched on. */
  readonly commands: boolean;
  /** Asks the cluster too, reached as the service reaches it, or by this kubeconfig. */
  readonly cluster: boolean;
  readonly kubeconfig: string;
  readonly context: string;
}

const HELP = `
Examples:
  imagehook check examples/hooks.json
  imagehook check --template --json /etc/webhook/source
  imagehook check --cluster --kubeconfig ~/.kube/config hooks.yaml

Exit code: 0 when every hook would be served, 1 when one would not, 2 when the command line is wrong.`;

/** Reads the command line of `check`, without the command's name. */
export function readCheck(argv: readonly string[]): CheckCommand | Said {
  const program = new Program("imagehook check")
    .description("say what is wrong with hooks files, without a cluster")
    .argument("<path...>", "hooks files, or directories of them")
    .option("--template", "expand Go templates first, as imagehook -template does", false)
    .option("--commands", "check as if commands were switched on (COMMANDS_ENABLED=true)", false)
    .option("--cluster", "ask the cluster too: workload, container, repository and rights of each hook", false)
    .option("--kubeconfig <file>", "with --cluster, outside of a pod: a kubeconfig file", "")
    .option("--context <name>", "with --cluster: a context of the kubeconfig instead of its current one", "")
    .option("--json", "print one JSON array instead of lines", false)
    .addHelpText("after", HELP);
  const said = readWords(program, argv);
  return said ?? { kind: "check", paths: program.args, ...program.opts<Omit<CheckCommand, "kind" | "paths">>() };
}

/** What `check` is given beside its words. */
export interface CheckSurroundings {
  readonly getenv: NonNullable<TemplateEnvironment>;
  /** What stands in the way of hooks in the cluster, or why it cannot be asked. */
  readonly askCluster: (hooks: readonly Hook[]) => Promise<Result<readonly Obstacle[], string>>;
}

/** Checks the hooks files, and says what was found. */
export async function runCheck(
  { paths, template, json, commands, cluster }: CheckCommand,
  { getenv, askCluster }: CheckSurroundings,
): Promise<Said> {
  const files = await readHooksPaths(paths, template ? getenv : null);
  const options = { allowsCommands: commands || getenv("COMMANDS_ENABLED") === "true" };
  const { findings, served } = checkHooks(files, options);
  const asked = cluster ? await askCluster([...servedHooks(files, options).values()]) : ok([]);
  if (asked.kind === "error")
    return { kind: "said", text: `the cluster cannot be asked: ${asked.error}\n`, exitCode: 2 };
  const all = [...findings, ...asked.value.map(toFinding)];
  const errors = all.filter(({ severity }) => severity === "error").length;
  const summary = `${String(served)} hooks would be served; ${String(errors)} errors, ${String(all.length - errors)} warnings`;
  const text = json ? JSON.stringify(all, null, 2) : [...all.map(printFinding), summary].join("\n");
  return { kind: "said", text: `${text}\n`, exitCode: errors === 0 ? 0 : 1 };
}

const toFinding = ({ hook, severity, message }: Obstacle): Finding => ({
  severity,
  file: hook.file,
  ...hook.at,
  hook: hook.id,
  message,
});
