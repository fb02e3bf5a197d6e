import type { PushOutcome, SingleOutcome, WorkloadOutcome } from "./outcome.ts";

/**
 * What became of a push that was for several workloads. One that does not run its repository is passed over, unless none
 * does.
 */
export function several(workloads: readonly WorkloadOutcome[]): PushOutcome {
  const outcome: PushOutcome = { kind: "several", workloads };
  const isForeignToAll = workloads.every((one) => one.outcome.kind === "foreign-repository");
  return isForeignToAll ? outcome : mapOutcomes(outcome, passOver);
}

const PASSED_OVER = "it runs another repository than the pushed one";

const passOver = (outcome: SingleOutcome): SingleOutcome =>
  outcome.kind === "foreign-repository" ? { kind: "ignored", reason: PASSED_OVER } : outcome;

/** Puts something else in the place of what became of each workload. */
export const mapOutcomes = (outcome: PushOutcome, change: (one: SingleOutcome) => SingleOutcome): PushOutcome =>
  outcome.kind === "several"
    ? { ...outcome, workloads: outcome.workloads.map((one) => ({ ...one, outcome: change(one.outcome) })) }
    : change(outcome);
