import { fail, ok, type Result } from "../result.ts";
import { applyOperations } from "./apply-operations.ts";
import { isJsonObject, type JsonObject } from "./json-object.ts";
import { diffObjects } from "./json-patch.ts";

/** An object as it came, as its decoder read it, and as it was changed then. */
export interface DecodedObject {
  readonly original: JsonObject;
  readonly decoded: JsonObject;
  readonly changed: JsonObject;
}

// They belong to the API server, whatever a decoder knows of them.
const COMMON = ["apiVersion", "kind", "metadata", "status"];

/** The changed object with the fields that the decoder has dropped, at any depth. */
export const keepUnknown = ({ original, decoded, changed }: DecodedObject): Result<JsonObject, string> =>
  applyOperations(underlay(original, decoded), diffObjects(decoded, changed));

/** The changed object without the fields that the decoder has dropped, but for what every object has. */
export function removeUnknown(object: DecodedObject): Result<JsonObject, string> {
  const kept = keepUnknown(object);
  if (kept.kind === "error") return fail(kept.error);
  const common = Object.entries(kept.value).filter(([name]) => COMMON.includes(name));
  return ok({ ...object.changed, ...Object.fromEntries(common) });
}

// What was decoded, on top of what was dropped. A list whose length the decoder changed has nothing below it.
function underlay(original: JsonObject, decoded: JsonObject): JsonObject {
  const names = new Set([...Object.keys(original), ...Object.keys(decoded)]);
  return Object.fromEntries([...names].map((name) => [name, layered(own(original, name), own(decoded, name))]));
}

const own = (object: JsonObject, name: string): unknown => (Object.hasOwn(object, name) ? object[name] : undefined);

function layered(original: unknown, decoded: unknown): unknown {
  if (decoded === undefined) return original;
  if (isJsonObject(original) && isJsonObject(decoded)) return underlay(original, decoded);
  if (!Array.isArray(original) || !Array.isArray(decoded) || original.length !== decoded.length) return decoded;
  return decoded.map((item, index) => layered(original[index], item));
}
