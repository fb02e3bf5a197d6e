import { Command as Program } from "commander";
import { checkHooks, printFinding } from "../core/hook/check.ts";
import { readHooksPaths, type TemplateEnvironment } from "../files/hooks-file.ts";
import { parseWords, type Said } from "./parse.ts";

/** What `check` is asked to do. */
export interface CheckCommand {
  readonly kind: "check";
  readonly paths: readonly string[];
  readonly template: boolean;
  readonly json: boolean;
  /** Checks as if commands were switched on. */
  readonly commands: boolean;
}

const HELP = `
Examples:
  imagehook check examples/hooks.json
  imagehook check --template --json /etc/webhook/source

Exit code: 0 when every hook would be served, 1 when one would not, 2 when the command line is wrong.`;

/** Reads the command line of `check`, without the command's name. */
export function readCheck(argv: readonly string[]): CheckCommand | Said {
  const program = new Program("imagehook check")
    .description("say what is wrong with hooks files, without a cluster")
    .argument("<path...>", "hooks files, or directories of them")
    .option("--template", "expand Go templates first, as imagehook -template does", false)
    .option("--commands", "check as if commands were switched on (COMMANDS_ENABLED=true)", false)
    .option("--json", "print one JSON array instead of lines", false)
    .addHelpText("after", HELP);
  const said = parseWords(program, argv);
  return said ?? { kind: "check", paths: program.args, ...program.opts<Omit<CheckCommand, "kind" | "paths">>() };
}

/** Checks the hooks files, and says what was found. */
export async function runCheck(
  { paths, template, json, commands }: CheckCommand,
  getenv: NonNullable<TemplateEnvironment>,
): Promise<Said> {
  const files = await readHooksPaths(paths, template ? getenv : null);
  const { findings, served } = checkHooks(files, { allowsCommands: commands || getenv("COMMANDS_ENABLED") === "true" });
  const errors = findings.filter(({ severity }) => severity === "error").length;
  const summary = `${String(served)} hooks would be served; ${String(errors)} errors, ${String(findings.length - errors)} warnings`;
  const text = json ? JSON.stringify(findings, null, 2) : [...findings.map(printFinding), summary].join("\n");
  return { kind: "said", text: `${text}\n`, exitCode: errors === 0 ? 0 : 1 };
}
