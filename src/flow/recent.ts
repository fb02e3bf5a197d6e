/** Remembers the latest values by key, at most so many; what was not set for longest is forgotten first. */
export interface Recent<T> {
  readonly get: (key: string) => T | undefined;
  readonly set: (key: string, value: T) => void;
  readonly forget: (key: string) => void;
}

/** Makes one that remembers nothing yet. */
export function createRecent<T>(limit: number): Recent<T> {
  const values = new Map<string, T>();
  const set = (key: string, value: T): void => {
    values.delete(key);
    values.set(key, value);
    if (values.size <= limit) return;
    const oldest = values.keys().next();
    if (oldest.done !== true) values.delete(oldest.value);
  };
  return { get: (key) => values.get(key), set, forget: (key) => values.delete(key) };
}
