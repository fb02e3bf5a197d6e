import { fail, ok, type Result } from "../../result.ts";
import type { Value } from "./value.ts";

const isWhole = ({ kind }: Value): boolean => kind === "int" || kind === "uint8";

const isComparable = (a: Value, b: Value): boolean => a.kind === b.kind || (isWhole(a) && isWhole(b));

/** Tells whether a value equals one of others; looks at no more of them than it must. */
export function equalsAny(value: Value, others: readonly Value[]): Result<boolean, string> {
  if (others.length === 0) return fail("there is nothing to compare with");
  for (const other of others) {
    if (value.kind === "nil" || other.kind === "nil") {
      if (value.kind === other.kind) return ok(true);
    } else if (!isComparable(value, other)) return incomparable(value, other);
    else if (value.value === other.value) return ok(true);
  }
  return ok(false);
}

/** Tells whether a number is less than another, or a text comes before another by its bytes. */
export function isLess(a: Value, b: Value): Result<boolean, string> {
  for (const { kind } of [a, b]) if (kind === "nil" || kind === "bool") return fail(`type ${kind} has no order`);
  if (a.kind === "nil" || b.kind === "nil" || !isComparable(a, b)) return incomparable(a, b);
  return ok(a.value < b.value);
}

const incomparable = (a: Value, b: Value): Result<boolean, string> =>
  fail(`types ${a.kind} and ${b.kind} do not compare`);
