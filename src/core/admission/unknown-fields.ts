import { isJsonObject, type JsonObject } from "./json-object.ts";

/** A value as it came, as its decoder read it, and as it was changed then. */
export interface Decoded<T> {
  readonly original: T;
  readonly decoded: T;
  readonly changed: T;
}

// They belong to the API server, whatever a decoder knows of them.
const COMMON = ["apiVersion", "kind", "metadata", "status"];

/**
 * The changed object with the fields that the decoder has dropped, at any depth. Items of lists are found again by their name,
 * or as they are, or where they were; of a list whose length the decoder has changed, nothing is.
 */
export function keepUnknown({ original, decoded, changed }: Decoded<JsonObject>): JsonObject {
  const dropped = Object.entries(original).filter(([name]) => !Object.hasOwn(decoded, name));
  const known = Object.entries(changed).map(([name, value]) => {
    const parts = { original: fieldOf(original, name), decoded: fieldOf(decoded, name), changed: value };
    return [name, keepIn(parts)] as const;
  });
  return Object.fromEntries([...dropped, ...known]);
}

/** The changed object without the fields that the decoder has dropped, but for what every object has. */
export function removeUnknown(object: Decoded<JsonObject>): JsonObject {
  const common = Object.entries(keepUnknown(object)).filter(([name]) => COMMON.includes(name));
  return Object.fromEntries([...Object.entries(object.changed), ...common]);
}

const fieldOf = (object: JsonObject, name: string): unknown => (Object.hasOwn(object, name) ? object[name] : undefined);

function keepIn({ original, decoded, changed }: Decoded<unknown>): unknown {
  if (isJsonObject(original) && isJsonObject(decoded) && isJsonObject(changed))
    return keepUnknown({ original, decoded, changed });
  const areLists = Array.isArray(original) && Array.isArray(decoded) && Array.isArray(changed);
  return areLists && original.length === decoded.length ? keepInList({ original, decoded, changed }) : changed;
}

function keepInList({ original, decoded, changed }: Decoded<readonly unknown[]>): readonly unknown[] {
  // Each with its last place first, so that they are taken off the end.
  const places = new Map<string, number[]>();
  for (let index = decoded.length - 1; index >= 0; index -= 1) {
    const identity = identityOf(decoded[index]);
    const others = places.get(identity);
    if (others === undefined) places.set(identity, [index]);
    else others.push(index);
  }
  const found = changed.map((item) => places.get(identityOf(item))?.pop() ?? null);
  const taken = new Set(found);
  const areSet = changed.length === decoded.length;
  return changed.map((item, index) => {
    const stayed = areSet && !taken.has(index) && nameOf(item) === null ? index : null;
    const place = found[index] ?? stayed;
    return place === null ? item : keepIn({ original: original[place], decoded: decoded[place], changed: item });
  });
}

// As Kubernetes' own lists have it; what has no name is only the same when all of it is.
const nameOf = (item: unknown): string | null =>
  isJsonObject(item) && typeof item["name"] === "string" ? `name ${item["name"]}` : null;

const identityOf = (item: unknown): string => nameOf(item) ?? JSON.stringify(item);
