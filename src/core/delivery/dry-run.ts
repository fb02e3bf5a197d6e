import { isFinal } from "../rollout/cluster-failure.ts";
import type { PushOutcome, SingleOutcome, UpgradeOutcome } from "./outcome.ts";

/**
 * Turns what would have become of a push into the outcome of its dry run; a cluster or a registry that did not answer,
 * if only of one workload of several, leaves none, and a handshake is no push.
 */
export function asDryRun(would: PushOutcome): UpgradeOutcome {
  const outcomes = would.kind === "several" ? would.workloads.map(({ outcome }) => outcome) : [would];
  return outcomes.find(isOpen) ?? { kind: "dry-run", would };
}

const isOpen = (would: SingleOutcome): boolean =>
  would.kind === "handshake" || would.kind === "registry-away" || (would.kind === "cluster" && !isFinal(would.failure));
