import { deepStrictEqual } from "node:assert/strict";
import { parseState, stateObjectName, type PushRecord, type RolloutState } from "../../src/core/rollout/state.ts";
import type { ControlPlane } from "../control-plane/control-plane.ts";
import { listObjects, readDeployments, type Fleet, type StoredDeployment, type Workload } from "./fleet.ts";
import { CONTAINER, imageOf, NAMESPACE } from "./names.ts";
import { rememberedOf } from "./push-bytes.ts";

const STATES = `/api/v1/namespaces/${NAMESPACE}/configmaps?labelSelector=app.kubernetes.io%2Fmanaged-by%3Dimagehook`;

interface StateObject {
  readonly metadata: { readonly name: string; readonly resourceVersion: string; readonly ownerReferences: unknown };
  readonly data: Readonly<Record<string, string>>;
}

type StateObjects = ReadonlyMap<string, StateObject>;

/** Reads all state objects anew, by name. */
export async function readStates(cluster: ControlPlane): Promise<StateObjects> {
  const items = (await listObjects(cluster, STATES)) as readonly StateObject[];
  return new Map(items.map((item) => [item.metadata.name, item]));
}

/** The remembered pushes of a workload, oldest first. */
export const pushesOf = (states: StateObjects, workload: Workload): readonly PushRecord[] =>
  stateOf(states, workload)?.containers[CONTAINER]?.pushes ?? [];

/** What is known of a workload. */
export function stateOf(states: StateObjects, { name }: Workload): RolloutState | undefined {
  const object = states.get(stateObjectName({ kind: "deployment", namespace: NAMESPACE, name }));
  const state = parseState(object?.data["state.json"] ?? "");
  return state.kind === "ok" ? state.value : undefined;
}

/** How many pushes of a workload are open. */
export type OpenOf = (workload: Workload) => number;

/** None is: each was followed to its end. */
export const NONE_OPEN: OpenOf = () => 0;

/**
 * Checks by the API server's own objects that every push that was counted was carried out once and in order: each
 * made one generation of its Deployment, and the state object remembers the latest ones. Gives how many there were.
 */
export async function verifyFleet(cluster: ControlPlane, fleet: Fleet, openOf: OpenOf): Promise<number> {
  const deployments = await readDeployments(cluster, fleet);
  const states = await readStates(cluster);
  for (const workload of fleet.workloads) {
    verifyDeployment(deployments.get(workload.name), workload, fleet);
    const remembered = rememberedOf(openOf(workload));
    const expected = workload.pushes.slice(1).map(imageOf).slice(-remembered);
    const recorded = pushesOf(states, workload).map(({ after }) => after);
    deepStrictEqual(recorded, expected, `the state object of ${workload.name} does not hold what was pushed`);
  }
  return fleet.workloads.reduce((sum, { pushes }) => sum + pushes.length - 1 - fleet.past, 0);
}

function verifyDeployment(stored: StoredDeployment | undefined, { name, pushes }: Workload, { past }: Fleet): void {
  const seen = { generation: stored?.metadata.generation, image: stored?.spec.template.spec.containers[0]?.image };
  const expected = { generation: pushes.length - past, image: imageOf(pushes.at(-1) ?? 0) };
  deepStrictEqual(seen, expected, `Deployment ${name} is not what was pushed to it`);
}

/** Checks that the baseline stores what the service does: same keys and owner, and as many bytes. Gives how many. */
export async function verifySameStates(cluster: ControlPlane, ours: Fleet, theirs: Fleet): Promise<number> {
  const states = await readStates(cluster);
  const shapeOf = ({ name }: Workload): { readonly bytes: number; readonly owners: unknown } => {
    const object = states.get(stateObjectName({ kind: "deployment", namespace: NAMESPACE, name }));
    return { bytes: object?.data["state.json"]?.length ?? 0, owners: object?.metadata.ownerReferences };
  };
  // As many pushes, as large an object.
  for (const one of ours.workloads) {
    const other = theirs.workloads.find(({ pushes }) => pushes.length === one.pushes.length);
    if (other === undefined) continue;
    const shape = shapeOf(one);
    deepStrictEqual(shapeOf(other), shape, "the baseline's state objects are not what the service stores");
    return shape.bytes;
  }
  throw new Error("no workload of the service had as many pushes as one of the baseline");
}
