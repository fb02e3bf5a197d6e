import { isApplied } from "./plan.ts";
import type { PushRecord } from "./state.ts";
import { rolloutStatus, type RolloutFacts } from "./status.ts";
import type { Workload } from "./workload.ts";

/** What one look at a workload says of a change that is followed. */
export type Progress =
  /** The look is older than the change: it says nothing. */
  | { readonly kind: "stale" }
  | { readonly kind: "progressing"; readonly message: string }
  | { readonly kind: "complete"; readonly message: string }
  | { readonly kind: "failed"; readonly message: string }
  /** The container runs something else now, or was redeployed again. */
  | { readonly kind: "replaced"; readonly image: string };

/** Judges a look at a workload for the change of one container. `generation` is that which the change brought about. */
export function progressOf(
  push: PushRecord,
  container: string,
  generation: number,
  { workload, rollout }: { readonly workload: Workload; readonly rollout: RolloutFacts },
): Progress {
  if (workload.generation < generation) return { kind: "stale" };
  const now = workload.containers.find(({ name }) => name === container);
  if (now === undefined) return { kind: "replaced", image: "(the container is gone)" };
  if (!isApplied(push, now, workload) || isRedeployedSince(push, workload))
    return { kind: "replaced", image: now.image };
  return rolloutStatus(rollout);
}

// What Kubernetes takes for no deadline at all.
const NO_DEADLINE_SECONDS = 2_147_483_647;

/** How long a change is followed, in milliseconds; workloads that set no deadline of their own have the general one. */
export function followDeadlineMs(rollout: RolloutFacts, generalMs: number): number {
  if (rollout.kind !== "deployment" || rollout.progressDeadlineSeconds === NO_DEADLINE_SECONDS) return generalMs;
  return (rollout.progressDeadlineSeconds + 30) * 1000;
}

const isRedeployedSince = (push: PushRecord, { redeployedAt }: Workload): boolean =>
  push.before === push.after && redeployedAt !== null && redeployedAt > push.acceptedAt;
