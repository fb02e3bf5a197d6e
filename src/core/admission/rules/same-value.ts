import { isJsonObject } from "../json-object.ts";

/** True when two values of JSON are equal, whatever the order of their keys; they may be nested to any depth. */
export function isSameValue(a: unknown, b: unknown): boolean {
  const pairs: [unknown, unknown][] = [[a, b]];
  for (let pair = pairs.pop(); pair !== undefined; pair = pairs.pop()) {
    const [one, other] = pair;
    if (one === other) continue;
    const parts = partsOf(one, other);
    if (parts === null) return false;
    for (const part of parts) pairs.push(part);
  }
  return true;
}

// What must be equal for two values to be; null where they are different in themselves.
function partsOf(one: unknown, other: unknown): readonly [unknown, unknown][] | null {
  if (Array.isArray(one) && Array.isArray(other))
    return one.length === other.length ? one.map((item, index) => [item, other[index]]) : null;
  if (!isJsonObject(one) || !isJsonObject(other)) return null;
  const keys = Object.keys(one);
  if (keys.length !== Object.keys(other).length || !keys.every((key) => Object.hasOwn(other, key))) return null;
  return keys.map((key) => [one[key], other[key]]);
}
