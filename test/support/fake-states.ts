import { fail, ok, type Result } from "../../src/core/result.ts";
import type { ClusterFailure } from "../../src/core/rollout/cluster-failure.ts";
import { emptyState, parseState, printState, stateObjectName, targetOf } from "../../src/core/rollout/state.ts";
import { targetKey, type Target } from "../../src/core/rollout/target.ts";
import type { StateSighting, States, StoredState } from "../../src/flow/ports.ts";

/** The state objects in memory behind the port, and what someone else does to them. */
export interface FakeStates {
  readonly states: States;
  readonly stored: (target: Target) => StoredState;
  /** Someone else's write of a state object. */
  readonly store: (target: Target, state: StoredState["state"]) => void;
  /** Someone else's write of any text; null deletes the object. */
  readonly storeText: (target: Target, text: string | null) => Promise<void>;
}

interface FakeStatesParts {
  /** Counts a call, and lets it fail where it shall. */
  readonly asked: <T>(
    call: "recall-state" | "load-state" | "save-state",
    signal: AbortSignal,
    answer: () => Result<T, ClusterFailure>,
  ) => Promise<Result<T, ClusterFailure>>;
  readonly nextVersion: () => string;
}

/** Remembers what a call gave, and forgets what is known where it failed. */
export function rememberResult<T>(
  known: Map<string, T>,
  target: Target,
  result: Result<T, ClusterFailure>,
): Result<T, ClusterFailure> {
  if (result.kind === "ok") known.set(targetKey(target), result.value);
  else known.delete(targetKey(target));
  return result;
}

/** Makes them with nothing stored. */
export function createFakeStates({ asked, nextVersion }: FakeStatesParts): FakeStates {
  const stored = new Map<string, { text: string; version: string }>();
  const knownStates = new Map<string, StoredState>();
  const load: States["load"] = async (target, signal) =>
    rememberResult(
      knownStates,
      target,
      await asked("load-state", signal, () => {
        const found = stored.get(targetKey(target));
        if (found === undefined) return ok({ state: emptyState(target), version: "" });
        const state = parseState(found.text);
        return state.kind === "ok"
          ? ok({ state: state.value, version: found.version })
          : fail({ kind: "unreadable", message: state.error });
      }),
    );
  const boards = new Set<(sighting: StateSighting) => void>();
  const storeText: FakeStates["storeText"] = (target, text) => {
    const version = nextVersion();
    if (text === null) stored.delete(targetKey(target));
    else stored.set(targetKey(target), { text, version });
    for (const board of boards) board(sightingOf(target));
    return Promise.resolve();
  };
  const store: FakeStates["store"] = (target, state) => {
    void storeText(target, printState(state));
  };
  const sightingOf = (target: Target): StateSighting => {
    const found = stored.get(targetKey(target));
    const name = stateObjectName(target);
    if (found === undefined) return { kind: "gone", target, object: name };
    const state = parseState(found.text);
    const object = { namespace: "imagehook", name, uid: `uid-${target.name}` };
    if (state.kind === "error") return { kind: "unreadable", object, reason: state.error };
    if (targetKey(targetOf(state.value)) !== targetKey(target))
      return { kind: "unreadable", object, reason: "it holds the state of another workload" };
    return { kind: "stored", target, stored: { state: state.value, version: found.version }, object };
  };
  // What was shown is remembered, unless something newer is.
  const noteShown = (sighting: StateSighting): void => {
    if (sighting.kind === "gone" && sighting.target !== null) knownStates.delete(targetKey(sighting.target));
    if (sighting.kind !== "stored") return;
    const known = knownStates.get(targetKey(sighting.target));
    if (Number(known?.version ?? 0) < Number(sighting.stored.version))
      knownStates.set(targetKey(sighting.target), sighting.stored);
  };
  const watchStates: States["watch"] = async function* (signal) {
    const queue: StateSighting[] = [...stored.keys()].map((key) => {
      const [kind = "", namespace = "", name = ""] = key.split("/");
      return sightingOf({ kind: kind as Target["kind"], namespace, name });
    });
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
      else {
        noteShown(next);
        yield next;
      }
    }
    boards.delete(board);
  };
  const saved = (target: Target, { state, version }: StoredState): Result<StoredState, ClusterFailure> => {
    const there = stored.get(targetKey(target))?.version ?? "";
    if (there !== version) return fail({ kind: "conflict", message: "the object has been modified" });
    store(target, state);
    return ok({ state, version: stored.get(targetKey(target))?.version ?? "" });
  };
  return {
    store,
    storeText,
    stored: (target) => {
      const found = stored.get(targetKey(target));
      const state = parseState(found?.text ?? printState(emptyState(target)));
      if (state.kind === "error") throw new Error(state.error);
      return { state: state.value, version: found?.version ?? "" };
    },
    states: {
      watch: watchStates,
      load,
      recall: async (target, signal) => {
        const known = knownStates.get(targetKey(target));
        return known === undefined ? load(target, signal) : asked("recall-state", signal, () => ok(known));
      },
      save: async (target, next, signal) =>
        rememberResult(knownStates, target, await asked("save-state", signal, () => saved(target, next))),
    },
  };
}
