import { waitingNotices } from "../core/rollout/outbox.ts";
import { openRollouts } from "../core/rollout/rollouts.ts";
import type { RolloutState } from "../core/rollout/state.ts";
import { targetKey, type Target } from "../core/rollout/target.ts";
import { createAlarm, type Alarm } from "./alarm.ts";
import { describeFailure, type ClusterFailure } from "../core/rollout/cluster-failure.ts";
import type { Result } from "../core/result.ts";
import type { EventRecorder, Log, StateObject, StateSighting, States, StoredState } from "./ports.ts";

/** What happens to a workload's state, as this process hears of it. */
export interface Board {
  /** Reads what the API server shows until the signal. */
  readonly run: (signal: AbortSignal) => Promise<void>;
  /** The states in which something is still to be done. */
  readonly busy: () => readonly StoredState[];
  /** A workload's state, where something is still to be done in it. */
  readonly get: (target: Target) => StoredState | null;
  /** Takes note of a state that this process has stored itself. */
  readonly note: (target: Target, stored: StoredState) => void;
  /** Takes a state off for a while that this process has no right to read or to change. */
  readonly putAside: (target: Target, failure: ClusterFailure) => void;
  /** Calls back for each change; what comes back ends that. */
  readonly listen: (listener: (target: Target, stored: StoredState) => void) => () => void;
}

/** What it reaches. */
interface BoardParts {
  readonly states: Pick<States, "watch">;
  readonly events: Pick<EventRecorder, "recordOnState">;
  readonly log: Log;
  /** How long a state is left alone that may not be changed. */
  readonly asideMs?: number;
}

// Rights that were taken away for good, as with a hook, are not asked for all the time; those that come back are found.
const ASIDE_MS = 15_000;

/** Makes an empty one. States with nothing to do are not kept: there may be thousands. */
export function createBoard({ states, events, log, asideMs = ASIDE_MS }: BoardParts): Board {
  const busy = new Map<string, StoredState>();
  const versions = new Map<string, number>();
  const objects = new Map<string, StateObject>();
  const [unreadable, forbidden] = [new Set<string>(), new Set<string>()];
  const listeners = new Set<(target: Target, stored: StoredState) => void>();

  const note = (target: Target, stored: StoredState): void => {
    const key = targetKey(target);
    const version = Number(stored.version);
    if (version <= (versions.get(key) ?? -1)) return;
    versions.set(key, version);
    if (hasWork(stored.state)) busy.set(key, stored);
    else busy.delete(key);
    tell(target, stored);
  };
  const tell = (target: Target, stored: StoredState): void => {
    for (const listener of listeners) listener(target, stored);
  };
  const putAside = (target: Target, failure: ClusterFailure): void => {
    const key = targetKey(target);
    const stored = busy.get(key);
    if (stored === undefined) return;
    busy.delete(key);
    tell(target, stored);
    setTimeout(() => {
      if (Number(stored.version) !== versions.get(key)) return;
      busy.set(key, stored);
      tell(target, stored);
    }, asideMs).unref();
    if (forbidden.has(key)) return;
    forbidden.add(key);
    const reason = describeFailure(failure);
    log.error({ workload: key, reason }, "a state object may not be changed; nothing is done with it until it may");
    const message = `its rollouts are not followed and nobody is told, unless the right comes back: ${reason}`;
    const object = objects.get(key);
    if (object !== undefined) events.recordOnState(object, { type: "Warning", reason: "RolloutFailed", message });
  };
  const take = (sighting: StateSighting): void => {
    switch (sighting.kind) {
      case "stored":
        objects.set(targetKey(sighting.target), sighting.object);
        note(sighting.target, sighting.stored);
        return;
      case "gone": {
        unreadable.delete(sighting.object);
        if (sighting.target === null) return;
        busy.delete(targetKey(sighting.target));
        versions.delete(targetKey(sighting.target));
        objects.delete(targetKey(sighting.target));
        forbidden.delete(targetKey(sighting.target));
        return;
      }
      case "unreadable": {
        const { object, reason } = sighting;
        if (unreadable.has(object.name)) return;
        unreadable.add(object.name);
        log.error({ object: object.name, reason }, "a state object cannot be read; nothing is done with it");
        const message = `${reason}; nothing is followed, mailed or rolled back by it: delete it to start anew`;
        events.recordOnState(object, { type: "Warning", reason: "StateUnreadable", message });
        return;
      }
      case "failure":
        log.debug({ reason: sighting.failure.message }, "watch of the state objects is interrupted");
        return;
      case "complete":
        return;
    }
  };
  return {
    run: async (signal) => {
      for await (const sighting of states.watch(signal)) take(sighting);
    },
    busy: () => [...busy.values()],
    get: (target) => busy.get(targetKey(target)) ?? null,
    note,
    putAside,
    listen: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

const hasWork = (state: RolloutState): boolean =>
  openRollouts(state).length > 0 ||
  waitingNotices(state).length > 0 ||
  Object.values(state.containers).some(({ pending }) => pending !== null);

/** The state objects, such that the board takes note of what this process stores, and of what it may not. */
export const withNotes = (states: States, board: Pick<Board, "note" | "putAside">): States => {
  const asked = <T>(target: Target, result: Result<T, ClusterFailure>): Result<T, ClusterFailure> => {
    if (result.kind === "error" && result.error.kind === "forbidden") board.putAside(target, result.error);
    return result;
  };
  return {
    ...states,
    recall: async (target, signal) => asked(target, await states.recall(target, signal)),
    load: async (target, signal) => asked(target, await states.load(target, signal)),
    save: async (target, next, signal) => {
      const saved = asked(target, await states.save(target, next, signal));
      if (saved.kind === "ok") board.note(target, saved.value);
      return saved;
    },
  };
};

/** One workload's place on the board. */
export interface View {
  /** Null where nothing is to be done. */
  readonly current: () => RolloutState | null;
  /** Rings when the state changes; others may ring it too. */
  readonly alarm: Alarm;
  readonly close: () => void;
}

/** Looks at one workload's place until it is closed. */
export function openView(board: Board, target: Target): View {
  const key = targetKey(target);
  const alarm = createAlarm();
  const close = board.listen((seen) => {
    if (targetKey(seen) === key) alarm.ring();
  });
  return { current: () => board.get(target)?.state ?? null, alarm, close };
}
