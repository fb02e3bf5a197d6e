import { clip } from "../../clip.ts";
import { isJsonObject, type JsonObject } from "../json-object.ts";

/** A place in an object, and what is there: undefined where nothing is. */
export interface Place {
  readonly keys: readonly string[];
  readonly value: unknown;
}

const INDEX = /^(?:0|[1-9]\d{0,8})$/;
const PLAIN_KEY = /^[A-Za-z_][\w-]*$/;
const MAX_KEY_LENGTH = 100;

/** True for a key of a JSON Pointer that could be a place in a list, the one behind its end included. */
export const isListKey = (key: string): boolean => key === "-" || INDEX.test(key);

/** What stands under a key of an object, or at an index of a list; undefined where nothing does. What is inherited is nothing. */
export function childOf(value: unknown, key: string): unknown {
  if (Array.isArray(value)) return INDEX.test(key) ? (value as readonly unknown[])[Number(key)] : undefined;
  return isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** What stands at a place. */
export const valueAt = (root: unknown, ...keys: readonly string[]): unknown => keys.reduce<unknown>(childOf, root);

/** The text at a place; the empty one where there is none. */
export function textAt(root: unknown, ...keys: readonly string[]): string {
  const value = valueAt(root, ...keys);
  return typeof value === "string" ? value : "";
}

/** The items of the list at a place; none where there is no list. */
export function itemsAt(root: unknown, ...keys: readonly string[]): readonly unknown[] {
  const value = valueAt(root, ...keys);
  return Array.isArray(value) ? value : [];
}

/** The object at a place; an empty one where there is none. */
export function objectAt(root: unknown, ...keys: readonly string[]): JsonObject {
  const value = valueAt(root, ...keys);
  return isJsonObject(value) ? value : {};
}

/**
 * The places that a path names, one after the other: `*` stands for each item of a list and each value of a map. A key
 * names a place whether or not anything is there.
 */
export function* placesOf(root: unknown, path: readonly string[], above: readonly string[] = []): Generator<Place> {
  const [key, ...rest] = path;
  if (key === undefined) {
    yield { keys: above, value: root };
    return;
  }
  const keys = key === "*" ? keysOf(root) : [key];
  for (const each of keys) yield* placesOf(childOf(root, each), rest, [...above, each]);
}

const keysOf = (value: unknown): readonly string[] =>
  typeof value === "object" && value !== null ? Object.keys(value) : [];

/** Prints a place as the API's own errors do: `spec.containers[0].image`. */
export function printPlace(keys: readonly string[]): string {
  const parts = keys.map((key) => {
    if (INDEX.test(key)) return `[${key}]`;
    return PLAIN_KEY.test(key) ? `.${clip(key, MAX_KEY_LENGTH)}` : `[${JSON.stringify(clip(key, MAX_KEY_LENGTH))}]`;
  });
  return parts.join("").replace(/^\./, "") || "the object";
}
