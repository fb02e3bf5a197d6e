import { createPatch, Pointer } from "rfc6902";
import type { JsonObject } from "./json-object.ts";
import { isSameValue } from "./rules/same-value.ts";

/** One operation of a JSON Patch (RFC 6902). */
export type PatchOperation =
  | { readonly op: "add" | "replace" | "test"; readonly path: string; readonly value: unknown }
  | { readonly op: "remove"; readonly path: string }
  | { readonly op: "move" | "copy"; readonly from: string; readonly path: string };

/** The operations that turn one object into another: they add, remove and replace. What is undefined counts as absent. */
export const diffObjects = (original: JsonObject, changed: JsonObject): readonly PatchOperation[] =>
  diffValues(original, changed);

type Change = ReturnType<typeof createPatch>[number];

// The library's own way with two lists takes a gigabyte for 500 entries of each, and ends at some thousand.
function diffValues(from: unknown, to: unknown): Change[] {
  return createPatch(from, to, (input: unknown, output: unknown, pointer) => {
    if (!Array.isArray(input) || !Array.isArray(output)) return undefined;
    return below(pointer.toString(), diffLists(input, output));
  });
}

const below = (pointer: string, changes: readonly Change[]): Change[] =>
  changes.map((change) => ({ ...change, path: pointer + change.path }));

// Lists of one length are compared entry by entry. Of others, what is equal at both ends stays.
function diffLists(input: readonly unknown[], output: readonly unknown[]): Change[] {
  const [start, rest] = input.length === output.length ? [0, 0] : equalEnds(input, output);
  const kept = Math.min(input.length, output.length) - rest;
  const changes: Change[] = [];
  for (let index = start; index < kept; index++)
    changes.push(...below(`/${String(index)}`, diffValues(input[index], output[index] ?? null)));
  for (let index = input.length - rest - 1; index >= kept; index--)
    changes.push({ op: "remove", path: `/${String(index)}` });
  for (let index = kept; index < output.length - rest; index++)
    changes.push({ op: "add", path: `/${String(index)}`, value: output[index] ?? null });
  return changes;
}

/** How many entries are equal at the beginning, and of the others how many at the end. */
function equalEnds(input: readonly unknown[], output: readonly unknown[]): readonly [number, number] {
  const length = Math.min(input.length, output.length);
  const isSame = (one: number, other: number): boolean => isSameValue(input[one], output[other]);
  let start = 0;
  while (start < length && isSame(start, start)) start++;
  let rest = 0;
  while (rest < length - start && isSame(input.length - 1 - rest, output.length - 1 - rest)) rest++;
  return [start, rest];
}

/** The keys of a JSON Pointer (RFC 6901); null where the text is none. */
export function parsePointer(text: string): readonly string[] | null {
  if (!/^(?:\/(?:[^~/]|~[01])*)*$/.test(text)) return null;
  return Pointer.fromJSON(text).tokens.slice(1);
}

/** A JSON Pointer to a place below another. */
export const childPointer = (pointer: string, key: string): string =>
  `${pointer}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
