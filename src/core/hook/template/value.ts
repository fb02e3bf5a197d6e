import type { Bytes } from "./bytes.ts";

/** A value of a template. Its kind is the name of its type in Go. */
export type Value =
  | { readonly kind: "nil" }
  | { readonly kind: "bool"; readonly value: boolean }
  | { readonly kind: "int" | "uint8"; readonly value: bigint }
  | { readonly kind: "float64"; readonly value: number }
  | { readonly kind: "string"; readonly value: Bytes };

/** No value: what data is, as a hooks file gets none. */
export const NIL: Value = { kind: "nil" };

/** Makes a text a value. */
export const textValue = (value: Bytes): Value => ({ kind: "string", value });

/** Makes a truth a value. */
export const boolValue = (value: boolean): Value => ({ kind: "bool", value });

/** Makes a whole number a value. */
export const intValue = (value: number): Value => ({ kind: "int", value: BigInt(value) });

/** Tells whether a value counts as true: not nil, false, zero or empty. */
export const isTrue = (value: Value): boolean => value.kind !== "nil" && Boolean(value.value);

/** How much work a value is: the bytes of a text, 1 for anything else. */
export const weightOf = (value: Value): number => (value.kind === "string" ? value.value.length : 1);
