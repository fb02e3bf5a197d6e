import { codeOf, fromCode, isCode, runeAt, toBytes, type Bytes } from "./bytes.ts";
import type { Value } from "./value.ts";

const ESCAPE = /\\(?:x[\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8}|[0-7]{3}|[^]?)/g;
const SHORT: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

/** Reads a constant text with its quotes, quoted or raw, as Go's strconv.Unquote does; null when it is malformed. */
export function readText(quoted: string): Bytes | null {
  const inside = toBytes(quoted.slice(1, -1));
  if (quoted.startsWith("`")) return inside.replaceAll("\r", "");
  let read = "";
  let end = 0;
  for (const { 0: escape, index } of inside.matchAll(ESCAPE)) {
    const found = readEscape(escape, '"');
    if (found === null) return null;
    read += inside.slice(end, index) + found.bytes;
    end = index + escape.length;
  }
  return read + inside.slice(end);
}

/** Reads a constant character with its quotes: its code point as a number. Null when it is malformed. */
export function readCharacter(quoted: string): Value | null {
  const inside = toBytes(quoted.slice(1, -1));
  const rune = runeAt(inside, 0);
  if (rune !== "\\") return inside !== "" && rune === inside ? { kind: "int", value: BigInt(codeOf(rune)) } : null;
  const [[escape] = []] = inside.matchAll(ESCAPE);
  const found = escape === inside ? readEscape(inside, "'") : null;
  return found === null ? null : { kind: "int", value: BigInt(found.code) };
}

interface Escaped {
  readonly code: number;
  readonly bytes: Bytes;
}

function readEscape(escape: string, quote: string): Escaped | null {
  const letter = escape.charAt(1);
  const short = letter === quote || letter === "\\" ? letter : SHORT[letter];
  if (short !== undefined) return { code: short.charCodeAt(0), bytes: short };
  const code = numberOf(escape);
  if (letter.toUpperCase() === "U") return isCode(code) ? { code, bytes: fromCode(code) } : null;
  return code <= 255 ? { code, bytes: String.fromCharCode(code) } : null;
}

// Not a number for an escape that has no digits.
function numberOf(escape: string): number {
  if (escape.length < 4) return NaN;
  return /^\\[0-7]/.test(escape) ? Number.parseInt(escape.slice(1), 8) : Number.parseInt(escape.slice(2), 16);
}

const INTEGER = /^[+-]?(?:0[xX](?:_?[\da-fA-F])+|0[bB](?:_?[01])+|0[oO]?(?:_?[0-7])+|0|[1-9](?:_?\d)*)$/;
const DECIMAL = /^[+-]?(?:\d(?:_?\d)*(?:\.(?:\d(?:_?\d)*)?)?|\.\d(?:_?\d)*)(?:[eE][+-]?\d(?:_?\d)*)?$/;
const HEX_FLOAT = /^([+-]?)0[xX]((?:_?[\da-fA-F])*)(?:\.((?:[\da-fA-F](?:_?[\da-fA-F])*)?))?[pP]([+-]?\d(?:_?\d)*)$/;
const MAX_DIGITS = 1_000;
const MAX_INT = 2n ** 63n;

/** Reads a constant number as Go does: an int of 64 bits or a float64. Null when it is none, or too large. */
export function readNumber(text: string): Value | null {
  if (text.length > MAX_DIGITS) return null;
  const int = INTEGER.test(text) ? readInteger(text) : null;
  const looksFloat = /[.eEpP]/.test(text) && !/^0[xX][^pP]*$/.test(text);
  if (int !== null) {
    if (int >= MAX_INT || int < -MAX_INT) return null;
    return looksFloat ? { kind: "float64", value: Number(int) } : { kind: "int", value: int };
  }
  const float = looksFloat ? readFloat(text) : NaN;
  return Number.isFinite(float) ? { kind: "float64", value: float } : null;
}

function readInteger(text: string): bigint {
  const digits = text
    .replaceAll("_", "")
    .replace(/^[+-]/, "")
    .replace(/^0(?=\d)/, "0o");
  return text.startsWith("-") ? -BigInt(digits) : BigInt(digits);
}

function readFloat(text: string): number {
  if (DECIMAL.test(text)) return Number(text.replaceAll("_", ""));
  const [, sign, whole = "", fraction = "", exponent = ""] = HEX_FLOAT.exec(text) ?? [];
  const digits = `${whole}${fraction}`.replaceAll("_", "");
  if (digits === "") return NaN;
  const shift = Number(exponent.replaceAll("_", "")) - 4 * fraction.replaceAll("_", "").length;
  const value = Number(`0x${digits}`) * 2 ** shift;
  return sign === "-" ? -value : value;
}
