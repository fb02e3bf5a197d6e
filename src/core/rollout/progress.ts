import { isApplied, isUnapplied, runsBefore } from "./plan.ts";
import type { RolledContainer } from "./rollouts.ts";
import { rolloutStatus, type RolloutFacts } from "./status.ts";
import type { Workload } from "./workload.ts";

/** What one look at a workload says of a rollout that is followed. */
export type Progress =
  /**
   * The containers run what they ran before: the change is still on its way, never came, or was undone. `mayCome`: they
   * were not changed often enough since for the last, and no newer push was accepted.
   */
  | { readonly kind: "before"; readonly mayCome: boolean; readonly replaced: readonly Replaced[] }
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

/** Judges a look at a workload for one rollout of it. */
export function progressOf(
  changes: readonly RolledContainer[],
  { workload, rollout }: { readonly workload: Workload; readonly rollout: RolloutFacts },
): Progress {
  const replaced = changes.flatMap((change) => replacedBy(change, markOf(changes), workload));
  if (replaced.length === 0) return rolloutStatus(rollout);
  const containers = changes.flatMap(({ container, push, isFollowed = false }) => {
    const now = workload.containers.find(({ name }) => name === container);
    return now === undefined ? [] : [{ push, now, isFollowed }];
  });
  const runBefore = containers.filter(({ push, now }) => runsBefore(push, now, workload));
  // One patch changes all of them or none.
  if (runBefore.length < changes.length) return { kind: "replaced", replaced };
  const mayCome = containers.every(({ push, now, isFollowed }) => !isFollowed && isUnapplied(push, now, workload));
  return { kind: "before", mayCome, replaced };
}

function replacedBy(
  { container, push, isFollowed = false }: RolledContainer,
  mark: string,
  workload: Workload,
): readonly Replaced[] {
  const now = workload.containers.find(({ name }) => name === container);
  if (now === undefined) return [{ container, image: "(the container is gone)" }];
  // The template has one mark, which may be that of another container.
  const isRedeployedSince = isFollowed && push.before === push.after && (workload.redeployedAt ?? "") > mark;
  return isApplied(push, now, workload) && !isRedeployedSince ? [] : [{ container, image: now.image }];
}

// The mark that the patch left in the template: the time of its newest redeploy.
const markOf = (changes: readonly RolledContainer[]): string =>
  changes
    .filter(({ push }) => push.before === push.after)
    .map(({ push }) => push.acceptedAt)
    .reduce((newest, at) => (at > newest ? at : newest), "");

// What Kubernetes takes for no deadline at all.
const NO_DEADLINE_SECONDS = 2_147_483_647;

/** How long a change is followed, in milliseconds; workloads that set no deadline of their own have the general one. */
export function followDeadlineMs(rollout: RolloutFacts, generalMs: number): number {
  if (rollout.kind !== "deployment" || rollout.progressDeadlineSeconds === NO_DEADLINE_SECONDS) return generalMs;
  return (rollout.progressDeadlineSeconds + 30) * 1000;
}
