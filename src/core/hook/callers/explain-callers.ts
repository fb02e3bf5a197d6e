import type { Step } from "../explain.ts";
import { describeEntry, type CallerEntry } from "./caller-entry.ts";
import type { Trial } from "./try-callers.ts";

/** Explains how the entries came out, in the order of the file; empty for a hook that has none. */
export function explainCallers(entries: readonly CallerEntry[], trials: readonly Trial[]): readonly Step[] {
  if (entries.length === 0) return [];
  const verdictOf = (trial: Trial | undefined): Step["verdict"] =>
    trial === undefined ? "not looked at" : trial.fault === null ? "holds" : "does not hold";
  const steps = entries.map((entry, index): Step => {
    const trial = trials[index];
    return {
      depth: 1,
      what: describeEntry(entry),
      verdict: verdictOf(trial),
      came: null,
      problem: trial?.fault ?? null,
    };
  });
  return [
    { depth: 0, what: "callers: one of these", verdict: verdictOf(trials.at(-1)), came: null, problem: null },
    ...steps,
  ];
}
