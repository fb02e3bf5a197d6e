import { Command as Program } from "commander";
import { readRules } from "../core/admission/rules/read-rules.ts";
import { explainAdmission, printExplanation } from "../core/admission/rules/explain.ts";
import { readObjects } from "../core/admission/read-objects.ts";
import type { JsonObject } from "../core/admission/json-object.ts";
import type { AdmissionRules } from "../core/admission/rules/rule.ts";
import { printFinding } from "../core/hook/check.ts";
import { readRulesFiles } from "../files/admission-rules.ts";
import { readText } from "../files/read-text.ts";
import { reviewFor } from "../core/admission/review-for.ts";
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
  imagehook admission test new.yaml --old stored.yaml --operation UPDATE --user ada
  imagehook admission check rules.yaml

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
    .argument("<file...>", "objects in YAML or JSON")
    .option("--rules <path>", "a rules file, or a directory of them", RULES)
    .option("--operation <name>", "CREATE, UPDATE, DELETE or CONNECT", "CREATE")
    .option("--user <name>", "who would make the change", "kubernetes-admin")
    .option("--namespace <name>", "where the object names none", "default")
    .option("--old <file>", "the object as it is stored, for UPDATE", "")
    .option("--json", "print what was found as JSON", false)
    .addHelpText("after", HELP);
  program.action(() => {
    if (!["CREATE", "UPDATE", "DELETE", "CONNECT"].includes(program.opts<TestOptions>().operation))
      program.error("error: --operation is CREATE, UPDATE, DELETE or CONNECT");
  });
  const said = readWords(program, argv);
  return said ?? { kind: "admission", action: "test", files: program.args, ...program.opts<TestOptions>() };
}

/** Checks rules, or tries objects on them. */
export async function runAdmission(command: AdmissionCommand): Promise<Said> {
  return command.action === "check" ? runCheck(command.files) : runTest(command);
}

async function runCheck(paths: readonly string[]): Promise<Said> {
  const read = await rulesOf(paths);
  if (read.kind === "error") return { kind: "said", text: `${read.error}\n`, exitCode: 1 };
  const { images, defaults, fields } = read.value;
  const counted = `${String(images.length)} of images, ${String(defaults.length)} of defaults, ${String(fields.length)} of fields`;
  return { kind: "said", text: `the rules can be served: ${counted}\n`, exitCode: 0 };
}

async function runTest(command: AdmissionCommand & { readonly action: "test" }): Promise<Said> {
  const rules = await rulesOf([command.rules]);
  const requests = await requestsOf(command);
  if (rules.kind === "error") return { kind: "said", text: `${rules.error}\n`, exitCode: 2 };
  if (requests.kind === "error") return { kind: "said", text: `${requests.error}\n`, exitCode: 2 };
  const settings = { rules: rules.value, allowsCommands: false };
  const explained = requests.value.map((request) => explainAdmission(request, settings));
  const text = command.json ? `${JSON.stringify(explained, null, 2)}\n` : explained.map(printExplanation).join("\n");
  return { kind: "said", text, exitCode: explained.every(({ allowed }) => allowed) ? 0 : 1 };
}

async function rulesOf(paths: readonly string[]): Promise<Result<AdmissionRules, string>> {
  const read = await Promise.all(paths.map(readRulesFiles));
  const faults = read.flatMap((one) => (one.kind === "error" ? [one.error] : []));
  const rules: AdmissionRules[] = [];
  for (const { file, text } of read.flatMap((one) => (one.kind === "ok" ? one.value : []))) {
    const reading = text.kind === "error" ? null : readRules(file, text.value);
    if (reading === null) faults.push(text.kind === "error" ? text.error : "");
    else if (reading.kind === "error") faults.push(...reading.error.map(printFinding));
    else rules.push(reading.value);
  }
  if (faults.length > 0) return fail(faults.join("\n"));
  return ok({
    images: rules.flatMap(({ images }) => images),
    defaults: rules.flatMap(({ defaults }) => defaults),
    fields: rules.flatMap(({ fields }) => fields),
  });
}

async function requestsOf(
  command: AdmissionCommand & { readonly action: "test" },
): Promise<Result<readonly AdmissionRequest[], string>> {
  const objects = await objectsOf(command.files);
  const stored = await objectsOf(command.old === "" ? [] : [command.old]);
  if (objects.kind === "error") return objects;
  if (stored.kind === "error") return stored;
  const [old = {}] = stored.value;
  return ok(objects.value.map((object) => requestOf(object, old, command)));
}

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

function requestOf(object: JsonObject, old: JsonObject, { operation, user, namespace }: TestOptions): AdmissionRequest {
  const review = reviewFor(object);
  const userInfo = { username: user, uid: "", groups: ["system:authenticated"], extra: {} };
  const details = { userInfo, namespace: review.create().namespace || namespace };
  if (operation === "UPDATE") return review.update(old, details);
  if (operation === "DELETE") return review.delete(details);
  return operation === "CONNECT" ? review.connect(details) : review.create(details);
}
