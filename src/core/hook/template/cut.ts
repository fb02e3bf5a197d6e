import { fail, ok, type Result } from "../../result.ts";
import { intValue, textValue, type Value } from "./value.ts";

/** The length of a text in bytes. */
export const lengthOf = (value: Value): Result<Value, string> =>
  value.kind === "string" ? ok(intValue(value.value.length)) : fail(`type ${value.kind} has no length`);

/** The byte of a text at an index; without one the value itself. */
export function byteAt(value: Value, indexes: readonly Value[]): Result<Value, string> {
  const [index, ...more] = indexes;
  if (value.kind === "nil") return fail("nil has no parts");
  if (index === undefined) return ok(value);
  if (value.kind !== "string") return fail(`type ${value.kind} has no parts`);
  const at = readIndex(index, value.value.length - 1);
  if (at.kind === "error") return at;
  return byteAt({ kind: "uint8", value: BigInt(value.value.charCodeAt(at.value)) }, more);
}

/** The part of a text from a byte up to another, which is its end where none is given. */
export function slice(value: Value, indexes: readonly Value[]): Result<Value, string> {
  if (value.kind !== "string") return fail(`type ${value.kind} has no parts`);
  if (indexes.length > 2) return fail("a text is cut at two places at most");
  const places = [0, value.value.length];
  for (const [position, index] of indexes.entries()) {
    const at = readIndex(index, value.value.length);
    if (at.kind === "error") return at;
    places[position] = at.value;
  }
  const [from = 0, to = 0] = places;
  return from > to ? fail("the part ends before it begins") : ok(textValue(value.value.slice(from, to)));
}

function readIndex(index: Value, last: number): Result<number, string> {
  if (index.kind !== "int" && index.kind !== "uint8")
    return fail(`an index is a whole number, not of type ${index.kind}`);
  if (index.value < 0n || index.value > BigInt(last)) return fail("the index is outside of the text");
  return ok(Number(index.value));
}
