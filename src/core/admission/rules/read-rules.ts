import { clip } from "../../clip.ts";
import type { Finding } from "../../hook/check.ts";
import { readTypedDocuments } from "../../hook/document.ts";
import type { Position } from "../../hook/field.ts";
import { openMap, type FieldReader, type Issue } from "../../hook/fields.ts";
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
  const documents = readTypedDocuments(text);
  if (documents.kind === "error") return fail([toFinding(file, { severity: "error", ...documents.error })]);
  const [document, second] = documents.value;
  if (document === undefined) return ok(NO_RULES);
  const findings: Finding[] = [];
  const issues: Issue[] = second === undefined ? [] : [secondDocument(second.at)];
  const top = openMap(document, "a rules file", issues);
  top?.expectOnly(KINDS, "error");
  const read = <T>(key: (typeof KINDS)[number], one: (reader: FieldReader, frame: RuleFrame) => T): readonly T[] =>
    readKind(file, top?.maps(key) ?? [], { key, one, findings });
  const rules: AdmissionRules = {
    images: read("images", readImageRule),
    defaults: read("defaults", readDefaultRule),
    fields: read("fields", readFieldRule),
  };
  findings.push(...issues.map((issue) => toFinding(file, issue)));
  return findings.length === 0 ? ok(rules) : fail(findings.sort((a, b) => a.line - b.line || a.column - b.column));
}

const secondDocument = (at: Position): Issue => ({
  severity: "error",
  at,
  message: "a second document: put all rules of a file under one images:, defaults: and fields:, without ---",
});

interface Kind<T> {
  readonly key: string;
  readonly one: (reader: FieldReader, frame: RuleFrame) => T;
  readonly findings: Finding[];
}

function readKind<T>(file: string, readers: readonly FieldReader[], { key, one, findings }: Kind<T>): readonly T[] {
  const names = new Set<string>();
  const tooMany = readers[MAX_RULES];
  if (tooMany !== undefined) {
    const message = `${key}: more than ${String(MAX_RULES)} rules: put some into another file`;
    findings.push(toFinding(file, { severity: "error", at: tooMany.at, message }));
  }
  return readers.slice(0, MAX_RULES).map((reader) => {
    const issues: Issue[] = [];
    const own = reader.collecting(issues);
    const frame = readFrame(file, own);
    const rule = one(own, frame);
    if (frame.name !== "" && names.has(frame.name))
      own.error("name", `another rule of ${key} has this name: give each its own, refusals tell it`);
    names.add(frame.name);
    findings.push(...issues.map((issue) => toFinding(file, issue, frame.name)));
    return rule;
  });
}

const toFinding = (file: string, { severity, at, message }: Issue, rule = ""): Finding => ({
  severity,
  file,
  ...at,
  hook: clip(rule),
  message,
});
