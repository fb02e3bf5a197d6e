import { Command as Program } from "commander";
import { describedRequest } from "../core/admission/described-request.ts";
import { explainAdmission, printExplanation } from "../core/admission/rules/explain.ts";
import { readObjects } from "../core/admission/read-objects.ts";
import type { JsonObject } from "../core/admission/json-object.ts";
import type { AdmissionRules } from "../core/admission/rules/rule.ts";
import { printFinding } from "../core/hook/check.ts";
import { readRulesFiles } from "../files/admission-rules.ts";
import { readText } from "../files/read-text.ts";
import { joinRules, readRulesText } from "../flow/admission/rules-text.ts";
import type { AdmissionRequest } from "../core/admission/request.ts";
import { fail, ok, type Result } from "../core/result.ts";
import { readWords, type Said } from "./read-words.ts";

interface TestOptions {
  readonly rules: string;
  readonly operation: string;
  readonly user: string;
  readonly namespace: string;
  readonly old: string;
  readonly json: boolean;
}

/** What `admission` is asked to do. */
export type AdmissionCommand =
  | (TestOptions & { readonly kind: "admission"; readonly action: "test"; readonly files: readonly string[] })
  | { readonly kind: "admission"; readonly action: "check"; readonly files: readonly string[] };

const RULES = "/etc/imagehook/admission";

const HELP = `
Examples:
  imagehook admission test deployment.yaml --rules rules.yaml
  imagehook admission test new.yaml --old stored.yaml --user ada
  imagehook admission check rules.yaml

A review is taken as it is, whatever the options say. COMMANDS_ENABLED=true: hooks may run commands.

Exit code of test: 0 when all objects would be allowed, 1 when one would be refused, 2 when something cannot be read.
Exit code of check: 0 when the rules can be served, 1 when they cannot.`;

/** Reads the command line of `admission`, without the command's name. */
export function readAdmissionWords(argv: readonly string[]): AdmissionCommand | Said {
  const [action = "", ...rest] = argv;
  if (action === "test") return readTestWords(rest);
  const program = new Program("imagehook admission")
    .description("check the rules of admission webhooks (check), and try objects on them (test)")
    .argument("<action>", "check or test")
    .argument("[file...]", "rules files and directories of them; for test, objects")
    .addHelpText("after", HELP);
  program.action(() => {
    if (action !== "check") program.error("error: say check or test");
    if (program.args.length < 2) program.error("error: name a rules file, or a directory of them");
  });
  return readWords(program, argv) ?? { kind: "admission", action: "check", files: rest };
}

function readTestWords(argv: readonly string[]): AdmissionCommand | Said {
  const program = new Program("imagehook admission test")
    .description("say what the webhooks would answer to objects, and why")
    .argument("<file...>", "objects, or AdmissionReviews of them, in YAML or JSON")
    .option("--rules <path>", "a rules file, or a directory of them", RULES)
    .option("--operation <name>", "CREATE, UPDATE, DELETE or CONNECT (default: CREATE, with --old UPDATE)", "")
    .option("--user <name>", "who would make the change", "kubernetes-admin")
    .option("--namespace <name>", "where the object names none", "default")
    .option("--old <file>", "the objects as they are stored", "")
    .option("--json", "print what was found as JSON", false)
    .addHelpText("after", HELP);
  program.action(() => {
    if (!["", "CREATE", "UPDATE", "DELETE", "CONNECT"].includes(program.opts<TestOptions>().operation))
      program.error("error: --operation is CREATE, UPDATE, DELETE or CONNECT");
  });
  const said = readWords(program, argv);
  return said ?? { kind: "admission", action: "test", files: program.args, ...program.opts<TestOptions>() };
}

/** Checks rules, or tries objects on them. */
export async function runAdmission(
  command: AdmissionCommand,
  getenv: (name: string) => string | undefined,
): Promise<Said> {
  if (command.action === "check") return runCheck(command.files);
  const settings = { allowsCommands: getenv("COMMANDS_ENABLED") === "true" };
  return runTest(command, settings);
}

async function runCheck(paths: readonly string[]): Promise<Said> {
  const rules = await rulesOf(paths);
  if (rules.kind === "error") return say(rules.error, 1);
  const { images, defaults, fields } = rules.value;
  const counted = `${String(images.length)} of images, ${String(defaults.length)} of defaults, ${String(fields.length)} of fields`;
  return say(`the rules can be served: ${counted}`, 0);
}

async function runTest(
  command: AdmissionCommand & { readonly action: "test" },
  { allowsCommands }: { readonly allowsCommands: boolean },
): Promise<Said> {
  const rules = await rulesOf([command.rules]);
  const requests = await requestsOf(command);
  if (rules.kind === "error" || requests.kind === "error") {
    const faults = [rules, requests].flatMap((one) => (one.kind === "error" ? [one.error] : []));
    return say(faults.join("\n"), 2);
  }
  const explained = requests.value.map((request) => explainAdmission(request, { rules: rules.value, allowsCommands }));
  const text = command.json ? JSON.stringify(explained, null, 2) : explained.map(printExplanation).join("\n").trimEnd();
  return say(text, explained.every(({ allowed }) => allowed) ? 0 : 1);
}

const say = (text: string, exitCode: number): Said => ({ kind: "said", text: `${text}\n`, exitCode });

async function rulesOf(paths: readonly string[]): Promise<Result<AdmissionRules, string>> {
  const files = await Promise.all(paths.map(readRulesFiles));
  const read = files.flat().map(readRulesText);
  const faults = read.flatMap((one) => (one.kind === "error" ? one.error : []));
  if (faults.length > 0) return fail(faults.map(printFinding).join("\n"));
  return ok(joinRules(read.flatMap((one) => (one.kind === "ok" ? [one.value] : []))));
}

async function requestsOf(command: TestOptions & { readonly files: readonly string[] }): Promise<Requests> {
  const objects = await objectsOf(command.files);
  const stored = await objectsOf(command.old === "" ? [] : [command.old]);
  if (objects.kind === "error") return objects;
  if (stored.kind === "error") return stored;
  const requests: AdmissionRequest[] = [];
  for (const object of objects.value) {
    const request = describedRequest(object, { ...command, stored: stored.value });
    if (request.kind === "error") return request;
    requests.push(request.value);
  }
  return ok(requests);
}

type Requests = Result<readonly AdmissionRequest[], string>;

async function objectsOf(files: readonly string[]): Promise<Result<readonly JsonObject[], string>> {
  const objects: JsonObject[] = [];
  for (const file of files) {
    const text = await readText(file);
    const read = text.kind === "ok" ? readObjects(file, text.value) : text;
    if (read.kind === "error") return read;
    objects.push(...read.value);
  }
  return ok(objects);
}
