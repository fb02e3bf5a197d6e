import { setTimeout as sleep } from "node:timers/promises";

/** Something that runs again and again until it is stopped. */
export interface Poll {
  readonly start: () => void;
  readonly stop: () => Promise<void>;
}

/** Runs a task, waits, and runs it again; never two at once. The task reports its own failures. */
export function createPoll(task: () => Promise<void>, intervalMs: number): Poll {
  const end = new AbortController();
  let running: Promise<void> = Promise.resolve();
  const loop = async (): Promise<void> => {
    while (!end.signal.aborted) {
      await task();
      await sleep(intervalMs, undefined, { signal: end.signal, ref: false }).catch(() => undefined);
    }
  };
  return {
    start: () => {
      running = loop();
    },
    stop: async () => {
      end.abort();
      await running;
    },
  };
}
