import { deepStrictEqual } from "node:assert/strict";
import type { ControlPlane } from "../control-plane/control-plane.ts";
import { listObjects, type Fleet } from "./fleet.ts";
import { NAMESPACE } from "./names.ts";
import { pushesOf, readStates } from "./verify.ts";

/** Checks that the follower ran, or did not: a row with it means nothing without, nor one without it when it ran after all. */
export async function verifyFollower(cluster: ControlPlane, { workloads }: Fleet, followed: boolean): Promise<void> {
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
  deepStrictEqual(
    { ended, recorded },
    { ended: all, recorded: all },
    "rollouts that the follower ended, workloads with an Event",
  );
}
