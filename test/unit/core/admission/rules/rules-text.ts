import assert from "node:assert/strict";
import { readRules } from "../../../../../src/core/admission/rules/read-rules.ts";
import type { AdmissionRules } from "../../../../../src/core/admission/rules/rule.ts";
import { printFinding } from "../../../../../src/core/hook/check.ts";

/** The rules of a text that has nothing wrong in it. */
export function rulesOf(text: string): AdmissionRules {
  const rules = readRules("rules.yaml", text);
  assert.ok(rules.kind === "ok", JSON.stringify(rules));
  return rules.value;
}

/** What is found in a text, as it is printed, without the file's name. */
export function findingsIn(text: string): readonly string[] {
  const rules = readRules("rules.yaml", text);
  return rules.kind === "ok" ? [] : rules.error.map((one) => printFinding(one).replace("rules.yaml:", ""));
}

/** What is found in a rule whose second line is given: as `line:column message`. */
export const findingsOfRule = (kind: keyof AdmissionRules, head: string, line: string): readonly string[] =>
  findingsIn(`{${kind}: [{${head},\n${line}\n}]}`).map((found) => found.replace(/: error: (?:rule: )?/, " "));
