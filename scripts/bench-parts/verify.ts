import { deepStrictEqual } from "node:assert/strict";
import { parseState, stateObjectName, type PushRecord, type RolloutState } from "../../src/core/rollout/state.ts";
import type { ControlPlane } from "../control-plane/control-plane.ts";
import { listObjects, readDeployments, type Fleet, type StoredDeployment, type Workload } from "./fleet.ts";
import { CONTAINER, imageOf, NAMESPACE } from "./names.ts";

const STATES = `/api/v1/namespaces/${NAMESPACE}/configmaps?labelSelector=imagehook.dev%2Fstate%3Drollout`;

interface StateObject {
  readonly metadata: { readonly name: string; readonly labels: unknown; readonly ownerReferences: unknown };
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

function stateOf(states: StateObjects, { name }: Workload): RolloutState | undefined {
  const object = states.get(stateObjectName({ kind: "deployment", namespace: NAMESPACE, name }));
  const state = parseState(object?.data["state.json"] ?? "");
  return state.kind === "ok" ? state.value : undefined;
}

/**
 * Checks by the API server's own objects that every push that was counted was carried out once and in order: each
 * made one generation of its Deployment, and the state object remembers the latest ten. Gives how many there were.
 */
export async function verifyFleet(cluster: ControlPlane, fleet: Fleet): Promise<number> {
  const deployments = await readDeployments(cluster, fleet);
  const states = await readStates(cluster);
  for (const workload of fleet.workloads) {
    verifyDeployment(deployments.get(workload.name), workload);
    const expected = workload.pushes.slice(1).map(imageOf).slice(-10);
    const recorded = pushesOf(states, workload).map(({ after }) => after);
    deepStrictEqual(recorded, expected, `the state object of ${workload.name} does not hold what was pushed`);
  }
  return fleet.workloads.reduce((sum, { pushes }) => sum + pushes.length - 1, 0);
}

function verifyDeployment(stored: StoredDeployment | undefined, { name, pushes }: Workload): void {
  const seen = { generation: stored?.metadata.generation, image: stored?.spec.template.spec.containers[0]?.image };
  const expected = { generation: pushes.length, image: imageOf(pushes.at(-1) ?? 0) };
  deepStrictEqual(seen, expected, `Deployment ${name} is not what was pushed to it`);
}

/** Checks that the baseline stores what the service does: same keys, labels and owner, and as many bytes. */
export async function verifySameStates(cluster: ControlPlane, ours: Fleet, theirs: Fleet): Promise<number> {
  const states = await readStates(cluster);
  const shapeOf = ({ name }: Workload): object => {
    const object = states.get(stateObjectName({ kind: "deployment", namespace: NAMESPACE, name }));
    const data = Object.entries(object?.data ?? {}).map(([key, value]) => [key, value.length]);
    return { data, labels: object?.metadata.labels, owners: object?.metadata.ownerReferences };
  };
  // Where ten pushes are remembered, no object grows any more.
  const full = ({ workloads }: Fleet): Workload | undefined => workloads.find(({ pushes }) => pushes.length > 10);
  const [one, other] = [full(ours), full(theirs)];
  if (one === undefined || other === undefined) return 0;
  deepStrictEqual(shapeOf(other), shapeOf(one), "the baseline's state objects are not what the service stores");
  return (
    states.get(stateObjectName({ kind: "deployment", namespace: NAMESPACE, name: one.name }))?.data["state.json"]
      ?.length ?? 0
  );
}
