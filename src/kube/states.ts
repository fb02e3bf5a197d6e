import { fail, ok, type Result } from "../core/result.ts";
import type { ClusterFailure } from "../core/rollout/cluster-failure.ts";
import { emptyState, printState, stateObjectName, targetOf } from "../core/rollout/state.ts";
import type { Target } from "../core/rollout/target.ts";
import type { StateSighting, StoredState, States } from "../flow/ports.ts";
import type { KubeClient } from "./client.ts";
import type { PodIdentity } from "./credentials.ts";
import { textAt } from "./fields.ts";
import { listAndWatch, type Collection } from "./list-watch.ts";
import { corePath } from "./paths.ts";
import { createStateMemory, type StateMemory } from "./state-memory.ts";
import { identityOf, readStateObject, STATE_SELECTOR, toStateObject } from "./state-object.ts";

/**
 * The state objects behind the port: one ConfigMap a workload in the namespace given. What was last stored or seen here
 * is remembered; the resource version guards it.
 */
export function createStates(client: KubeClient, namespace: string, owner: PodIdentity["serviceAccount"]): States {
  const memory = createStateMemory();
  const right = (verb: string, name: string) => ({ verb, resource: "configmaps", namespace, name });
  const collection: Collection = {
    path: corePath(namespace, "configmaps"),
    selector: { labelSelector: STATE_SELECTOR },
    rightTo: (verb) => right(verb, ""),
  };

  const load = async (target: Target, signal: AbortSignal): Promise<Result<StoredState, ClusterFailure>> => {
    const name = stateObjectName(target);
    const found = await client.request({
      method: "GET",
      path: corePath(namespace, "configmaps", name),
      right: right("get", name),
      signal,
    });
    if (found.kind === "error") {
      if (found.error.kind !== "not-found") return found;
      memory.forget(name);
      return ok({ state: emptyState(target), version: "" });
    }
    const read = readStateObject(found.value);
    if (read.kind === "error") {
      memory.forget(name);
      const message = `the state object ${name} in namespace "${namespace}" cannot be read (${read.error}): delete it to start anew`;
      return fail({ kind: "unreadable", message });
    }
    const { stored, text } = read.value;
    memory.see(name, { text, version: stored.version });
    return ok(stored);
  };
  const save = async (
    target: Target,
    next: StoredState,
    signal: AbortSignal,
  ): Promise<Result<StoredState, ClusterFailure>> => {
    const name = stateObjectName(target);
    const isNew = next.version === "";
    const text = printState(next.state);
    const saved = await client.request({
      method: isNew ? "POST" : "PUT",
      path: corePath(namespace, "configmaps", isNew ? "" : name),
      body: toStateObject(name, { text, version: next.version }, owner),
      right: right(isNew ? "create" : "update", isNew ? "" : name),
      signal,
    });
    if (saved.kind === "error") {
      memory.forget(name);
      return saved.error.kind === "not-found" ? fail({ ...saved.error, kind: "conflict" }) : saved;
    }
    const version = textAt(saved.value, "metadata.resourceVersion");
    memory.see(name, { text, version });
    return ok({ state: next.state, version });
  };
  const recall: States["recall"] = async (target, signal) => {
    const known = memory.recall(stateObjectName(target));
    return known === null ? load(target, signal) : ok(known);
  };
  return { load, recall, save, watch: (signal) => watchStates({ client, collection, memory }, signal) };
}

interface WatchedStates {
  readonly client: KubeClient;
  readonly collection: Collection;
  readonly memory: StateMemory;
}

async function* watchStates(
  { client, collection, memory }: WatchedStates,
  signal: AbortSignal,
): AsyncGenerator<StateSighting> {
  const targets = new Map<string, Target>();
  for await (const sighting of listAndWatch(client, collection, signal)) {
    switch (sighting.kind) {
      case "seen":
        yield toSighting(sighting.object, targets, memory);
        break;
      case "gone": {
        const { name, version } = sighting;
        memory.forget(name, version);
        const target = targets.get(name) ?? null;
        targets.delete(name);
        yield { kind: "gone", target, object: name };
        break;
      }
      case "complete":
      case "failure":
        yield sighting;
    }
  }
}

function toSighting(object: unknown, targets: Map<string, Target>, memory: StateMemory): StateSighting {
  const identity = identityOf(object);
  const read = readStateObject(object);
  if (read.kind === "error") {
    memory.forget(identity.name, textAt(object, "metadata.resourceVersion"));
    return { kind: "unreadable", object: identity, reason: read.error };
  }
  const { stored, text } = read.value;
  const target = targetOf(stored.state);
  targets.set(identity.name, target);
  memory.see(identity.name, { text, version: stored.version });
  return { kind: "stored", target, stored, object: identity };
}
