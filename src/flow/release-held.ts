import { ok, type Result } from "../core/result.ts";
import type { ClusterFailure } from "../core/rollout/cluster-failure.ts";
import { release, type ReleasedPush, type ReleaseRequest } from "../core/rollout/release.ts";
import { stateObjectName, targetOf } from "../core/rollout/state.ts";
import type { Target } from "../core/rollout/target.ts";
import type { StateArchive } from "./ports.ts";

/** What shall be let go, of which workloads; of all where none is named. */
export interface ReleaseOrder extends Omit<ReleaseRequest, "isNamed"> {
  readonly targets: readonly Target[];
}

/** What was let go, and of which workload. */
export interface Released extends ReleasedPush {
  readonly target: Target;
}

// The leader writes at the same time.
const TRIES = 5;

/** Lets pushes go that are held back. What was let go before a failure stays so. */
export async function releaseHeld(
  archive: StateArchive,
  order: ReleaseOrder,
  signal: AbortSignal,
): Promise<Result<readonly Released[], ClusterFailure>> {
  const objects = await objectsOf(archive, order, signal);
  if (objects.kind === "error") return objects;
  const all: Released[] = [];
  for (const object of objects.value) {
    const released = await releaseOne(archive, { object, order }, signal);
    if (released.kind === "error") return released;
    all.push(...released.value);
  }
  return ok(all);
}

async function objectsOf(
  archive: StateArchive,
  order: ReleaseOrder,
  signal: AbortSignal,
): Promise<Result<readonly string[], ClusterFailure>> {
  if (order.targets.length > 0) return ok(order.targets.map(stateObjectName));
  const objects: string[] = [];
  for await (const page of archive.pages(signal)) {
    if (page.kind === "error") return page;
    const concerned = page.value.states.filter(
      (state) => release(state, { ...order, isNamed: false }).released.length > 0,
    );
    objects.push(...concerned.map((state) => stateObjectName(targetOf(state))));
  }
  return ok(objects);
}

async function releaseOne(
  archive: StateArchive,
  { object, order }: { readonly object: string; readonly order: ReleaseOrder },
  signal: AbortSignal,
): Promise<Result<readonly Released[], ClusterFailure>> {
  for (let tries = 1; ; tries += 1) {
    let released: readonly Released[] = [];
    const changed = await archive.change(
      object,
      (state) => {
        const next = release(state, { ...order, isNamed: order.targets.length > 0 });
        released = next.released.map((push) => ({ ...push, target: targetOf(state) }));
        return next.state;
      },
      signal,
    );
    if (changed.kind === "ok") return ok(released);
    if (changed.error.kind !== "conflict" || tries === TRIES) return changed;
  }
}
