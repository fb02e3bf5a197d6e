import { isDeepStrictEqual } from "node:util";
import type { PodRow } from "../../src/core/notice/notice.ts";
import { fail, ok, type Result } from "../../src/core/result.ts";
import type { ClusterFailure } from "../../src/core/rollout/cluster-failure.ts";
import type { Selection } from "../../src/core/rollout/selection.ts";
import { targetKey, type Target } from "../../src/core/rollout/target.ts";
import type { Workload } from "../../src/core/rollout/workload.ts";
import type { Sighting, States, StoredState, Workloads } from "../../src/flow/ports.ts";
import { toObservation, toWorkload } from "../../src/kube/objects.ts";
import { anObject, templateOf, type ApiObject } from "./api-object.ts";
import { createFakeStates, rememberResult } from "./fake-states.ts";
import { applyPatch } from "./json-patch.ts";

/** What the ports were asked. */
type Call = "recall" | "read" | "list" | "patch" | "watch" | "pods" | "recall-state" | "load-state" | "save-state";

/** What happens at a call: someone else's deed, and perhaps a failure that the call then gives. */
type Interruption = () => ClusterFailure | undefined;

/** A cluster in memory behind the ports, and what else happens to it. */
export interface FakeCluster {
  readonly workloads: Workloads;
  readonly states: States;
  /** All calls so far, in their order. */
  readonly calls: Call[];
  readonly deploy: (
    target: Target,
    images: Readonly<Record<string, string>>,
    labels?: Readonly<Record<string, string>>,
  ) => Promise<Target>;
  readonly editImage: (target: Target, container: string, image: string) => Promise<void>;
  /** Someone else's write of a workload. */
  readonly edit: (target: Target, change: (object: ApiObject) => void) => void;
  readonly remove: (target: Target) => void;
  readonly object: (target: Target) => ApiObject;
  /** Brings the status of a deployment to the end of its rollout. */
  readonly finish: (target: Target) => void;
  readonly stored: (target: Target) => StoredState;
  /** Someone else's write of a state object. */
  readonly store: (target: Target, state: StoredState["state"]) => void;
  readonly storeText: (target: Target, text: string | null) => Promise<void>;
  /** Does something before the next call of a kind, or after it where the answer is lost. */
  readonly interrupt: (call: Call, interruption: Interruption, when?: "before" | "after") => void;
  /** How many watch a workload. */
  readonly watchers: (target: Target) => number;
  /** A failure that a watch shows. */
  readonly show: (target: Target, sighting: Sighting) => void;
  pods: Result<readonly PodRow[], ClusterFailure>;
}

const unreachable: ClusterFailure = {
  kind: "unreachable",
  message: "the API server cannot be reached: no answer in time",
};

