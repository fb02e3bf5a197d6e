import { describeFailure } from "../rollout/cluster-failure.ts";
import type { UpgradeOutcome } from "./outcome.ts";

/**
 * What a sender is told that sends every push of a whole registry. A status other than 2xx would make it send the same
 * again and hold up all others, so a refusal that stays one is answered with 202, and a push that is another
 * workload's is ignored.
 */
export function soften(outcome: UpgradeOutcome): UpgradeOutcome {
  switch (outcome.kind) {
    case "foreign-repository":
      return { kind: "ignored", reason: outcome.reason };
    case "bad-request":
      return { kind: "refused", reason: `${outcome.field}: ${outcome.reason}` };
    case "not-allowed":
    case "not-served":
      return { kind: "refused", reason: outcome.reason };
    case "cluster":
      return isPermanent(outcome.failure.kind)
        ? { kind: "refused", reason: describeFailure(outcome.failure) }
        : outcome;
    case "method-not-allowed":
    case "not-received":
    case "mismatch":
    case "too-many-failures":
    case "ignored":
    case "refused":
    case "skipped":
    case "changed":
      return outcome;
  }
}

const isPermanent = (failure: (UpgradeOutcome & { kind: "cluster" })["failure"]["kind"]): boolean =>
  failure === "not-found" || failure === "forbidden" || failure === "refused";
