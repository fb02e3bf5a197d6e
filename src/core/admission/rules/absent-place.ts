import { isJsonObject } from "../json-object.ts";
import { childPointer, type PatchOperation } from "../json-patch.ts";
import { childOf, isListKey, printPlace } from "./places.ts";

/** What is to be done so that a value stands at a place: operations, or why it cannot be; neither where one is there. */
export interface Setting {
  readonly operations: readonly PatchOperation[];
  readonly obstacle: string;
}

/** What was added so far, by JSON Pointers; it is not in the object yet. */
export type Added = Map<string, unknown>;

const THERE: Setting = { operations: [], obstacle: "" };
// No library of patches takes these for keys.
const REFUSED_KEYS = ["__proto__", "constructor", "prototype"];

/**
 * Sets a value where nothing is, and each parent that is absent before it. Nothing that is there is touched: a parent
 * that is no object is an obstacle. A number or `-` is an item of a list, and none is added: it would be again at each change.
 */
export function setAbsent(object: unknown, keys: readonly string[], value: unknown, added: Added): Setting {
  if (keys.some((key) => REFUSED_KEYS.includes(key))) return obstacle(keys, "a key that no patch may have");
  const missing: string[] = [];
  let [here, pointer]: [unknown, string] = [object, ""];
  for (const [depth, key] of keys.entries()) {
    const above = here;
    pointer = childPointer(pointer, key);
    here = added.has(pointer) ? added.get(pointer) : childOf(above, key);
    if (here !== undefined) continue;
    const parent = keys.slice(0, depth);
    if (Array.isArray(above)) return obstacle(keys, `${printPlace(parent)} has no item ${key}, and none is added`);
    if (!isJsonObject(above)) return obstacle(keys, `${printPlace(parent)} is there and is no object`);
    if (isListKey(key)) return obstacle(keys, `${printPlace(parent)} is no list with an item ${key}`);
    missing.push(pointer);
    if (depth < keys.length - 1) here = {};
  }
  return addAll(missing, value, added);
}

function addAll(missing: readonly string[], value: unknown, added: Added): Setting {
  const operations = missing.map((path, index): PatchOperation => {
    const isLast = index === missing.length - 1;
    return { op: "add", path, value: isLast ? value : {} };
  });
  for (const { path } of operations) added.set(path, path === missing.at(-1) ? value : {});
  return operations.length === 0 ? THERE : { operations, obstacle: "" };
}

const obstacle = (keys: readonly string[], why: string): Setting => ({
  operations: [],
  obstacle: `${printPlace(keys)} is not set: ${why}`,
});
