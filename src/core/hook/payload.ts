import { fail, ok, type Result } from "../result.ts";

/** A number of a payload, kept as it was written: `1.50` stays `1.50`. */
interface NumberLiteral {
  readonly literal: string;
}

/** A payload's value. Objects are maps, so that no key of a payload can reach a prototype. */
export type PayloadValue = string | boolean | null | NumberLiteral | readonly PayloadValue[] | PayloadObject;

/** A payload's object. */
export type PayloadObject = ReadonlyMap<string, PayloadValue>;

const MAX_DEPTH = 200;

/** What Go prints where an object was asked for and none came: `null`, unlike JSON's own null, which prints as `<nil>`. */
export const NO_OBJECT: NumberLiteral = { literal: "null" };

/**
 * Reads JSON bytes as a payload. Only an object or an array is one, and an array is `{"root": [...]}`, as in
 * adnanh/webhook. Numbers keep their text; of a key given twice the last counts.
 */
export function parseJsonPayload(text: string): Result<PayloadObject, string> {
  const payload = parseInnerPayload(text);
  return payload.kind === "ok" ? payload : fail(`the body ${payload.error}`);
}

/** Reads JSON that is a text in a payload, as above. The error is the end of a sentence that begins with its field. */
export function parseInnerPayload(text: string): Result<PayloadObject, string> {
  const value = text.trim() === "" ? fail("is empty") : parseJson(text, extentOf(text).depth);
  if (value.kind === "error") return value;
  const payload = asPayload(value.value);
  return payload === null ? fail("is neither a JSON object nor an array") : ok(payload);
}

/** An object as the payload that it is, an array as its root, null for anything else. */
export function asPayload(value: PayloadValue): PayloadObject | null {
  if (Array.isArray(value)) return new Map([["root", value as readonly PayloadValue[]]]);
  return isObject(value) ? value : null;
}

/**
 * Reads the first JSON value of a text, an object, an array or null, and ignores what follows it, as Go's decoder does.
 * The error is the end of a sentence that begins with what the text is.
 */
export function parseFirstJson(text: string): Result<PayloadValue, string> {
  const start = text.search(/[^ \t\r\n]/);
  if (start === -1) return fail("is empty");
  const json = text.slice(start);
  if (json.startsWith("null")) return ok(null);
  if (!json.startsWith("{") && !json.startsWith("[")) return fail("is neither a JSON object nor an array");
  const { end, depth } = extentOf(json);
  return parseJson(json.slice(0, end), depth);
}

/** Decodes the first JSON value of a text as Go decodes an object: null is one that prints as `null`. Errors as above. */
export function decodeObject(text: string): Result<PayloadObject | NumberLiteral, string> {
  const value = parseFirstJson(text);
  if (value.kind === "error") return value;
  if (value.value === null) return ok(NO_OBJECT);
  return isObject(value.value) ? ok(value.value) : fail("is a JSON array, not an object");
}

/** True for a payload's object. */
export const isObject = (value: PayloadValue | undefined): value is PayloadObject => value instanceof Map;

/**
 * Finds a value by its dotted path. On an object the whole remaining path as a key wins over its first part; on an
 * array a part is an index. `undefined` when there is none. The rule is adnanh/webhook's.
 */
export function lookUp(value: PayloadValue, path: string): PayloadValue | undefined {
  if (isObject(value)) {
    const whole = value.get(path);
    if (whole !== undefined) return whole;
  }
  const dot = path.indexOf(".");
  const head = dot === -1 ? path : path.slice(0, dot);
  const next = childOf(value, head);
  return dot === -1 || next === undefined ? next : lookUp(next, path.slice(dot + 1));
}

