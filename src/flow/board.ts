import { waitingNotices } from "../core/rollout/outbox.ts";
import { openRollouts } from "../core/rollout/rollouts.ts";
import type { RolloutState } from "../core/rollout/state.ts";
import { targetKey, type Target } from "../core/rollout/target.ts";
import { createAlarm, type Alarm } from "./alarm.ts";
import type { EventRecorder, Log, StateSighting, States, StoredState } from "./ports.ts";

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
  /** Calls back for each change; what comes back ends that. */
  readonly listen: (listener: (target: Target, stored: StoredState) => void) => () => void;
}

/** What it reaches. */
interface BoardParts {
  readonly states: Pick<States, "watch">;
  readonly events: Pick<EventRecorder, "recordOnState">;
  readonly log: Log;
}

/** Makes an empty one. States with nothing to do are not kept: there may be thousands. */
export function createBoard({ states, events, log }: BoardParts): Board {
  const busy = new Map<string, StoredState>();
  const versions = new Map<string, number>();
  const unreadable = new Set<string>();
  const listeners = new Set<(target: Target, stored: StoredState) => void>();

  const note = (target: Target, stored: StoredState): void => {
    const key = targetKey(target);
    const version = Number(stored.version);
    if (version <= (versions.get(key) ?? -1)) return;
    versions.set(key, version);
    if (hasWork(stored.state)) busy.set(key, stored);
    else busy.delete(key);
    for (const listener of listeners) listener(target, stored);
  };
  const take = (sighting: StateSighting): void => {
    switch (sighting.kind) {
      case "stored":
        note(sighting.target, sighting.stored);
        return;
      case "gone": {
        unreadable.delete(sighting.object);
        if (sighting.target === null) return;
        busy.delete(targetKey(sighting.target));
        versions.delete(targetKey(sighting.target));
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

/** The state objects, such that the board takes note of what this process stores. */
export const withNotes = (states: States, board: Pick<Board, "note">): States => ({
  ...states,
  save: async (target, next, signal) => {
    const saved = await states.save(target, next, signal);
    if (saved.kind === "ok") board.note(target, saved.value);
    return saved;
  },
});

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
