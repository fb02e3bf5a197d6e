import { describeFailure, isFinal } from "../rollout/cluster-failure.ts";
import type { PushOutcome, SingleOutcome } from "./outcome.ts";
import { mapOutcomes } from "./several.ts";

/**
 * What a sender is told that sends every push of a whole registry. A status other than 2xx would make it send the same
 * again and hold up all others, so a refusal that stays one is answered with 202, and a push that is another
 * workload's is ignored.
 */
export const soften = (outcome: PushOutcome): PushOutcome => mapOutcomes(outcome, softenOne);

function softenOne(outcome: SingleOutcome): SingleOutcome {
  if (outcome.kind === "foreign-repository") return { kind: "ignored", reason: outcome.reason };
  const reason = lastingReason(outcome);
  return reason === null ? outcome : { kind: "refused", reason };
}

function lastingReason(outcome: SingleOutcome): string | null {
  if (outcome.kind === "bad-request") return `${outcome.field}: ${outcome.reason}`;
  if (outcome.kind === "cluster") return isFinal(outcome.failure) ? describeFailure(outcome.failure) : null;
  return isLasting(outcome) ? outcome.reason : null;
}

type LastingOutcome = PushOutcome & { readonly kind: "not-allowed" | "not-served" | "unfit" };

const isLasting = (outcome: PushOutcome): outcome is LastingOutcome =>
  outcome.kind === "not-allowed" || outcome.kind === "not-served" || outcome.kind === "unfit";
