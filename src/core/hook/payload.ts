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

/**
 * Reads JSON bytes as a payload. Only an object or an array is one, and an array is `{"root": [...]}`, as in
 * adnanh/webhook. Numbers keep their text; of a key given twice the last counts.
 */
export function parseJsonPayload(text: string): Result<PayloadObject, string> {
  if (text.trim() === "") return fail("the body is empty");
  if (isDeeperThan(text, MAX_DEPTH)) return fail(`the body is nested deeper than ${String(MAX_DEPTH)} levels`);
  const parsed = parseJson(text);
  if (parsed.kind === "error") return parsed;
  const value = toPayload(parsed.value);
  if (Array.isArray(value)) return ok(new Map([["root", value as readonly PayloadValue[]]]));
  return isObject(value) ? ok(value) : fail("the body is neither a JSON object nor an array");
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
function parseJson(text: string): Result<unknown, string> {
  try {
    return ok(
      JSON.parse(text, (_key, value: unknown, context?: { source?: string }) =>
        typeof value === "number" ? new Literal(String(context?.source)) : value,
      ),
    );
  } catch (error) {
    return fail(`the body is not JSON: ${shorten((error as SyntaxError).message)}`);
  }
}

function toPayload(value: unknown): PayloadValue {
  if (typeof value === "string" || typeof value === "boolean" || value === null || value instanceof Literal)
    return value;
  if (Array.isArray(value)) return value.map(toPayload);
  return new Map(Object.entries(value as object).map(([key, item]) => [key, toPayload(item)]));
}

// JSON.parse quotes a piece of the text in its message: a body may hold a secret, so only what comes before is kept.
const shorten = (message: string): string => message.replace(/(?: '.{1,2}')?,? *(?:\.\.\.)?".*$/s, "").slice(0, 120);

// A string is one token, closed or not: brackets in it nest nothing, and the scan stays linear.
const TOKENS = /"(?:[^"\\]|\\.)*(?:"|\\?$)|[[\]{}]/gs;

function isDeeperThan(text: string, limit: number): boolean {
  let depth = 0;
  for (const [token] of text.matchAll(TOKENS)) {
    if (token === "[" || token === "{") depth++;
    else if (token === "]" || token === "}") depth--;
    if (depth > limit) return true;
  }
  return false;
}
