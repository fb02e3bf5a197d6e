import { codeOf, isPrintable, isStray, mapRunes, toBytes, type Bytes } from "./bytes.ts";

const JS_SPECIAL = /[\\'"<>&=]|[^ -\xff]|[\x80-\xff]+/g;

/** Escapes a text for a JavaScript or JSON string, as Go's template.JSEscapeString does. */
export const escapeJs = (text: Bytes): Bytes =>
  text.replace(JS_SPECIAL, (special) => (special < "\x80" ? escapeAscii(special) : mapRunes(special, escapeRune)));

const escapeAscii = (character: string): string =>
  `\\'"`.includes(character) ? `\\${character}` : escapeCode(character.charCodeAt(0));

const escapeRune = (rune: Bytes): Bytes =>
  isStray(rune) || isPrintable(codeOf(rune)) ? rune : escapeCode(codeOf(rune));

const escapeCode = (code: number): string => `\\u${code.toString(16).toUpperCase().padStart(4, "0")}`;

const HTML: Readonly<Record<string, string>> = {
  '"': "&#34;",
  "'": "&#39;",
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  "\0": toBytes("\uFFFD"),
};

/** Escapes a text for HTML, as Go's template.HTMLEscapeString does. */
export const escapeHtml = (text: Bytes): Bytes => text.replace(/["'&<>\0]/g, (character) => String(HTML[character]));

/** Escapes a text for the query of a URL, as Go's url.QueryEscape does. */
export const escapeQuery = (text: Bytes): Bytes =>
  text.replace(/[^\w.~-]/g, (byte) =>
    byte === " " ? "+" : `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`,
  );
