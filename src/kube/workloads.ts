import { ok, type Result } from "../core/result.ts";
import type { ClusterFailure } from "../core/rollout/cluster-failure.ts";
import { MAX_SELECTED, printLabels, type Selection } from "../core/rollout/selection.ts";
import { targetKey, type Target, type WorkloadKind } from "../core/rollout/target.ts";
import type { Workload } from "../core/rollout/workload.ts";
import type { Workloads } from "../flow/ports.ts";
import type { KubeClient } from "./client.ts";
import { listAt, textAt } from "./fields.ts";
import { toWorkload } from "./objects.ts";
import { collectionPath, corePath, workloadPath, workloadRight } from "./paths.ts";
import { toPodRow } from "./pods.ts";
import { createRecent } from "../flow/recent.ts";
import { watchWorkload } from "./watch.ts";

const REMEMBERED = 10_000;
const MAX_PODS = 60;

/** The cluster's workloads behind the port. What was last read or patched here is remembered. */
export function createWorkloads(client: KubeClient): Workloads {
  const recent = createRecent<Workload>(REMEMBERED);
  const remember = (target: Target, object: unknown): Workload => {
    const workload = toWorkload(target, object);
    recent.set(targetKey(target), workload);
    return workload;
  };
  const keep = (target: Target, result: Result<unknown, ClusterFailure>): Result<Workload, ClusterFailure> => {
    if (result.kind === "error") {
      recent.forget(targetKey(target));
      return result;
    }
    return ok(remember(target, result.value));
  };
  const read = async (target: Target, signal: AbortSignal, query: Readonly<Record<string, string>>) =>
    keep(
      target,
      await client.request({
        method: "GET",
        path: workloadPath(target),
        query,
        right: workloadRight("get", target),
        signal,
      }),
    );

  const listKind = async (selection: Selection, kind: WorkloadKind, signal: AbortSignal) => {
    const { namespace } = selection;
    const listed = await client.request({
      method: "GET",
      path: collectionPath({ kind, namespace }),
      query: { labelSelector: printLabels(selection), limit: String(MAX_SELECTED + 1) },
      right: workloadRight("list", { kind, namespace, name: "" }),
      signal,
    });
    if (listed.kind === "error") return listed;
    const items = listAt(listed.value, "items");
    return ok(items.map((item) => remember({ kind, namespace, name: textAt(item, "metadata.name") }, item)));
  };

  return {
    list: async (selection, signal) => {
      const lists = await Promise.all(selection.kinds.map((kind) => listKind(selection, kind, signal)));
      const failed = lists.find((list) => list.kind === "error");
      return failed ?? ok(lists.flatMap((list) => (list.kind === "ok" ? list.value : [])));
    },
    read: (target, signal) => read(target, signal, {}),
    recall: async (target, signal) => {
      const known = recent.get(targetKey(target));
      return known === undefined ? read(target, signal, { resourceVersion: "0" }) : ok(known);
    },
    patch: async (target, operations, signal) =>
      keep(
        target,
        await client.request({
          method: "PATCH",
          path: workloadPath(target),
          body: operations,
          contentType: "application/json-patch+json",
          right: workloadRight("patch", target),
          signal,
        }),
      ),
    watch: (target, signal) => watchWorkload(client, target, signal),
    pods: async (target, selector, signal) => {
      const listed = await client.request({
        method: "GET",
        path: corePath(target.namespace, "pods"),
        query: { labelSelector: selector, limit: String(MAX_PODS), resourceVersion: "0" },
        right: { verb: "list", resource: "pods", namespace: target.namespace, name: "" },
        signal,
      });
      return listed.kind === "error" ? listed : ok(listAt(listed.value, "items").map(toPodRow));
    },
  };
}
