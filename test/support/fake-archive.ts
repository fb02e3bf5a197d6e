import { fail, ok } from "../../src/core/result.ts";
import type { ClusterFailure } from "../../src/core/rollout/cluster-failure.ts";
import { stateObjectName, targetOf, type RolloutState } from "../../src/core/rollout/state.ts";
import type { StateArchive } from "../../src/flow/ports.ts";

/** State objects in memory, a page each, and what went wrong with them. */
export interface FakeArchive extends StateArchive {
  /** The objects by their names. */
  readonly objects: Map<string, RolloutState>;
  /** How often each object was changed, or tried to. */
  readonly tries: readonly string[];
  /** Answers the next calls in turn with failures. */
  readonly failures: ClusterFailure[];
}

/** Keeps some states. */
export function createFakeArchive(...states: readonly RolloutState[]): FakeArchive {
  const objects = new Map(states.map((state) => [stateObjectName(targetOf(state)), state]));
  const tries: string[] = [];
  const failures: ClusterFailure[] = [];
  return {
    objects,
    tries,
    failures,
    pages: async function* () {
      for (const state of [...objects.values()]) {
        const failure = await Promise.resolve(failures.shift());
        yield failure === undefined ? ok({ states: [state], unreadable: 1 }) : fail(failure);
        if (failure !== undefined) return;
      }
    },
    find: (object) => {
      const failure = failures.shift();
      return Promise.resolve(failure === undefined ? ok(objects.get(object) ?? null) : fail(failure));
    },
    change: (object, change) => {
      tries.push(object);
      const state = objects.get(object);
      const next = state && change(state);
      const failure = failures.shift();
      if (failure !== undefined) return Promise.resolve(fail(failure));
      if (next !== undefined) objects.set(object, next);
      return Promise.resolve(ok(undefined));
    },
  };
}
