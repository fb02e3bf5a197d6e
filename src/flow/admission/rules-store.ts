import { NO_RULES } from "../../core/admission/rules/read-rules.ts";
import type { AdmissionRules } from "../../core/admission/rules/rule.ts";
import type { Finding } from "../../core/hook/check.ts";
import type { Log } from "../ports.ts";
import { joinRules, readRulesText, type RulesText } from "./rules-text.ts";

/** The rules that are served. */
export interface RulesStore {
  readonly rules: () => AdmissionRules;
  /** False while a file is served as it was before, or not at all, for a fault in it. */
  readonly isSound: () => boolean;
  /** Takes all files as they are now; one that is not among them is gone, one with a fault is served as it was. */
  readonly adopt: (files: readonly RulesText[]) => void;
}

/** Makes an empty store. Each fault is logged when it appears, and not again while it stays. */
export function createRulesStore(log: Log): RulesStore {
  let served: ReadonlyMap<string, AdmissionRules> = new Map();
  let joined = NO_RULES;
  let known: ReadonlySet<string> = new Set();
  const adopt: RulesStore["adopt"] = (files) => {
    const next = new Map<string, AdmissionRules>();
    const faults = new Map<string, Finding>();
    for (const found of files) {
      const read = readRulesText(found);
      const rules = read.kind === "ok" ? read.value : served.get(found.file);
      if (rules !== undefined) next.set(found.file, rules);
      if (read.kind === "error") for (const fault of read.error) faults.set(JSON.stringify(fault), fault);
    }
    for (const [text, fault] of faults) if (!known.has(text)) report(fault, next.has(fault.file), log);
    known = new Set(faults.keys());
    served = next;
    joined = joinRules(served.values());
    const { images, defaults, fields } = joined;
    log.info({ images: images.length, defaults: defaults.length, fields: fields.length }, "admission rules are served");
  };
  return { rules: () => joined, isSound: () => known.size === 0, adopt };
}

function report({ file, line, column, hook: rule, message: reason }: Finding, isKept: boolean, log: Log): void {
  const facts = { file, line, column, ...(rule !== "" && { rule }), reason };
  if (isKept) log.error(facts, "rules file has a fault; its last good rules are served on");
  else log.error(facts, "rules file has a fault; none of its rules is served");
}
