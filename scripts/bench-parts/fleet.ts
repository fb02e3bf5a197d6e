import type { ControlPlane } from "../control-plane/control-plane.ts";
import { createObject } from "./account.ts";
import { CONTAINER, imageOf, NAMESPACE } from "./names.ts";

/** A Deployment of one side, with the pushes that were made to it, oldest first; the first of all is none. */
export interface Workload {
  readonly name: string;
  readonly pushes: number[];
}

/** The Deployments of one side. Each is in the hands of one operation at a time: no two ever meet on one. */
export interface Fleet {
  readonly workloads: readonly Workload[];
  /** How many pushes of each were made before its Deployment was created, and stand in its state all the same. */
  readonly past: number;
  /** The one that has rested longest. */
  readonly take: () => Workload;
  readonly giveBack: (workload: Workload) => void;
  /** Numbers the next push. */
  readonly nextPush: () => number;
}

/** How the Deployments of a fleet are. */
export interface FleetOptions {
  /** Equally long for both sides, so that their objects are equally large. */
  readonly prefix: string;
  readonly size: number;
  /** A paused Deployment costs the controllers one status update a push, and no rollout. */
  readonly paused: boolean;
  /** How many pushes each Deployment has behind it when it is created; none where nothing is said. */
  readonly past?: number;
  /** None where nothing is said. */
  readonly replicas?: number;
}

const DEPLOYMENTS = `/apis/apps/v1/namespaces/${NAMESPACE}/deployments`;

/** Creates the Deployments of one side. */
export async function createFleet(cluster: ControlPlane, options: FleetOptions): Promise<Fleet> {
  const { prefix, size, past = 0 } = options;
  const workloads = Array.from({ length: size }, (_, index): Workload => {
    const pushes = Array.from({ length: past + 1 }, (_none, push) => push);
    return { name: `${prefix}-${String(index).padStart(5, "0")}`, pushes };
  });
  for (let at = 0; at < workloads.length; at += 16)
    await Promise.all(
      workloads.slice(at, at + 16).map(({ name }) => createObject(cluster, DEPLOYMENTS, manifestOf(name, options))),
    );
  const resting = [...workloads];
  let last = past;
  return {
    workloads,
    past,
    take: () => {
      const workload = resting.shift();
      if (workload === undefined) throw new Error("more operations are under way than there are workloads");
      return workload;
    },
    giveBack: (workload) => resting.push(workload),
    nextPush: () => ++last,
  };
}

function manifestOf(name: string, { prefix, paused, past = 0, replicas = 0 }: FleetOptions): object {
  const labels = { app: name };
  return {
    metadata: { name, labels: { ...labels, fleet: prefix }, annotations: { note: "for a bench" } },
    spec: {
      replicas,
      revisionHistoryLimit: 0,
      paused,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: CONTAINER, image: imageOf(past) }] } },
    },
  };
}

/** Pauses the Deployments of a fleet, or lets them go on. */
export async function setPaused(cluster: ControlPlane, { workloads }: Fleet, paused: boolean): Promise<void> {
  for (const { name } of workloads) {
    const { status } = await cluster.call("PATCH", `${DEPLOYMENTS}/${name}`, { spec: { paused } });
    if (status !== 200) throw new Error(`PATCH of the Deployment ${name} was answered ${String(status)}`);
  }
}

/** A Deployment as the API server has it. */
export interface StoredDeployment {
  readonly metadata: { readonly name: string; readonly generation: number };
  readonly spec: {
    readonly template: { readonly spec: { readonly containers: readonly { readonly image: string }[] } };
  };
  readonly status: { readonly observedGeneration?: number };
}

/** Reads a fleet's Deployments anew, by name. */
export async function readDeployments(
  cluster: ControlPlane,
  { workloads }: Fleet,
): Promise<ReadonlyMap<string, StoredDeployment>> {
  const fleet = workloads[0]?.name.replace(/-\d+$/, "") ?? "";
  const items = (await listObjects(cluster, `${DEPLOYMENTS}?labelSelector=fleet%3D${fleet}`)) as StoredDeployment[];
  return new Map(items.map((item) => [item.metadata.name, item]));
}

/** Reads a list of objects. */
export async function listObjects(cluster: ControlPlane, path: string): Promise<readonly unknown[]> {
  const { status, body } = await cluster.call("GET", path);
  if (status !== 200) throw new Error(`GET ${path} was answered ${String(status)}: ${JSON.stringify(body)}`);
  return (body as { items: readonly unknown[] }).items;
}
