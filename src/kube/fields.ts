/** The value at a dotted path of an object that the API server gave; undefined where a part of the path is missing. */
export function valueAt(object: unknown, path: string): unknown {
  let value = object;
  for (const key of path.split(".")) {
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}

/** The number at a path, or what stands for it when there is none. */
export function numberAt(object: unknown, path: string, absent = 0): number {
  const value = valueAt(object, path);
  return typeof value === "number" ? value : absent;
}

/** The text at a path, or what stands for it when there is none. */
export function textAt(object: unknown, path: string, absent = ""): string {
  const value = valueAt(object, path);
  return typeof value === "string" ? value : absent;
}

/** The list at a path; empty when there is none. */
export function listAt(object: unknown, path: string): readonly unknown[] {
  const value = valueAt(object, path);
  return Array.isArray(value) ? value : [];
}
