import { createPatch, Pointer } from "rfc6902";
import { diffLists } from "./diff-lists.ts";
import type { JsonObject } from "./json-object.ts";

/** One operation of a JSON Patch (RFC 6902). */
export type PatchOperation =
  | { readonly op: "add" | "replace" | "test"; readonly path: string; readonly value: unknown }
  | { readonly op: "remove"; readonly path: string }
  | { readonly op: "move" | "copy"; readonly from: string; readonly path: string };

// Of the tables that lists of one object are compared by: 50 ms at most.
const MAX_CELLS = 1_000_000;

/**
 * The operations that turn one object into another. Where lists are long and differ much, they are replaced as a whole: the
 * library's own comparison takes a minute for 50 containers with 50 variables each.
 */
export function diffObjects(original: JsonObject, changed: JsonObject): readonly PatchOperation[] {
  let cells = MAX_CELLS;
  const hasRoom = (wanted: number): boolean => {
    const isThere = wanted <= cells;
    if (isThere) cells -= wanted;
    return isThere;
  };
  const diff = (before: unknown, after: unknown): readonly PatchOperation[] =>
    createPatch(before, after, (input, output, pointer) => {
      if (!Array.isArray(input) || !Array.isArray(output)) return undefined;
      const operations = diffLists(input, output, { diff, hasRoom });
      return operations.map((operation) => ({ ...operation, path: `${pointer.toString()}${operation.path}` }));
    });
  return diff(original, changed);
}

/** The keys of a JSON Pointer (RFC 6901); null where the text is none. */
export function parsePointer(text: string): readonly string[] | null {
  if (!/^(?:\/(?:[^~/]|~[01])*)*$/.test(text)) return null;
  return Pointer.fromJSON(text).tokens.slice(1);
}

/** A JSON Pointer to a place below another. */
export const childPointer = (pointer: string, key: string): string =>
  `${pointer}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
