import { fail, ok, type Result } from "../../src/core/result.ts";
import type { ClusterFailure } from "../../src/core/rollout/cluster-failure.ts";
import { emptyState, parseState, printState, stateObjectName } from "../../src/core/rollout/state.ts";
import { targetKey, type Target, type WorkloadKind } from "../../src/core/rollout/target.ts";
import type { States, StateSighting, StoredState } from "../../src/flow/ports.ts";

/** Asks the cluster, which may fail. */
export type Asked<C> = <T>(
  call: C,
  signal: AbortSignal,
  answer: () => Result<T, ClusterFailure>,
) => Promise<Result<T, ClusterFailure>>;

/** State objects in memory. */
interface FakeStates {
  readonly states: States;
  readonly stored: (target: Target) => StoredState;
  readonly store: (target: Target, state: StoredState["state"]) => void;
  /** Writes what an object holds, whatever it is; null deletes the object. */
  readonly write: (target: Target, text: string | null) => void;
}

/** Keeps what the API server gave, and forgets it after a failure. */
export function remembered<T>(
  known: Map<string, T>,
  target: Target,
  result: Result<T, ClusterFailure>,
): Result<T, ClusterFailure> {
  if (result.kind === "ok") known.set(targetKey(target), result.value);
  else known.delete(targetKey(target));
  return result;
}

/** Makes them, of no workload yet. */
export function createFakeStates(
  asked: Asked<"recall-state" | "load-state" | "save-state">,
  nextVersion: () => string,
): FakeStates {
  const objects = new Map<string, { text: string; version: string }>();
  const known = new Map<string, StoredState>();
  const boards = new Set<(sighting: StateSighting) => void>();

  const load: States["load"] = async (target, signal) =>
    remembered(
      known,
      target,
      await asked("load-state", signal, () => {
        const found = objects.get(targetKey(target));
        if (found === undefined) return ok({ state: emptyState(target), version: "" });
        const state = parseState(found.text);
        return state.kind === "ok"
          ? ok({ state: state.value, version: found.version })
          : fail({ kind: "unreadable", message: state.error });
      }),
    );
  const sightingOf = (target: Target): StateSighting => {
    const name = stateObjectName(target);
    const found = objects.get(targetKey(target));
    if (found === undefined) return { kind: "gone", target, object: name };
    const state = parseState(found.text);
    return state.kind === "ok"
      ? { kind: "stored", target, stored: { state: state.value, version: found.version } }
      : {
          kind: "unreadable",
          object: { namespace: "imagehook", name, uid: `uid-${target.name}` },
          reason: state.error,
        };
  };
  const write: FakeStates["write"] = (target, text) => {
    if (text === null) objects.delete(targetKey(target));
    else objects.set(targetKey(target), { text, version: nextVersion() });
    for (const board of boards) board(sightingOf(target));
  };
  const watch: States["watch"] = async function* (signal) {
    const queue: StateSighting[] = [...objects.keys()].map((key) => sightingOf(targetOfKey(key)));
    queue.push({ kind: "complete" });
    let wake = (): void => undefined;
    const board = (sighting: StateSighting): void => {
      queue.push(sighting);
      wake();
    };
    boards.add(board);
    signal.addEventListener("abort", () => {
      wake();
    });
    while (!signal.aborted) {
      const next = queue.shift();
      if (next === undefined) await new Promise<void>((resolve) => (wake = resolve));
      else yield next;
    }
    boards.delete(board);
  };
  const saved = (target: Target, { state, version }: StoredState): Result<StoredState, ClusterFailure> => {
    const there = objects.get(targetKey(target))?.version ?? "";
    if (there !== version) return fail({ kind: "conflict", message: "the object has been modified" });
    write(target, printState(state));
    return ok({ state, version: objects.get(targetKey(target))?.version ?? "" });
  };
  return {
    write,
    store: (target, state) => {
      write(target, printState(state));
    },
    stored: (target) => {
      const found = objects.get(targetKey(target));
      const state = parseState(found?.text ?? printState(emptyState(target)));
      if (state.kind === "error") throw new Error(state.error);
      return { state: state.value, version: found?.version ?? "" };
    },
    states: {
      watch,
      load,
      recall: async (target, signal) => {
        const last = known.get(targetKey(target));
        return last === undefined ? load(target, signal) : asked("recall-state", signal, () => ok(last));
      },
      save: async (target, next, signal) =>
        remembered(known, target, await asked("save-state", signal, () => saved(target, next))),
    },
  };
}

const targetOfKey = (key: string): Target => {
  const [kind = "", namespace = "", name = ""] = key.split("/");
  return { kind: kind as WorkloadKind, namespace, name };
};