/** A copy with another value at a path that `lookUp` finds; with no change when it finds none. */
export function replaceAt<T extends PayloadValue>(value: T, path: string, by: PayloadValue): T;
export function replaceAt(value: PayloadValue, path: string, by: PayloadValue): PayloadValue {
  const dot = path.indexOf(".");
  const isWhole = dot === -1 || (isObject(value) && value.has(path));
  const key = isWhole ? path : path.slice(0, dot);
  const child = childOf(value, key);
  if (child === undefined) return value;
  const changed = isWhole ? by : replaceAt(child, path.slice(dot + 1), by);
  return isObject(value)
    ? new Map(value).set(key, changed)
    : (value as readonly PayloadValue[]).with(Number(key), changed);
}

/** Prints a value as adnanh/webhook does: text as it is, numbers as written, null as `<nil>`, the rest as Go's JSON. */
export function printValue(value: PayloadValue): string {
  if (typeof value === "string") return value;
  return value === null ? "<nil>" : printJson(value);
}

/** Prints a value as Go's encoding/json does: keys sorted, `<`, `>` and `&` escaped, number literals as written. */
export function printJson(value: PayloadValue): string {
  if (typeof value === "string") return printString(value);
  if (value === null || typeof value === "boolean") return String(value);
  if (Array.isArray(value)) return `[${value.map((item: PayloadValue) => printJson(item)).join(",")}]`;
  if (!isObject(value)) return (value as NumberLiteral).literal;
  const keys = [...value.keys()].sort(byCodePoint);
  return `{${keys.map((key) => `${printString(key)}:${printJson(value.get(key) ?? null)}`).join(",")}}`;
}

function childOf(value: PayloadValue, key: string): PayloadValue | undefined {
  if (isObject(value)) return value.get(key);
  if (!Array.isArray(value) || !/^\d{1,9}$/.test(key)) return undefined;
  return (value as readonly PayloadValue[])[Number(key)];
}

const escape = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
const printString = (text: string): string => JSON.stringify(text.toWellFormed()).replace(/[<>&\u2028\u2029]/g, escape);

const byCodePoint = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

class Literal implements NumberLiteral {
  readonly literal: string;
  constructor(literal: string) {
    this.literal = literal;
  }
}

// A number always comes with its source.
function parseJson(text: string, depth: number): Result<PayloadValue, string> {
  if (depth > MAX_DEPTH) return fail(`is nested deeper than ${String(MAX_DEPTH)} levels`);
  try {
    return ok(
      toPayload(
        JSON.parse(text, (_key, value: unknown, context?: { source?: string }) =>
          typeof value === "number" ? new Literal(String(context?.source)) : value,
        ),
      ),
    );
  } catch (error) {
    return fail(`is not JSON: ${shorten((error as SyntaxError).message)}`);
  }
}

// Half of a surrogate pair is replaced, as Go does.
function toPayload(value: unknown): PayloadValue {
  if (typeof value === "string") return value.toWellFormed();
  if (typeof value === "boolean" || value === null || value instanceof Literal) return value;
  if (Array.isArray(value)) return value.map(toPayload);
  return new Map(Object.entries(value as object).map(([key, item]) => [key.toWellFormed(), toPayload(item)]));
}

// JSON.parse quotes a piece of the text in its message: a body may hold a secret, so only what comes before is kept.
const shorten = (message: string): string => message.replace(/(?: '.{1,2}')?,? *(?:\.\.\.)?".*$/s, "").slice(0, 120);

// A string is one token, closed or not: brackets in it nest nothing, and the scan stays linear.
const TOKENS = /"(?:[^"\\]|\\.)*(?:"|\\?$)|[[\]{}]/gs;

// Where the first value of a text that begins with a bracket ends, if it is JSON at all, and how deep it is.
function extentOf(text: string): { readonly end: number; readonly depth: number } {
  let depth = 0;
  let deepest = 0;
  for (const { 0: token, index } of text.matchAll(TOKENS)) {
    if (token.startsWith('"')) continue;
    depth += token === "[" || token === "{" ? 1 : -1;
    deepest = Math.max(deepest, depth);
    if (depth <= 0) return { end: index + 1, depth: deepest };
  }
  return { end: text.length, depth: deepest };
}
