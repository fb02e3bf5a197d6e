import assert from "node:assert/strict";
import type { Argument, ArgumentSource, HookRequest } from "../../../../src/core/hook/argument.ts";
import { RE2JS } from "re2js";
import { parseAddressRanges } from "../../../../src/core/hook/address-range.ts";
import type { Match } from "../../../../src/core/hook/match.ts";
import type { HmacAlgorithm } from "../../../../src/core/hook/signature.ts";
import { parseJsonPayload } from "../../../../src/core/hook/payload.ts";
import type { Rule, RuleContext } from "../../../../src/core/hook/rule.ts";

type Values = Readonly<Record<string, string | readonly string[]>>;

const mapOf = (values: Values): ReadonlyMap<string, readonly string[]> =>
  new Map(Object.entries(values).map(([name, value]) => [name, typeof value === "string" ? [value] : value]));

/** A request with the query, headers and body given; without a body there is no payload. */
export function aRequest(
  given: { query?: Values; headers?: Values; body?: string; remoteAddress?: string } = {},
): HookRequest {
  const parsed = given.body === undefined ? null : parseJsonPayload(given.body);
  if (parsed?.kind === "error") assert.fail(parsed.error);
  return {
    method: "POST",
    remoteAddress: given.remoteAddress ?? "192.0.2.7:40000",
    body: () => Buffer.from(given.body ?? ""),
    query: mapOf(given.query ?? {}),
    headers: mapOf(given.headers ?? {}),
    payload: () => parsed?.value ?? null,
  };
}

/** What a rule is evaluated in: no token is valid, it is noon, and a wrong signature ends the evaluation. */
export const aContext = (
  tokensOf: RuleContext["tokensOf"] = () => [],
  more: Partial<RuleContext> = {},
): RuleContext => ({ tokensOf, now: new Date("2026-11-22T12:00:00Z"), softSignatures: false, ...more });

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

const ofMatch = (match: Match): Rule => ({ kind: "match", match });

/** A match of a source's value with a regular expression. */
export const regex = (source: ArgumentSource, name: string, text: string): Rule =>
  ofMatch({ kind: "regex", parameter: anArgument(source, name), regex: RE2JS.compile(text) });

/** A match of the header X-Hub-Signature-256 with the body's HMAC. */
export const hmac = (secret: string, algorithm: HmacAlgorithm = "sha256"): Rule =>
  ofMatch({ kind: "hmac", parameter: anArgument("header", "X-Hub-Signature-256"), algorithm, secret });

/** A match of Scalr's signature. */
export const scalr = (secret: string): Rule => ofMatch({ kind: "scalr-signature", secret });

/** A match of the client's address. */
export function whitelist(text: string): Rule {
  const list = parseAddressRanges(text);
  assert.equal(list.fault, null);
  return ofMatch({ kind: "ip-whitelist", ...list });
}

/** The rule types that combine others. */
export const and = (...rules: readonly Rule[]): Rule => ({ kind: "and", rules });
export const or = (...rules: readonly Rule[]): Rule => ({ kind: "or", rules });
export const not = (rule: Rule): Rule => ({ kind: "not", rule });
export const never: Rule = { kind: "never" };
