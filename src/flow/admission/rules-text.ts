import { readRules } from "../../core/admission/rules/read-rules.ts";
import type { AdmissionRules } from "../../core/admission/rules/rule.ts";
import type { Finding } from "../../core/hook/check.ts";
import { fail, type Result } from "../../core/result.ts";

/** A rules file as it was found; the error says why it cannot be read. */
export interface RulesText {
  readonly file: string;
  readonly text: Result<string, string>;
}

/** Reads a rules file as it was found. */
export function readRulesText({ file, text }: RulesText): Result<AdmissionRules, readonly Finding[]> {
  if (text.kind === "ok") return readRules(file, text.value);
  return fail([{ severity: "error", file, line: 1, column: 1, hook: "", message: text.error }]);
}

/** Puts the rules of several files together, in the order of the files. */
export function joinRules(files: Iterable<AdmissionRules>): AdmissionRules {
  const all = [...files];
  return {
    images: all.flatMap(({ images }) => images),
    defaults: all.flatMap(({ defaults }) => defaults),
    fields: all.flatMap(({ fields }) => fields),
  };
}
