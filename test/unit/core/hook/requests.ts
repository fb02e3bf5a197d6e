import assert from "node:assert/strict";
import type { Argument, ArgumentSource, HookRequest } from "../../../../src/core/hook/argument.ts";
import { parseJsonPayload } from "../../../../src/core/hook/payload.ts";
import type { Rule } from "../../../../src/core/hook/rule.ts";

type Values = Readonly<Record<string, string | readonly string[]>>;

const mapOf = (values: Values): ReadonlyMap<string, readonly string[]> =>
  new Map(Object.entries(values).map(([name, value]) => [name, typeof value === "string" ? [value] : value]));

/** A request with the query, headers and body given; without a body there is no payload. */
export function aRequest(given: { query?: Values; headers?: Values; body?: string } = {}): HookRequest {
  const parsed = given.body === undefined ? null : parseJsonPayload(given.body);
  if (parsed?.kind === "error") assert.fail(parsed.error);
  return {
    query: mapOf(given.query ?? {}),
    headers: mapOf(given.headers ?? {}),
    payload: () => parsed?.value ?? null,
  };
}

/** An argument that feeds no environment variable. */
export const anArgument = (source: ArgumentSource, name: string): Argument => ({ source, name, envname: "" });

/** A match of a source's value with a text. */
export const matches = (source: ArgumentSource, name: string, value: string): Rule => ({
  kind: "match",
  match: { kind: "value", parameter: anArgument(source, name), expected: { kind: "literal", value } },
});

/** A match of a source's value with the tokens of a file. */
export const matchesFile = (source: ArgumentSource, name: string, path: string): Rule => ({
  kind: "match",
  match: { kind: "value", parameter: anArgument(source, name), expected: { kind: "file", path } },
});

/** The rule types that combine others. */
export const and = (...rules: readonly Rule[]): Rule => ({ kind: "and", rules });
export const or = (...rules: readonly Rule[]): Rule => ({ kind: "or", rules });
export const not = (rule: Rule): Rule => ({ kind: "not", rule });
export const never: Rule = { kind: "never" };
