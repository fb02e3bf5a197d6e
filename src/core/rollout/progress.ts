import { newestOf, type Change } from "./change.ts";
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
  /** These containers run something else now, or were redeployed again. */
  | { readonly kind: "replaced"; readonly replaced: readonly Replaced[] };

/** A container that has another image than a change gave it. */
export interface Replaced {
  readonly container: string;
  readonly image: string;
}

/** Judges a look at a workload for a change of it. `generation` is that which the change brought about. */
export function progressOf(
  changes: readonly Change[],
  generation: number,
  { workload, rollout }: { readonly workload: Workload; readonly rollout: RolloutFacts },
): Progress {
  if (workload.generation < generation) return { kind: "stale" };
  const markedAt = newestOf(changes.filter(({ redeploys }) => redeploys));
  const replaced = changes.flatMap((change) => replacedBy(change, markedAt, workload));
  return replaced.length > 0 ? { kind: "replaced", replaced } : rolloutStatus(rollout);
}

function replacedBy({ container: { name }, push }: Change, markedAt: string, workload: Workload): readonly Replaced[] {
  const now = workload.containers.find((container) => container.name === name);
  if (now === undefined) return [{ container: name, image: "(the container is gone)" }];
  const isKept = isApplied(push, now, workload) && !isRedeployedSince(push, markedAt, workload);
  return isKept ? [] : [{ container: name, image: now.image }];
}

// What Kubernetes takes for no deadline at all.
const NO_DEADLINE_SECONDS = 2_147_483_647;

/** How long a change is followed, in milliseconds; workloads that set no deadline of their own have the general one. */
export function followDeadlineMs(rollout: RolloutFacts, generalMs: number): number {
  if (rollout.kind !== "deployment" || rollout.progressDeadlineSeconds === NO_DEADLINE_SECONDS) return generalMs;
  return (rollout.progressDeadlineSeconds + 30) * 1000;
}

// The mark of a patch is the time of its newest redeploy.
const isRedeployedSince = (push: PushRecord, markedAt: string, { redeployedAt }: Workload): boolean =>
  push.before === push.after && redeployedAt !== null && redeployedAt > markedAt;
