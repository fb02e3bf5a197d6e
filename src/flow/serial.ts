/** Runs tasks of one key one after the other, in the order they came; tasks of different keys run side by side. */
export interface Serial {
  readonly run: <T>(key: string, task: () => Promise<T>) => Promise<T>;
}

/** Makes one with no task waiting. */
export function createSerial(): Serial {
  const tails = new Map<string, Promise<unknown>>();
  const run = async <T>(key: string, task: () => Promise<T>): Promise<T> => {
    const before = tails.get(key) ?? Promise.resolve();
    const mine = before.then(task, task);
    tails.set(key, mine);
    try {
      return await mine;
    } finally {
      if (tails.get(key) === mine) tails.delete(key);
    }
  };
  return { run };
}
