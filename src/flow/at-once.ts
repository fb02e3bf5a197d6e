/** Does a task for each of the items, at most so many at a time, and gives what came of them in the items' order. */
export async function mapAtOnce<T, R>(
  items: readonly T[],
  limit: number,
  task: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const results = new Map<number, R>();
  const waiting = items.map((item, index) => ({ item, index }));
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
      results.set(next.index, await task(next.item));
  };
  await Promise.all(Array.from({ length: limit }, work));
  return [...results].sort(([a], [b]) => a - b).map(([, result]) => result);
}
