import { readDeployments, type Fleet } from "./fleet.ts";
import { delivery } from "./hooks.ts";
import type { Exchange, Load } from "./load.ts";
import type { Stage } from "./stage.ts";
import { readStates, stateOf } from "./verify.ts";
import { until } from "./wait.ts";

const SETTLE_WITHIN_MS = 180_000;

/** A delivery of the next push to the workload of a fleet that has rested longest. */
export function deliver(fleet: Fleet, onRepeat: () => void): Exchange {
  const workload = fleet.take();
  const before = workload.pushes.at(-1) ?? 0;
  const push = fleet.nextPush();
  workload.pushes.push(push);
  return {
    ...delivery(workload.name, before, push),
    onRepeat,
    done: () => {
      fleet.giveBack(workload);
    },
  };
}

/** Delivers one push to each workload of a fleet; gives deliveries per second. */
export async function sweep(load: Load, fleet: Fleet, onRepeat: () => void): Promise<number> {
  let left = fleet.workloads.length;
  return load.runWhile(
    () => left > 0,
    () => {
      left--;
      return deliver(fleet, onRepeat);
    },
  );
}

/**
 * Waits until the cluster's controllers have done what was asked of all these fleets, and the service has followed the
 * rollouts of its own to their ends and told them.
 */
export async function untilSettled({ cluster }: Stage, ours: Fleet, others: readonly Fleet[] = []): Promise<void> {
  await until("the rollouts did not end, or were not told", SETTLE_WITHIN_MS, async () => {
    for (const fleet of [ours, ...others])
      for (const { metadata, status } of (await readDeployments(cluster, fleet)).values())
        if (status.observedGeneration !== metadata.generation) return false;
    const states = await readStates(cluster);
    return ours.workloads.every((workload) => {
      const state = stateOf(states, workload);
      const pushes = Object.values(state?.containers ?? {}).flatMap((container) => container.pushes);
      const isWaiting = state?.notices.some((notice) => notice.state === "waiting") === true;
      return !isWaiting && pushes.every(({ phase }) => phase !== "accepted");
    });
  });
}
