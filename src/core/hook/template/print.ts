import type { Bytes } from "./bytes.ts";
import { PLAIN } from "./form.ts";
import { formatValue } from "./format-value.ts";
import { textValue, type Value } from "./value.ts";

const NOTHING = "<no value>";

/** Writes a value as an action prints it. */
export const printValue = (value: Value): Bytes => (value.kind === "nil" ? NOTHING : formatValue(value, "v", PLAIN));

/** Writes values as Go's print does: a blank stands between two of which neither is a text. */
export function printAll(values: readonly Value[]): Bytes {
  let text = "";
  let isAfterText = true;
  for (const value of values) {
    const isText = value.kind === "string";
    text += `${isText || isAfterText ? "" : " "}${formatValue(value, "v", PLAIN)}`;
    isAfterText = isText;
  }
  return text;
}

/** Writes values as Go's println does: a blank between all, a line end at the end. */
export const printLine = (values: readonly Value[]): Bytes =>
  `${values.map((value) => formatValue(value, "v", PLAIN)).join(" ")}\n`;

/** Writes values as html, js and urlquery take them. */
export const printShown = (values: readonly Value[]): Bytes =>
  printAll(values.map((value) => (value.kind === "nil" ? textValue(NOTHING) : value)));
