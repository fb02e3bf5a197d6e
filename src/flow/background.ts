import type { Log } from "./ports.ts";

/** Work that goes on after an answer was given. */
export interface Background {
  readonly run: (name: string, task: (signal: AbortSignal) => Promise<void>) => void;
  readonly count: () => number;
  /** Tells all tasks to end and waits until they have. */
  readonly stop: () => Promise<void>;
}

/** Makes one that runs nothing yet. A task that throws is a bug: it is logged and harms no other. */
export function createBackground(log: Log): Background {
  const tasks = new Set<Promise<void>>();
  const end = new AbortController();
  const guarded = async (name: string, task: (signal: AbortSignal) => Promise<void>): Promise<void> => {
    try {
      await task(end.signal);
    } catch (error) {
      log.error({ task: name, err: error }, "background task failed");
    }
  };
  const run: Background["run"] = (name, task) => {
    const running = guarded(name, task).finally(() => tasks.delete(running));
    tasks.add(running);
  };
  const stop = async (): Promise<void> => {
    end.abort();
    await Promise.all(tasks);
  };
  return { run, count: () => tasks.size, stop };
}
