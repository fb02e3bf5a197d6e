import { readFile } from "node:fs/promises";
import type { ControlPlane } from "../../scripts/control-plane/control-plane.ts";
import { parseState, pushesOf, stateObjectName, type PushRecord } from "../../src/core/rollout/state.ts";
import type { Target, WorkloadKind } from "../../src/core/rollout/target.ts";
import { waitFor } from "../support/cluster.ts";
import type { Installation, Live } from "./kit.ts";

/** The repository of these tests' pushes. */
export const APP = "registry.example.com/team/app";

/** A body of a builder that says when the image was pushed. */
export const timedBody = (tag: string, pushedAt: string, repository = APP): object => {
  const [host = "", namespace = "", name = ""] = repository.split("/");
  return { push_data: { tag, pushed_at: pushedAt }, repository: { repo_url: host, namespace, name } };
};

/** A time so many seconds before now, as a body says it. */
export const ago = (seconds: number): string => new Date(Date.now() - seconds * 1000).toISOString();

/** A workload as the API server has it; quicker than kubectl. */
export async function live(cluster: ControlPlane, { kind, namespace, name }: Target): Promise<Live> {
  const { status, body } = await cluster.call("GET", `/apis/apps/v1/namespaces/${namespace}/${kind}s/${name}`);
  if (status !== 200) throw new Error(`${kind} ${name}: ${JSON.stringify(body)}`);
  return body as Live;
}

/** The remembered pushes of a workload's container, oldest first. */
export async function recordedPushes(
  { cluster, namespace }: Pick<Installation, "cluster" | "namespace">,
  target: Target,
  container = "web",
): Promise<readonly PushRecord[]> {
  const path = `/api/v1/namespaces/${namespace}/configmaps/${stateObjectName(target)}`;
  const { status, body } = await cluster.call("GET", path);
  if (status === 404) return [];
  const state = parseState((body as Live).data?.["state.json"] ?? "");
  if (state.kind === "error") throw new Error(state.error);
  return pushesOf(state.value, container);
}

/** Waits until the remembered pushes of a container have come to these ends. */
export const phasesBecome = (
  installed: Pick<Installation, "cluster" | "namespace">,
  target: Target,
  expected: readonly string[],
  container = "web",
): Promise<unknown> =>
  waitFor(
    async () => (await recordedPushes(installed, target, container)).map(({ phase }) => phase),
    (phases) => phases.join() === expected.join(),
    { timeoutMs: 30_000, what: `${target.kind} ${target.name}: the phases ${expected.join()}` },
  );

/** How often the installation's account has done this to each workload, by `kind/name`; from the API server's audit log. */
export async function deedsOf(
  { cluster, namespace, web }: Installation,
  verb: "get" | "patch",
): Promise<ReadonlyMap<string, number>> {
  const account = `"system:serviceaccount:${namespace}:ih-imagehook"`;
  const counts = new Map<string, number>();
  for (const line of (await readFile(cluster.auditLog, "utf8")).split("\n")) {
    if (!line.includes(account) || !line.includes(`"verb":"${verb}"`)) continue;
    const { objectRef, responseStatus } = JSON.parse(line) as AuditLine;
    if (objectRef.namespace !== web || responseStatus?.code !== 200) continue;
    const key = `${objectRef.resource.replace(/s$/, "")}/${objectRef.name}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

interface AuditLine {
  readonly objectRef: { readonly resource: string; readonly namespace: string; readonly name: string };
  readonly responseStatus?: { readonly code: number };
}

/** A workload of a kind with the one container "web", whose pods are replaced one after the other. */
export function aWorkload({ kind, namespace, name }: Target, image: string): object {
  const kinds: Partial<Record<WorkloadKind, string>> = {
    deployment: "Deployment",
    statefulset: "StatefulSet",
    daemonset: "DaemonSet",
  };
  return {
    apiVersion: "apps/v1",
    kind: kinds[kind],
    metadata: { name, namespace },
    spec: {
      ...(kind !== "daemonset" && { replicas: 1 }),
      // A StatefulSet that takes its pods in order waits for a broken one for ever, whatever its template says.
      ...(kind === "statefulset" && { serviceName: name, podManagementPolicy: "Parallel" }),
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name }, annotations: { "example.com/owner": "shop" } },
        spec: { terminationGracePeriodSeconds: 0, containers: [{ name: "web", image }] },
      },
    },
  };
}
