import { fromCode, isCode, isPrintable, type Bytes } from "./bytes.ts";
import { pad, padBlank, signOf, type Form } from "./form.ts";
import { quoteRune } from "./quote.ts";
import type { Value } from "./value.ts";

type Whole = Value & { readonly kind: "int" | "uint8" };

const BASES: ReadonlyMap<string, number> = new Map([
  ["v", 10],
  ["d", 10],
  ["b", 2],
  ["o", 8],
  ["O", 8],
  ["x", 16],
  ["X", 16],
]);

/** Writes a whole number by a verb of printf; null when the verb does not suit whole numbers. */
export function formatInteger({ kind, value }: Whole, verb: string, form: Form): Bytes | null {
  if (verb === "v" && form.isSource && kind === "uint8") return formatDigits(value, 16, "x", { ...form, sharp: true });
  const base = BASES.get(verb);
  if (base !== undefined) return formatDigits(value, base, verb, form);
  switch (verb) {
    case "c":
      return pad(fromCode(runeOf(value)), form);
    case "q":
      return pad(quoteRune(runeOf(value), form.plus), form);
    case "U":
      return formatUnicode(value, form);
    default:
      return null;
  }
}

// What is no code point becomes one that is none.
const runeOf = (value: bigint): number => (value < 0x110000n ? Number(value) : -1);

function formatDigits(value: bigint, base: number, verb: string, form: Form): Bytes {
  // Go writes nothing but the width here.
  if (form.precision === 0 && value === 0n) return " ".repeat(form.width ?? 0);
  const sign = signOf(value < 0n, form);
  const digits = (value < 0n ? -value : value).toString(base).padStart(leastDigits(form, sign), "0");
  const written = `${sign}${prefixOf(verb, base, digits, form)}${digits}`;
  return padBlank(verb === "X" ? written.toUpperCase() : written, form);
}

function leastDigits({ precision, zero, minus, width }: Form, sign: string): number {
  if (precision !== null) return precision;
  return zero && !minus && width !== null ? width - sign.length : 0;
}

function prefixOf(verb: string, base: number, digits: string, { sharp }: Form): string {
  if (verb === "O") return sharp && !digits.startsWith("0") ? "0o0" : "0o";
  if (!sharp) return "";
  if (base === 8) return digits.startsWith("0") ? "" : "0";
  return base === 2 ? "0b" : base === 16 ? "0x" : "";
}

function formatUnicode(value: bigint, form: Form): Bytes {
  const code = BigInt.asUintN(64, value);
  const digits = code
    .toString(16)
    .toUpperCase()
    .padStart(Math.max(4, form.precision ?? 0), "0");
  const number = Number(code);
  const isShown = form.sharp && isCode(number) && isPrintable(number);
  return padBlank(`U+${digits}${isShown ? ` '${fromCode(number)}'` : ""}`, form);
}
