import { decodeUtf8 } from "./utf8.ts";

/** The pairs of a query or of a form's body: every value of each name, in order. `bad` says that a pair was dropped. */
export interface Query {
  readonly values: ReadonlyMap<string, readonly string[]>;
  readonly bad: boolean;
}

/**
 * Reads `a=1&b=2` by the rules of Go's url.ParseQuery: a pair with a semicolon or a bad percent escape is dropped, an
 * empty one is skipped. The text has one character per byte.
 */
export function parseQuery(text: string): Query {
  const values = new Map<string, string[]>();
  let bad = false;
  for (const pair of text.split("&")) {
    if (pair === "") continue;
    const equals = pair.indexOf("=");
    const name = unescape(equals === -1 ? pair : pair.slice(0, equals));
    const value = equals === -1 ? "" : unescape(pair.slice(equals + 1));
    if (name === undefined || value === undefined) bad = true;
    else add(values, name, value);
  }
  return { values, bad };
}

function add(values: Map<string, string[]>, name: string, value: string): void {
  const known = values.get(name);
  if (known === undefined) values.set(name, [value]);
  else known.push(value);
}

// What most names and values are made of.
const PLAIN = /^[\w.~/:@*-]*$/;

function unescape(text: string): string | undefined {
  if (PLAIN.test(text)) return text;
  if (/;|%(?![\da-f]{2})/i.test(text)) return undefined;
  const bytes = text
    .replaceAll("+", " ")
    .replace(/%(..)/g, (_escape, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return decodeUtf8(Buffer.from(bytes, "latin1"));
}
