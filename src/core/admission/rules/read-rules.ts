import { readTypedDocument } from "../../hook/document.ts";
import { openMap, type FieldReader, type Issue } from "../../hook/fields.ts";
import type { Finding } from "../../hook/check.ts";
import { fail, ok, type Result } from "../../result.ts";
import { readDefaultRule } from "./read-default-rule.ts";
import { readFieldRule } from "./read-field-rule.ts";
import { readImageRule } from "./read-image-rule.ts";
import { readFrame, type RuleFrame } from "./read-match.ts";
import type { AdmissionRules } from "./rule.ts";

/** No rules at all. */
export const NO_RULES: AdmissionRules = { images: [], defaults: [], fields: [] };

const KINDS = ["images", "defaults", "fields"] as const;
const MAX_RULES = 1_000;

/**
 * Reads the rules of one file; with one error in it none of them counts. What is found has the file's name and the place, as
 * `imagehook check` prints it.
 */
export function readRules(file: string, text: string): Result<AdmissionRules, readonly Finding[]> {
  const document = readTypedDocument(text);
  if (document.kind === "error") return fail([finding(file, { severity: "error", ...document.error }, "")]);
  if (document.value === null) return ok(NO_RULES);
  const issues: Issue[] = [];
  const findings: Finding[] = [];
  const top = openMap(document.value, "a rules file", issues);
  top?.expectOnly(KINDS, "error");
  const read = <T>(key: (typeof KINDS)[number], one: (reader: FieldReader, frame: RuleFrame) => T): readonly T[] =>
    readKind(file, top?.maps(key) ?? [], { key, one, findings });
  const rules: AdmissionRules = {
    images: read("images", readImageRule),
    defaults: read("defaults", readDefaultRule),
    fields: read("fields", readFieldRule),
  };
  findings.unshift(...issues.map((issue) => finding(file, issue, "")));
  return findings.length === 0 ? ok(rules) : fail(findings);
}

interface Kind<T> {
  readonly key: string;
  readonly one: (reader: FieldReader, frame: RuleFrame) => T;
  readonly findings: Finding[];
}

function readKind<T>(file: string, readers: readonly FieldReader[], { key, one, findings }: Kind<T>): readonly T[] {
  const names = new Set<string>();
  const [first] = readers;
  if (readers.length > MAX_RULES && first !== undefined) {
    const message = `${key}: more than ${String(MAX_RULES)} rules`;
    findings.push(finding(file, { severity: "error", at: first.at, message }, ""));
    return [];
  }
  return readers.map((reader) => {
    const issues: Issue[] = [];
    const own = reader.collecting(issues);
    const frame = readFrame(file, own);
    const rule = one(own, frame);
    if (names.has(frame.name)) own.error("name", `${frame.name}: another rule of ${key} has this name`);
    names.add(frame.name);
    findings.push(...issues.map((issue) => finding(file, issue, frame.name)));
    return rule;
  });
}

const finding = (file: string, { severity, at, message }: Issue, rule: string): Finding => ({
  severity,
  file,
  ...at,
  hook: rule,
  message,
});
