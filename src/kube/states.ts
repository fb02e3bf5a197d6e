import { fail, ok, type Result } from "../core/result.ts";
import type { ClusterFailure } from "../core/rollout/cluster-failure.ts";
import { emptyState, parseState, printState, stateObjectName } from "../core/rollout/state.ts";
import { targetKey, type Target } from "../core/rollout/target.ts";
import type { StoredState, States } from "../flow/ports.ts";
import type { KubeClient } from "./client.ts";
import type { PodIdentity } from "./credentials.ts";
import { textAt, valueAt } from "./fields.ts";
import { corePath } from "./paths.ts";
import { createRecent } from "../flow/recent.ts";

const REMEMBERED = 10_000;
/** The key of a state object that holds the state. */
export const KEY = "state.json";
/** The label by which all state objects are found. */
export const LABELS = { "imagehook.dev/state": "rollout", "app.kubernetes.io/managed-by": "imagehook" };

/**
 * The state objects behind the port: one ConfigMap a workload in the namespace given, owned by the service account,
 * so that uninstalling collects them. What was last stored here is remembered; the resource version guards it.
 */
export function createStates(client: KubeClient, namespace: string, owner: PodIdentity["serviceAccount"]): States {
  const recent = createRecent<StoredState>(REMEMBERED);
  const right = (verb: string, name: string) => ({ verb, resource: "configmaps", namespace, name });

  const load = async (target: Target, signal: AbortSignal): Promise<Result<StoredState, ClusterFailure>> => {
    const name = stateObjectName(target);
    const found = await client.request({
      method: "GET",
      path: corePath(namespace, "configmaps", name),
      right: right("get", name),
      signal,
    });
    if (found.kind === "ok") return remember(target, toStored(found.value, name));
    return found.error.kind === "not-found" ? ok({ state: emptyState(target), version: "" }) : found;
  };
  const remember = (
    target: Target,
    stored: Result<StoredState, ClusterFailure>,
  ): Result<StoredState, ClusterFailure> => {
    if (stored.kind === "ok") recent.set(targetKey(target), stored.value);
    else recent.forget(targetKey(target));
    return stored;
  };
  const save = async (
    target: Target,
    next: StoredState,
    signal: AbortSignal,
  ): Promise<Result<StoredState, ClusterFailure>> => {
    const name = stateObjectName(target);
    const isNew = next.version === "";
    const saved = await client.request({
      method: isNew ? "POST" : "PUT",
      path: corePath(namespace, "configmaps", isNew ? "" : name),
      body: toObject(name, next, owner),
      right: right(isNew ? "create" : "update", isNew ? "" : name),
      signal,
    });
    if (saved.kind === "error") {
      recent.forget(targetKey(target));
      return saved.error.kind === "not-found" ? fail({ ...saved.error, kind: "conflict" }) : saved;
    }
    const version = textAt(saved.value, "metadata.resourceVersion");
    return remember(target, ok({ state: next.state, version }));
  };
  const recall: States["recall"] = async (target, signal) => {
    const known = recent.get(targetKey(target));
    return known === undefined ? load(target, signal) : ok(known);
  };
  return { load, recall, save };
}

function toStored(object: unknown, name: string): Result<StoredState, ClusterFailure> {
  // The key has a dot in it, so it is no path.
  const data = valueAt(object, "data") as Readonly<Record<string, string>> | undefined;
  const state = parseState(data?.[KEY] ?? "");
  if (state.kind === "ok") return ok({ state: state.value, version: textAt(object, "metadata.resourceVersion") });
  const namespace = textAt(object, "metadata.namespace");
  const message = `the state object ${name} in namespace "${namespace}" cannot be read (${state.error}): delete it to start anew`;
  return fail({ kind: "unreadable", message });
}

function toObject(name: string, { state, version }: StoredState, owner: PodIdentity["serviceAccount"]): unknown {
  const owners = owner && [{ apiVersion: "v1", kind: "ServiceAccount", name: owner.name, uid: owner.uid }];
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: {
      name,
      labels: LABELS,
      ...(version !== "" && { resourceVersion: version }),
      ...(owners !== null && { ownerReferences: owners }),
    },
    data: { [KEY]: printState(state) },
  };
}
