import type { ControlPlane } from "../control-plane/control-plane.ts";

/** Open watches of parts of one namespace, which no controller has: they watch the whole cluster. */
export interface Watches {
  readonly states: number;
  readonly workloads: number;
}

const WATCH = /^apiserver_longrunning_requests\{(.*)\} (\d+)$/gm;

/** Counts them at the API server. */
export async function countWatches(cluster: ControlPlane): Promise<Watches> {
  const { status, body } = await cluster.call("GET", "/metrics");
  if (status !== 200) throw new Error(`GET /metrics was answered ${String(status)}`);
  const watches = [...String(body).matchAll(WATCH)].filter(
    ([, labels = ""]) => labels.includes('verb="WATCH"') && !labels.includes('scope="cluster"'),
  );
  const count = (resource: string): number =>
    watches.reduce((total, [, labels = "", value]) => total + (labels.includes(resource) ? Number(value) : 0), 0);
  return { states: count('resource="configmaps"'), workloads: count('resource="deployments"') };
}
