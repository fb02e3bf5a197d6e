/** Lets one task of a key go ahead: those that come meanwhile begin, all at once, when it has ended or by their signals. */
export interface Pathfinder {
  readonly run: <T>(key: string, task: () => Promise<T>, signal: AbortSignal) => Promise<T>;
}

/** Makes one with nobody ahead. */
export function createPathfinder(): Pathfinder {
  const ahead = new Map<string, Promise<unknown>>();
  const goAhead = async <T>(key: string, task: () => Promise<T>): Promise<T> => {
    const going = task();
    ahead.set(key, going);
    try {
      return await going;
    } finally {
      ahead.delete(key);
    }
  };
  return {
    run: async (key, task, signal) => {
      const first = ahead.get(key);
      if (first === undefined) return goAhead(key, task);
      await endOf(first, signal);
      return task();
    },
  };
}

const endOf = (task: Promise<unknown>, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const end = (): void => {
      signal.removeEventListener("abort", end);
      resolve();
    };
    signal.addEventListener("abort", end);
    if (signal.aborted) end();
    task.then(end, end);
  });
