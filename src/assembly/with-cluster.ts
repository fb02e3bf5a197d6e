import type { Hook } from "../core/hook/hook.ts";
import { fail, ok, type Result } from "../core/result.ts";
import type { ClusterFailure } from "../core/rollout/cluster-failure.ts";
import type { Report, ReportQuery } from "../core/rollout/report.ts";
import { findObstacles, type Obstacle } from "../flow/find-obstacles.ts";
import type { Clock } from "../flow/ports.ts";
import { NO_LOG } from "../flow/rehearse.ts";
import { releaseHeld, type Released, type ReleaseOrder } from "../flow/release-held.ts";
import { createRolloutReports } from "../flow/report-rollouts.ts";
import { openCluster, type Cluster, type ClusterSource } from "../kube/cluster.ts";

/** Where a command finds the cluster and the state objects. */
export interface ClusterPlace {
  readonly cluster: ClusterSource;
  readonly stateNamespace: string;
}

/** One piece of work of a command on the cluster. */
export type ClusterWork<T> = (cluster: Cluster, signal: AbortSignal) => Promise<T>;

/** Finds what stands in the way of hooks. */
export const obstaclesOf =
  (hooks: readonly Hook[]): ClusterWork<readonly Obstacle[]> =>
  (cluster, signal) =>
    findObstacles(hooks, cluster, signal);

/** Says what is going on. */
export const reporting =
  (query: ReportQuery): ClusterWork<Result<Report, ClusterFailure>> =>
  ({ archive }, signal) =>
    createRolloutReports(archive).list(query, signal);

/** Lets go what is held back. */
export const releasing =
  (order: ReleaseOrder): ClusterWork<Result<readonly Released[], ClusterFailure>> =>
  ({ archive }, signal) =>
    releaseHeld(archive, order, signal);

const ANSWERS_WITHIN_MS = 60_000;

/** Opens the cluster for one piece of work of a command; the error says why it cannot be asked. */
export async function withCluster<T>(
  { cluster: source, stateNamespace }: ClusterPlace,
  clock: Clock,
  work: ClusterWork<T>,
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
