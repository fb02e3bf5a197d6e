import { deepStrictEqual, ok } from "node:assert/strict";
import type { ControlPlane } from "../control-plane/control-plane.ts";
import { listObjects, type Fleet } from "./fleet.ts";
import { NAMESPACE } from "./names.ts";
import { pushesOf, readStates } from "./verify.ts";

/**
 * Checks that the follower ran, or did not: a row with it means nothing without, nor one without it when it ran after all.
 * A delivery that was repeated may have made its change before, and so have no Event of it.
 */
export async function verifyFollower(
  cluster: ControlPlane,
  { workloads }: Fleet,
  { followed, repeated }: { readonly followed: boolean; readonly repeated: number },
): Promise<void> {
  const states = await readStates(cluster);
  const ended = workloads.filter((workload) => pushesOf(states, workload).at(-1)?.phase === "complete").length;
  const names = new Set(workloads.map(({ name }) => name));
  const events = (await listObjects(cluster, `/api/v1/namespaces/${NAMESPACE}/events`)) as readonly {
    readonly involvedObject: { readonly name: string };
    readonly reason: string;
  }[];
  const recorded = new Set(
    events.flatMap(({ involvedObject, reason }) =>
      reason === "ImageUpdated" && names.has(involvedObject.name) ? [involvedObject.name] : [],
    ),
  ).size;
  const all = followed ? workloads.length : 0;
  deepStrictEqual(ended, all, "not as many rollouts were ended by the follower");
  const enough = recorded <= all && recorded >= all - repeated;
  ok(enough, `${String(recorded)} workloads have an Event, not ${String(all)}; ${String(repeated)} were repeated`);
}
