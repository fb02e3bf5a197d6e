import { fail, ok, type Result } from "./core/result.ts";
import type { Clock } from "./flow/ports.ts";
import { NO_LOG } from "./flow/rehearse.ts";
import { openCluster, type Cluster, type ClusterSource } from "./kube/cluster.ts";

/** Where a command finds the cluster and the state objects. */
export interface ClusterPlace {
  readonly cluster: ClusterSource;
  readonly stateNamespace: string;
}

const ANSWERS_WITHIN_MS = 60_000;

/** Opens the cluster for one piece of work of a command; the error says why it cannot be asked. */
export async function withCluster<T>(
  { cluster: source, stateNamespace }: ClusterPlace,
  clock: Clock,
  work: (cluster: Cluster, signal: AbortSignal) => Promise<T>,
): Promise<Result<T, string>> {
  if (source.kind === "none")
    return fail("none is configured: in a pod it is its own, elsewhere use --kubeconfig or KUBECONFIG");
  try {
    const cluster = await openCluster(source, stateNamespace, { clock, log: NO_LOG });
    const done = await work(cluster, AbortSignal.timeout(ANSWERS_WITHIN_MS));
    await cluster.close();
    return ok(done);
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
}
