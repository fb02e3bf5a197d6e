import { fail, ok, type Result } from "../result.ts";
import { isJsonObject, type JsonObject } from "./json-object.ts";
import { diffObjects, parsePointer, type PatchOperation } from "./json-patch.ts";

/**
 * A copy of an object with a patch applied as the API server applies it; where one operation fails, the error says which and
 * why. The library's way would follow paths into what objects inherit, and lose those through a field named `constructor`.
 */
export function applyOperations(object: JsonObject, operations: readonly PatchOperation[]): Result<JsonObject, string> {
  const copy = structuredClone(object);
  for (const [index, operation] of operations.entries()) {
    const done = applyTo(copy, operation);
    if (done.kind === "error")
      return fail(`operation ${String(index)} (${operation.op} ${operation.path}) does not apply: ${done.error}`);
  }
  return ok(copy);
}

type Done = Result<unknown, string>;

function applyTo(root: JsonObject, operation: PatchOperation): Done {
  const place = placeOf(root, operation.path);
  if (place.kind === "error") return place;
  switch (operation.op) {
    case "add":
      return then(asSent(operation.value), place.value.insert);
    case "replace":
      return then(asSent(operation.value), (value) => then(take(place.value), () => place.value.insert(value)));
    case "remove":
      return take(place.value);
    case "test":
      return then(asSent(operation.value), (value) => compare(place.value, value));
    case "move":
      return then(then(placeOf(root, operation.from), take), (value) => insertAt(root, operation.path, value));
    case "copy":
      return then(then(placeOf(root, operation.from), read), (value) => place.value.insert(structuredClone(value)));
  }
}

function then<T>(before: Result<T, string>, next: (value: T) => Done): Done {
  return before.kind === "ok" ? next(before.value) : before;
}

/** Where a path leads to. */
interface Place {
  /** What stands there; undefined where nothing does. */
  readonly value: unknown;
  readonly insert: (value: unknown) => Done;
  readonly remove: () => void;
}

const INDEX = /^(?:0|[1-9][0-9]{0,8})$/;

function placeOf(root: JsonObject, path: string): Result<Place, string> {
  const keys = parsePointer(path);
  if (keys === null) return fail("its path is no JSON Pointer, which begins with / and writes ~ as ~0");
  const key = keys.at(-1);
  if (key === undefined) return fail("it is about the object as a whole: name a field");
  const parent = keys.slice(0, -1).reduce<unknown>(child, root);
  if (isJsonObject(parent)) return ok(fieldOf(parent, key));
  if (Array.isArray(parent)) return ok(itemOf(parent, key));
  return fail("its parent is missing, or is neither an object nor a list");
}

function child(parent: unknown, key: string): unknown {
  if (Array.isArray(parent)) return INDEX.test(key) ? parent[Number(key)] : undefined;
  return isJsonObject(parent) && Object.hasOwn(parent, key) ? parent[key] : undefined;
}

const fieldOf = (object: JsonObject, key: string): Place => ({
  value: child(object, key),
  insert: (value) =>
    ok(Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true })),
  remove: () => Reflect.deleteProperty(object, key),
});

function itemOf(list: unknown[], key: string): Place {
  const index = key === "-" ? list.length : Number(INDEX.test(key) ? key : Number.NaN);
  return {
    value: list[index],
    insert: (value) => (index <= list.length ? ok(list.splice(index, 0, value)) : fail("the list has no such place")),
    remove: () => list.splice(index, 1),
  };
}

const read = ({ value }: Place): Done => (value === undefined ? fail("there is nothing") : ok(value));

function take(place: Place): Done {
  const taken = read(place);
  if (taken.kind === "ok") place.remove();
  return taken;
}

// What was taken out of a list has moved what stands behind it.
const insertAt = (root: JsonObject, path: string, value: unknown): Done =>
  then(placeOf(root, path), ({ insert }) => insert(value));

// As the API server has it, nothing is as null here.
const compare = ({ value = null }: Place, wanted: unknown): Done =>
  diffObjects({ value }, { value: wanted }).length === 0 ? ok(value) : fail("another value stands there");

function asSent(value: unknown): Done {
  try {
    return ok(JSON.parse(JSON.stringify(value)));
  } catch {
    return fail("its value is missing, or cannot be printed as JSON");
  }
}
