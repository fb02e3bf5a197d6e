import { readFile } from "node:fs/promises";
import { Command as Program } from "commander";
import { tokenFilesOf } from "../core/hook/caller.ts";
import { checkHooks, printFinding, servedHooks, type Finding } from "../core/hook/check.ts";
import { readHooksPaths, type TemplateEnvironment } from "../files/hooks-file.ts";
import { createTokenFiles } from "../files/tokens.ts";
import type { Clock } from "../flow/ports.ts";
import { NO_LOG, rehearse } from "../flow/rehearse.ts";
import { collect, readWords, type Said } from "./read-words.ts";
import { describedDelivery, type DescribedRequest, type ReadForm } from "./test-delivery.ts";
import { printReport, reportOf } from "./test-report.ts";

/** What `test` is asked to do. */
export interface TestCommand extends DescribedRequest {
  readonly kind: "test";
  readonly path: string;
  /** The file that holds the request's body; empty for none. */
  readonly body: string;
  readonly template: boolean;
  readonly commands: boolean;
  readonly json: boolean;
}

const HELP = `
Nothing is run and no cluster is asked. Token files of callers and rule are read from this machine; one that is not here
satisfies nobody. Values of secrets are not shown.

Examples:
  imagehook test examples/hooks.json --hook website --body push.json --query 'token=…'
  imagehook test hooks.yaml --hook deploy --commands --header 'X-Hub-Signature-256: sha256=…' --body push.json

Exit code: 0 when the hook would act, 1 when it would not, 2 when the command line is wrong.`;

/** Reads the command line of `test`, without the command's name. */
export function readTest(argv: readonly string[]): TestCommand | Said {
  const program = new Program("imagehook test")
    .description("say what a request would set off, and why, without a cluster")
    .argument("<path>", "hooks file, or directory of them")
    .requiredOption("--hook <id>", "the hook that the request is for")
    .option("--method <name>", "the request's method", "POST")
    .option("--query <text>", "its query, as 'a=b&c=d'", "")
    .option("--header <line>", "a header, as 'Name: value'; may be given several times", collect, [])
    .option("--content-type <type>", "its content type; without it and such a header: application/json", "")
    .option("--body <file>", "a file that holds its body", "")
    .option("--remote-address <address>", "the client's address", "127.0.0.1")
    .option("--template", "expand Go templates first, as imagehook -template does", false)
    .option("--commands", "test as if commands were switched on (COMMANDS_ENABLED=true)", false)
    .option("--json", "print one JSON object instead of a tree", false)
    .allowExcessArguments(false)
    .addHelpText("after", HELP);
  const said = readWords(program, argv);
  return said ?? { kind: "test", path: program.args[0] ?? "", ...program.opts<Omit<TestCommand, "kind" | "path">>() };
}

/** What `test` is given beside its words. */
export interface TestSurroundings {
  readonly getenv: NonNullable<TemplateEnvironment>;
  readonly readForm: ReadForm;
  readonly clock: Clock;
}

const MAX_BODY_BYTES = 1024 * 1024;

/** Says what a request would set off. */
export async function runTest(command: TestCommand, { getenv, readForm, clock }: TestSurroundings): Promise<Said> {
  const body = command.body === "" ? Buffer.alloc(0) : await readFile(command.body).catch(() => null);
  if (body === null) return say(2, `${command.body}: the body cannot be read`);
  const delivery = describedDelivery(command, body, readForm);
  if (delivery.kind === "error") return say(2, delivery.error);
  const files = await readHooksPaths([command.path], command.template ? getenv : null);
  const options = { allowsCommands: command.commands || getenv("COMMANDS_ENABLED") === "true" };
  const hooks = servedHooks(files, options);
  const hook = hooks.get(command.hook);
  if (hook === undefined) return notServed(command, checkHooks(files, options).findings, [...hooks.keys()]);
  const { tokensOf, track } = createTokenFiles(NO_LOG);
  await track(tokenFilesOf(hook));
  const rehearsal = await rehearse(delivery.value, {
    find: (id) => hooks.get(id),
    proofs: { tokensOf, clock },
    maxBodyBytes: MAX_BODY_BYTES,
  });
  const report = reportOf(hook, rehearsal, tokensOf);
  const text = command.json ? `${JSON.stringify(report, null, 2)}\n` : printReport(report);
  return { kind: "said", text, exitCode: report.fires ? 0 : 1 };
}

function notServed({ hook, path, json }: TestCommand, findings: readonly Finding[], ids: readonly string[]): Said {
  const why = findings.filter((finding) => finding.severity === "error" && ["", hook].includes(finding.hook));
  const reason =
    why.length > 0
      ? `hook ${hook} is not served`
      : `there is no hook ${hook} in ${path}: it has ${ids.length === 0 ? "none" : ids.join(", ")}`;
  if (json)
    return say(1, JSON.stringify({ hook, fires: false, callers: [], rule: [], reason, findings: why }, null, 2));
  return say(1, `✗ ${reason}`, ...why.map((finding) => `  ${printFinding(finding)}`));
}

const say = (exitCode: number, ...lines: readonly string[]): Said => ({
  kind: "said",
  text: lines.map((line) => `${line}\n`).join(""),
  exitCode,
});
