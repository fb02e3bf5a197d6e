import { isFinal } from "../rollout/cluster-failure.ts";
import type { PushOutcome, UpgradeOutcome } from "./outcome.ts";

/**
 * Turns what would have become of a push into the outcome of its dry run; a cluster or a registry that did not answer
 * leaves none, and a handshake is no push.
 */
export const asDryRun = (would: PushOutcome): UpgradeOutcome => (isOpen(would) ? would : { kind: "dry-run", would });

const isOpen = (would: PushOutcome): boolean =>
  would.kind === "handshake" || would.kind === "registry-away" || (would.kind === "cluster" && !isFinal(would.failure));
