import { hash, timingSafeEqual } from "node:crypto";
import { readArgument, type Argument, type HookRequest } from "./argument.ts";

/** What a match compares with: a text that stands in the hooks file, or the valid tokens of a file, one a line. */
export type Expected =
  { readonly kind: "literal"; readonly value: string } | { readonly kind: "file"; readonly path: string };

/** A match of type `value`: the argument's value is the expected one. */
export interface Match {
  readonly kind: "value";
  readonly parameter: Argument;
  readonly expected: Expected;
}

/** A trigger rule. `never` is the empty rule `{}`, which no request satisfies. */
export type Rule =
  | { readonly kind: "and"; readonly rules: readonly Rule[] }
  | { readonly kind: "or"; readonly rules: readonly Rule[] }
  | { readonly kind: "not"; readonly rule: Rule }
  | { readonly kind: "match"; readonly match: Match }
  | { readonly kind: "never" };

/** Gives the valid tokens of a file; none when the file is missing or empty. */
export type TokensOf = (path: string) => readonly string[];

/** How a rule came out. A missing parameter is told apart from a false one: adnanh/webhook's `and` stops at it. */
export interface Verdict {
  readonly holds: boolean;
  readonly missing: string | null;
}

/**
 * Evaluates a rule as adnanh/webhook does: `and` stops at the first false or missing, `or` passes over what is
 * missing, `not` negates but keeps that something was missing.
 */
export function evaluateRule(rule: Rule, request: HookRequest, tokensOf: TokensOf): Verdict {
  switch (rule.kind) {
    case "and":
      return evaluateAnd(rule.rules, request, tokensOf);
    case "or":
      return evaluateOr(rule.rules, request, tokensOf);
    case "not": {
      const inner = evaluateRule(rule.rule, request, tokensOf);
      return { holds: !inner.holds, missing: inner.missing };
    }
    case "match":
      return evaluateMatch(rule.match, request, tokensOf);
    case "never":
      return { holds: false, missing: null };
  }
}

/** Compares two texts in a time that does not depend on where they differ, nor on their lengths. */
export const isSameText = (a: string, b: string): boolean => timingSafeEqual(sha256(a), sha256(b));

const sha256 = (text: string): Buffer => hash("sha256", text, "buffer");

function evaluateAnd(rules: readonly Rule[], request: HookRequest, tokensOf: TokensOf): Verdict {
  for (const rule of rules) {
    const verdict = evaluateRule(rule, request, tokensOf);
    if (verdict.missing !== null) return { holds: false, missing: verdict.missing };
    if (!verdict.holds) return verdict;
  }
  return { holds: true, missing: null };
}

function evaluateOr(rules: readonly Rule[], request: HookRequest, tokensOf: TokensOf): Verdict {
  const holds = rules.some((rule) => evaluateRule(rule, request, tokensOf).holds);
  return { holds, missing: null };
}

function evaluateMatch(match: Match, request: HookRequest, tokensOf: TokensOf): Verdict {
  const value = readArgument(match.parameter, request);
  if (value === undefined) return { holds: false, missing: `${match.parameter.source} ${match.parameter.name}` };
  const valid = match.expected.kind === "literal" ? [match.expected.value] : tokensOf(match.expected.path);
  // Each is compared, so that the time does not tell which of several tokens matched.
  const matches = valid.map((expected) => isSameText(value, expected));
  return { holds: matches.includes(true), missing: null };
}
