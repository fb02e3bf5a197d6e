/**
 * A text as Go holds it: each character stands for one byte of the text's UTF-8. Go measures, cuts and compares texts
 * by bytes.
 */
export type Bytes = string;

/** Gives a text's UTF-8. */
export const toBytes = (text: string): Bytes => Buffer.from(text, "utf8").toString("latin1");

/** Reads UTF-8; bytes that are none become U+FFFD. */
export const fromBytes = (bytes: Bytes): string => Buffer.from(bytes, "latin1").toString("utf8");

// One encoded code point (RFC 3629, section 4), or one byte that belongs to none.
const RUNE =
  /[^\x80-\xff]|[\xc2-\xdf][\x80-\xbf]|(?:\xe0[\xa0-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]|\xed[\x80-\x9f])[\x80-\xbf]|(?:\xf0[\x90-\xbf]|[\xf1-\xf3][\x80-\xbf]|\xf4[\x80-\x8f])[\x80-\xbf]{2}|[^]/g;

/** Writes each code point, or byte that belongs to none, in another way. */
export const mapRunes = (bytes: Bytes, write: (rune: Bytes) => Bytes): Bytes => bytes.replace(RUNE, write);

/** The number of code points; a byte that belongs to none counts as one. */
export function countRunes(bytes: Bytes): number {
  let count = 0;
  for (const found of bytes.matchAll(RUNE)) count += found.length;
  return count;
}

/** The first code points of a text, at most so many. */
export function firstRunes(bytes: Bytes, most: number): Bytes {
  let count = 0;
  for (const found of bytes.matchAll(RUNE)) if (count++ === most) return bytes.slice(0, found.index);
  return bytes;
}

/** The code point, or byte that belongs to none, that begins at an index. */
export function runeAt(bytes: Bytes, index: number): Bytes {
  const [rune] = bytes.slice(index, index + 4).match(RUNE) ?? [""];
  return rune;
}

const LAST_CODE = 0x10ffff;
const REPLACEMENT = 0xfffd;

/** Tells whether what was cut out as a code point is a byte that belongs to none. */
export const isStray = (rune: Bytes): boolean => rune.length === 1 && rune >= "\x80";

/** The number of an encoded code point; U+FFFD for a byte that belongs to none. */
export const codeOf = (rune: Bytes): number => Number(fromBytes(rune).codePointAt(0));

/** Encodes a code point; U+FFFD for a number that is none. */
export const fromCode = (code: number): Bytes =>
  toBytes(String.fromCodePoint(code >= 0 && code <= LAST_CODE ? code : REPLACEMENT));

/** Tells whether a number is a code point that a text may hold. */
export const isCode = (code: number): boolean => code >= 0 && code <= LAST_CODE && (code < 0xd800 || code > 0xdfff);

/** Tells whether a code point shows: letters, marks, numbers, punctuation, symbols and the blank, as Go's unicode.IsPrint. */
export const isPrintable = (code: number): boolean =>
  /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u.test(String.fromCodePoint(code));
