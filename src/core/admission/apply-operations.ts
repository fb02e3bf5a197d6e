import { clip } from "../clip.ts";
import { fail, ok, type Result } from "../result.ts";
import { isJsonObject, type JsonObject } from "./json-object.ts";
import { parsePointer, type PatchOperation } from "./json-patch.ts";
import { isSameValue } from "./rules/same-value.ts";

/**
 * A copy of an object with a patch applied, as strictly as the API server does it; where one operation fails, the error
 * says which and why, and nothing of the object. The library would write into inherited properties, and throw.
 */
export function applyOperations(object: JsonObject, operations: readonly PatchOperation[]): Result<JsonObject, string> {
  const copy = structuredClone(object);
  for (const [index, operation] of operations.entries()) {
    const problem = apply(copy, operation);
    if (problem !== null)
      return fail(`operation ${String(index)} (${operation.op} ${clip(operation.path)}) does not apply: ${problem}`);
  }
  return ok(copy);
}

type Container = unknown[] | Record<string, unknown>;

/** What holds a value, and its key there. */
interface Place {
  readonly container: Container;
  readonly key: string;
}

const NOTHING = "there is nothing at this path";
const INDEX = /^(?:0|[1-9]\d*)$/;

// Null where it has been applied.
function apply(root: JsonObject, operation: PatchOperation): string | null {
  switch (operation.op) {
    case "add":
      return add(root, operation.path, operation.value);
    case "remove":
      return remove(root, operation.path);
    case "replace":
      return remove(root, operation.path) ?? add(root, operation.path, operation.value);
    case "test":
      return test(root, operation.path, operation.value);
    case "move": {
      const value = valueAt(root, operation.from);
      return remove(root, operation.from) ?? add(root, operation.path, value);
    }
    case "copy":
      return add(root, operation.path, valueAt(root, operation.from));
  }
}

function add(root: JsonObject, path: string, value: unknown): string | null {
  const place = placeOf(root, path);
  if (place === null) return "there is nothing that could hold a value at this path";
  const sent = asSent(value);
  if (sent === undefined) return "there is no value that JSON can say";
  const { container, key } = place;
  if (!Array.isArray(container)) {
    // An assignment to `__proto__` would not make a key of that name.
    Object.defineProperty(container, key, { value: sent, configurable: true, enumerable: true, writable: true });
    return null;
  }
  const index = key === "-" ? container.length : indexOf(key);
  if (index === null || index > container.length) return "the list has no such place";
  container.splice(index, 0, sent);
  return null;
}

function remove(root: JsonObject, path: string): string | null {
  const place = placeOf(root, path);
  if (place === null || childOf(place.container, place.key) === undefined) return NOTHING;
  const { container, key } = place;
  if (Array.isArray(container)) container.splice(Number(key), 1);
  else Reflect.deleteProperty(container, key);
  return null;
}

function test(root: JsonObject, path: string, value: unknown): string | null {
  const place = placeOf(root, path);
  if (place === null) return NOTHING;
  // As the API server has it, what is absent is equal to null.
  const found = childOf(place.container, place.key) ?? null;
  return isSameValue(found, asSent(value) ?? null) ? null : "there is another value";
}

function valueAt(root: JsonObject, path: string): unknown {
  const place = placeOf(root, path);
  return place === null ? undefined : childOf(place.container, place.key);
}

// Null for the whole object too: the API server takes no operation on that.
function placeOf(root: JsonObject, path: string): Place | null {
  const keys = parsePointer(path) ?? [];
  const key = keys.at(-1);
  const container = keys.slice(0, -1).reduce<unknown>(childOf, root);
  return key === undefined || !isContainer(container) ? null : { container, key };
}

function childOf(container: unknown, key: string): unknown {
  if (Array.isArray(container)) return container[indexOf(key) ?? -1];
  return isJsonObject(container) && Object.hasOwn(container, key) ? container[key] : undefined;
}

const isContainer = (value: unknown): value is Container => Array.isArray(value) || isJsonObject(value);

const indexOf = (key: string): number | null => (INDEX.test(key) ? Number(key) : null);

// A copy as the API server reads it; undefined where it is nothing that JSON can say.
function asSent(value: unknown): unknown {
  try {
    const text = JSON.stringify(value) as string | undefined;
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    // Such as a value that refers to itself.
    return undefined;
  }
}
