import { createPatch, Pointer } from "rfc6902";
import type { JsonObject } from "./json-object.ts";

/** One operation of a JSON Patch (RFC 6902). */
export type PatchOperation =
  | { readonly op: "add" | "replace" | "test"; readonly path: string; readonly value: unknown }
  | { readonly op: "remove"; readonly path: string }
  | { readonly op: "move" | "copy"; readonly from: string; readonly path: string };

// The library compares two lists by a table of so many cells.
const MAX_CELLS = 250_000;

/** The operations that turn one object into another. Long lists that differ are replaced as a whole. */
export function diffObjects(original: JsonObject, changed: JsonObject): readonly PatchOperation[] {
  return createPatch(original, changed, (input, output, pointer) => {
    if (!Array.isArray(input) || !Array.isArray(output) || input.length * output.length <= MAX_CELLS) return undefined;
    const isSame = JSON.stringify(input) === JSON.stringify(output);
    return isSame ? [] : [{ op: "replace", path: pointer.toString(), value: output }];
  });
}

/** The keys of a JSON Pointer (RFC 6901); null where the text is none. */
export function parsePointer(text: string): readonly string[] | null {
  if (!/^(?:\/(?:[^~/]|~[01])*)*$/.test(text)) return null;
  return Pointer.fromJSON(text).tokens.slice(1);
}

/** A JSON Pointer to a place below another. */
export const childPointer = (pointer: string, key: string): string =>
  `${pointer}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
