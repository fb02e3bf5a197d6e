import type { MissingRight } from "../core/rollout/cluster-failure.ts";
import { KINDS, type Target } from "../core/rollout/target.ts";

/** The API's path of all workloads of a target's kind in its namespace. */
export function collectionPath({ kind, namespace }: Pick<Target, "kind" | "namespace">): string {
  const { apiVersion, plural } = KINDS[kind];
  return `/apis/${apiVersion}/namespaces/${encodeURIComponent(namespace)}/${plural}`;
}

/** The API's path of a workload. */
export const workloadPath = (target: Target): string => `${collectionPath(target)}/${encodeURIComponent(target.name)}`;

/** The API's path of a core resource of a namespace, such as its pods. */
export const corePath = (namespace: string, resource: string, name = ""): string =>
  `/api/v1/namespaces/${encodeURIComponent(namespace)}/${resource}${name === "" ? "" : `/${encodeURIComponent(name)}`}`;

/** The right that a request on a workload needs, or on all of its kind where the name is empty. */
export function workloadRight(verb: string, { kind, namespace, name }: Target): MissingRight {
  const { plural, apiVersion } = KINDS[kind];
  return { verb, resource: `${plural}.${apiVersion.split("/")[0] ?? ""}`, namespace, name };
}
