import { clip } from "../clip.ts";
import { fail, ok, type Result } from "../result.ts";

/** The kinds of workload that are rolled forward; the names are kubectl's. */
export type WorkloadKind = "deployment" | "statefulset" | "daemonset" | "cronjob";

/** One workload of the cluster. */
export interface Target {
  readonly kind: WorkloadKind;
  readonly namespace: string;
  readonly name: string;
}

/** What the API calls a kind. */
export interface KindFacts {
  readonly apiVersion: string;
  readonly kind: string;
  readonly plural: string;
  /** How kubectl names it in what it prints, `deployment.apps`. */
  readonly qualified: string;
}

/** The API's facts of each kind. */
export const KINDS: Readonly<Record<WorkloadKind, KindFacts>> = {
  deployment: { apiVersion: "apps/v1", kind: "Deployment", plural: "deployments", qualified: "deployment.apps" },
  statefulset: { apiVersion: "apps/v1", kind: "StatefulSet", plural: "statefulsets", qualified: "statefulset.apps" },
  daemonset: { apiVersion: "apps/v1", kind: "DaemonSet", plural: "daemonsets", qualified: "daemonset.apps" },
  cronjob: { apiVersion: "batch/v1", kind: "CronJob", plural: "cronjobs", qualified: "cronjob.batch" },
};

// kubectl's names and short names, with and without the API group.
const NAMES: readonly (readonly [WorkloadKind, readonly string[]])[] = [
  ["deployment", ["deployment", "deployments", "deploy", "deployment.apps", "deployments.apps"]],
  ["statefulset", ["statefulset", "statefulsets", "sts", "statefulset.apps", "statefulsets.apps"]],
  ["daemonset", ["daemonset", "daemonsets", "ds", "daemonset.apps", "daemonsets.apps"]],
  ["cronjob", ["cronjob", "cronjobs", "cj", "cronjob.batch", "cronjobs.batch"]],
];
const REPLICASETS: readonly string[] = ["replicaset", "replicasets", "rs", "replicaset.apps", "replicasets.apps"];

const DNS_SUBDOMAIN = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/;
const DNS_LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** Stands in the place of a container's name for all that run the pushed repository. */
export const ALL_CONTAINERS = "*";

/** Tells a name that a container may have (RFC 1123 label) from one that it may not. */
export const isContainerName = (name: string): boolean => DNS_LABEL.test(name);

/** Reads the name of a namespace, in any case. */
export function parseNamespace(text: string): Result<string, string> {
  const namespace = text.toLowerCase();
  return DNS_LABEL.test(namespace) ? ok(namespace) : fail(`"${clip(text)}" is not a namespace`);
}

/** Reads the kind of a workload, in any case and with kubectl's aliases. */
export function parseKind(text: string): Result<WorkloadKind, string> {
  const type = text.toLowerCase();
  if (REPLICASETS.includes(type))
    return fail("a replicaset does not replace its pods when its image changes: name the deployment that owns it");
  const kind = NAMES.find(([, names]) => names.includes(type))?.[0];
  return kind === undefined
    ? fail(`"${clip(type)}" is not a workload type: use deployment, statefulset, daemonset or cronjob`)
    : ok(kind);
}

/** Reads a namespace and a `type/name`, in any case and with kubectl's aliases of the type. */
export function parseTarget(namespace: string, workload: string): Result<Target, string> {
  const space = parseNamespace(namespace);
  if (space.kind === "error") return space;
  const [type = "", name = "", ...rest] = workload.toLowerCase().split("/");
  if (name === "" || rest.length > 0) return fail(`"${clip(workload)}" is not type/name, such as deployment/website`);
  const kind = parseKind(type);
  if (kind.kind === "error") return kind;
  if (!DNS_SUBDOMAIN.test(name)) return fail(`"${clip(name)}" is not the name of a ${kind.value}`);
  return ok({ kind: kind.value, namespace: space.value, name });
}

/** The workload as kubectl's `type/name`. */
export const printTarget = (target: Target): string => `${target.kind}/${target.name}`;

/** Which containers a hook is for, in words. */
export const printContainer = (container: string): string =>
  container === ALL_CONTAINERS ? "every container that runs the pushed repository" : `container ${container}`;

/** One text for each workload of the cluster: `<kind>/<namespace>/<name>`. */
export const targetKey = (target: Target): string => `${target.kind}/${target.namespace}/${target.name}`;
