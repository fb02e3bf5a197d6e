import { codeOf, fromCode, isPrintable, isStray, mapRunes, type Bytes } from "./bytes.ts";

const BYTE_ORDER_MARK = 0xfeff;

const SHORT: Readonly<Record<string, string>> = {
  "\x07": "\\a",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\v": "\\v",
};

/** Writes a text as Go's strconv.Quote does; with `isAscii` as QuoteToASCII does. */
export const quoteText = (text: Bytes, isAscii: boolean): Bytes =>
  `"${mapRunes(text, (rune) => (isStray(rune) ? `\\x${hex(rune.charCodeAt(0), 2)}` : escapeRune(rune, '"', isAscii)))}"`;

/** Writes a code point as Go's strconv.QuoteRune does; with `isAscii` as QuoteRuneToASCII does. */
export const quoteRune = (code: number, isAscii: boolean): Bytes => `'${escapeRune(fromCode(code), "'", isAscii)}'`;

/** Tells whether a text can stand between backquotes on one line. */
export function isRawText(text: Bytes): boolean {
  let isRaw = true;
  mapRunes(text, (rune) => {
    isRaw &&= isRawRune(rune);
    return "";
  });
  return isRaw;
}

const isRawRune = (rune: Bytes): boolean =>
  rune.length === 1 ? rune === "\t" || /[ -_a-~]/.test(rune) : codeOf(rune) !== BYTE_ORDER_MARK;

function escapeRune(rune: Bytes, quote: string, isAscii: boolean): Bytes {
  if (rune === quote || rune === "\\") return `\\${rune}`;
  const code = codeOf(rune);
  if (isPrintable(code) && (!isAscii || code < 0x80)) return rune;
  const short = SHORT[rune];
  if (short !== undefined) return short;
  if (code < 0x80) return `\\x${hex(code, 2)}`;
  return code < 0x10000 ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`;
}

const hex = (code: number, digits: number): string => code.toString(16).padStart(digits, "0");
