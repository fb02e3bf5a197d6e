import { NO_RULES, readRules } from "../../core/admission/rules/read-rules.ts";
import type { AdmissionRules } from "../../core/admission/rules/rule.ts";
import { printFinding, type Finding } from "../../core/hook/check.ts";
import type { Result } from "../../core/result.ts";
import type { Log } from "../ports.ts";

/** A rules file as it was found; the error says why it cannot be read. */
export interface RulesText {
  readonly file: string;
  readonly text: Result<string, string>;
}

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
  let served = new Map<string, AdmissionRules>();
  let joined = NO_RULES;
  let known: ReadonlySet<string> = new Set();
  const adopt: RulesStore["adopt"] = (files) => {
    const readings = files.map(({ file, text }) => ({ file, reading: read(file, text) }));
    const faults = new Set<string>();
    const next = new Map<string, AdmissionRules>();
    for (const { file, reading } of readings) {
      const rules = reading.kind === "ok" ? reading.value : served.get(file);
      if (rules !== undefined) next.set(file, rules);
      if (reading.kind === "error") for (const fault of reading.error) faults.add(fault);
    }
    for (const fault of faults)
      if (!known.has(fault)) log.error({ fault }, "rules file has a fault; its last good rules are served on");
    known = faults;
    served = next;
    joined = join([...served.values()]);
    const { images, defaults, fields } = joined;
    log.info({ images: images.length, defaults: defaults.length, fields: fields.length }, "admission rules are served");
  };
  return { rules: () => joined, isSound: () => known.size === 0, adopt };
}

function read(file: string, text: Result<string, string>): Result<AdmissionRules, readonly string[]> {
  if (text.kind === "error") return { kind: "error", error: [text.error] };
  const rules = readRules(file, text.value);
  return rules.kind === "ok" ? rules : { kind: "error", error: rules.error.map((one: Finding) => printFinding(one)) };
}

const join = (all: readonly AdmissionRules[]): AdmissionRules => ({
  images: all.flatMap(({ images }) => images),
  defaults: all.flatMap(({ defaults }) => defaults),
  fields: all.flatMap(({ fields }) => fields),
});
