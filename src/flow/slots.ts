/** Lets so many tasks run at a time; the others wait in the order in which they came. */
export interface Slots {
  readonly run: <T>(task: () => Promise<T>) => Promise<T>;
}

/** Makes some that are free. */
export function createSlots(count: number): Slots {
  let free = count;
  const waiting: (() => void)[] = [];
  const run: Slots["run"] = async (task) => {
    if (free > 0) free--;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await task();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free++;
      else next();
    }
  };
  return { run };
}