/** Makes an empty cluster. */
export function createFakeCluster(): FakeCluster {
  let revision = 100;
  const objects = new Map<string, ApiObject>();
  const places = new Map<string, Target>();
  const knownWorkloads = new Map<string, Workload>();
  const watchers = new Map<string, Set<(sighting: Sighting) => void>>();
  const interruptions: { call: Call; interruption: Interruption; when: "before" | "after" }[] = [];
  const calls: Call[] = [];

  const interruptionOf = (call: Call, when: "before" | "after"): ClusterFailure | undefined => {
    const index = interruptions.findIndex((next) => next.call === call && next.when === when);
    return index === -1 ? undefined : interruptions.splice(index, 1)[0]?.interruption();
  };
  const asked = async <T>(
    call: Call,
    signal: AbortSignal,
    answer: () => Result<T, ClusterFailure>,
  ): Promise<Result<T, ClusterFailure>> => {
    calls.push(call);
    await Promise.resolve();
    if (signal.aborted) return fail(unreachable);
    const before = interruptionOf(call, "before");
    if (before !== undefined) return fail(before);
    const given = answer();
    await Promise.resolve();
    const after = interruptionOf(call, "after");
    return after === undefined ? given : fail(after);
  };

  const show: FakeCluster["show"] = (target, sighting) => {
    for (const watcher of watchers.get(targetKey(target)) ?? []) watcher(sighting);
  };
  const object: FakeCluster["object"] = (target) => {
    const found = objects.get(targetKey(target));
    if (found === undefined) throw new Error(`${targetKey(target)} is not there`);
    return found;
  };
  const put = (target: Target, next: ApiObject): void => {
    const old = object(target);
    if (isDeepStrictEqual(old, next)) return;
    if (!isDeepStrictEqual(old.spec, next.spec)) next.metadata.generation = old.metadata.generation + 1;
    next.metadata.resourceVersion = String(++revision);
    objects.set(targetKey(target), next);
    show(target, { kind: "seen", observation: toObservation(target, next) });
  };
  const edit: FakeCluster["edit"] = (target, change) => {
    const next = structuredClone(object(target));
    change(next);
    put(target, next);
  };

  const current = (target: Target): Result<Workload, ClusterFailure> => {
    const found = objects.get(targetKey(target));
    const message = `${target.kind} "${target.name}" not found`;
    return found === undefined ? fail({ kind: "not-found", message }) : ok(toWorkload(target, found));
  };
  const read: Workloads["read"] = async (target, signal) =>
    rememberResult(knownWorkloads, target, await asked("read", signal, () => current(target)));

  const selected = ({ namespace, kinds, labels }: Selection): readonly Workload[] => {
    const found = kinds.flatMap((kind) =>
      [...places.values()]
        .filter((place) => place.kind === kind && place.namespace === namespace)
        .flatMap((place) => {
          const there = objects.get(targetKey(place));
          const isMeant = labels.every(([name, value]) => there?.metadata.labels?.[name] === value);
          return there !== undefined && isMeant ? [toWorkload(place, there)] : [];
        }),
    );
    for (const workload of found) knownWorkloads.set(targetKey(workload.target), workload);
    return found;
  };

  const patched = (target: Target, operations: Parameters<Workloads["patch"]>[1]): Result<Workload, ClusterFailure> => {
    const there = current(target);
    if (there.kind === "error") return there;
    const next = applyPatch(object(target), operations);
    if (next === undefined) return fail({ kind: "conflict", message: "the server rejected our request: test failed" });
    const { containers, initContainers = [] } = templateOf(next).spec;
    const wrong = [...containers, ...initContainers].find(({ image }) => image === "" || image !== image.trim());
    if (wrong !== undefined) return fail({ kind: "refused", status: 422, message: `${wrong.name}: image is invalid` });
    put(target, next);
    return current(target);
  };

  const watch: Workloads["watch"] = async function* (target, signal) {
    calls.push("watch");
    const queue: Sighting[] = [];
    let wake = (): void => undefined;
    const watcher = (sighting: Sighting): void => {
      queue.push(sighting);
      wake();
    };
    const own = watchers.get(targetKey(target)) ?? new Set();
    watchers.set(targetKey(target), own.add(watcher));
    signal.addEventListener("abort", () => {
      wake();
    });
    const now = objects.get(targetKey(target));
    queue.unshift(now === undefined ? { kind: "deleted" } : { kind: "seen", observation: toObservation(target, now) });
    try {
      while (!signal.aborted) {
        const next = queue.shift();
        if (next === undefined) await new Promise<void>((resolve) => (wake = resolve));
        else yield next;
        if (next?.kind === "deleted") break;
      }
    } finally {
      own.delete(watcher);
    }
  };

  const { states, store, storeText, stored } = createFakeStates({ asked, nextVersion: () => String(++revision) });

  const cluster: FakeCluster = {
    calls,
    edit,
    object,
    show,
    watchers: (target) => watchers.get(targetKey(target))?.size ?? 0,
    store,
    storeText,
    pods: ok([]),
    workloads: {
      read,
      list: (selection, signal) => asked("list", signal, () => ok(selected(selection))),
      recall: async (target, signal) => {
        const known = knownWorkloads.get(targetKey(target));
        if (known === undefined) return read(target, signal);
        return asked("recall", signal, () => ok(known));
      },
      patch: async (target, operations, signal) =>
        rememberResult(knownWorkloads, target, await asked("patch", signal, () => patched(target, operations))),
      watch,
      pods: (_target, _selector, signal) => asked("pods", signal, () => cluster.pods),
    },
    states,
    deploy: (target, images, labels) => {
      const next = anObject(target, images, ++revision);
      if (labels !== undefined) next.metadata.labels = { ...labels };
      places.set(targetKey(target), target);
      objects.set(targetKey(target), next);
      show(target, { kind: "seen", observation: toObservation(target, next) });
      return Promise.resolve(target);
    },
    editImage: (target, name, image) => {
      edit(target, (next) => {
        for (const container of templateOf(next).spec.containers) if (container.name === name) container.image = image;
      });
      return Promise.resolve();
    },
    remove: (target) => {
      objects.delete(targetKey(target));
      show(target, { kind: "deleted" });
    },
    finish: (target) => {
      edit(target, (next) => {
        const replicas = next.spec.replicas ?? 1;
        next.status = {
          observedGeneration: next.metadata.generation,
          replicas,
          updatedReplicas: replicas,
          availableReplicas: replicas,
        };
      });
    },
    stored,
    interrupt: (call, interruption, when = "before") => {
      interruptions.push({ call, interruption, when });
    },
  };
  return cluster;
}
