import { countRunes, type Bytes } from "./bytes.ts";

/** The flags, the width and the precision of a verb of printf. */
export interface Form {
  readonly minus: boolean;
  readonly plus: boolean;
  readonly sharp: boolean;
  readonly space: boolean;
  readonly zero: boolean;
  /** True for `%#v`: as Go source. */
  readonly isSource: boolean;
  /** In code points; null where none is given. */
  readonly width: number | null;
  readonly precision: number | null;
}

/** No flags at all, as `%v`. */
export const PLAIN: Form = {
  minus: false,
  plus: false,
  sharp: false,
  space: false,
  zero: false,
  isSource: false,
  width: null,
  precision: null,
};

/** The sign of a number, or what the flags put in its place. */
export function signOf(isNegative: boolean, { plus, space }: Form): string {
  if (isNegative) return "-";
  return plus ? "+" : space ? " " : "";
}

/** Fills a text up to the width: behind it with `-`, else before it, with zeros where the flag says so. */
export function pad(text: Bytes, { width, minus, zero }: Form): Bytes {
  if (width === null) return text;
  const missing = Math.max(0, width - countRunes(text));
  if (minus) return text + " ".repeat(missing);
  return (zero ? "0" : " ").repeat(missing) + text;
}

/** Fills a text up to the width with blanks. */
export const padBlank = (text: Bytes, form: Form): Bytes => pad(text, { ...form, zero: false });
