import type { HookRequest } from "./argument.ts";
import { isCredential, isSecret, provesCaller } from "./caller.ts";
import type { UpgradeHook } from "./hook.ts";
import { evaluateMatch, type Match, type Surroundings } from "./match.ts";
import type { Rule } from "./rule.ts";

/**
 * True when a request satisfies what in a hook's rule proves who calls, whatever else the rule asks; true as well for
 * a rule that proves nothing. It tells a wrong secret from a right one that came with a push which the rule filters
 * out. Where something else proves the caller, be it the hook's list of callers, a fixed text is taken for a filter.
 */
export function isProven({ rule, upgrade }: UpgradeHook, request: HookRequest, surroundings: Surroundings): boolean {
  if (rule === null) return true;
  const isProof = upgrade.callers.length > 0 || provesCaller(rule, isCredential) ? isCredential : isSecret;
  return doesHold(rule, isProof, (match) => evaluateMatch(match, request, surroundings).holds);
}

type Test = (match: Match) => boolean;

function doesHold(rule: Rule, isProof: Test, isSatisfied: Test): boolean {
  const doesPart = (part: Rule): boolean => doesHold(part, isProof, isSatisfied);
  switch (rule.kind) {
    case "and":
      return rule.rules.every(doesPart);
    case "or":
      return !provesCaller(rule, isProof) || rule.rules.some(doesPart);
    case "not":
      return true;
    case "match":
      return !isProof(rule.match) || isSatisfied(rule.match);
    case "never":
      return false;
  }
}
