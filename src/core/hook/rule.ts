import type { HookRequest } from "./argument.ts";
import { evaluateMatch, type Match, type Surroundings, type Verdict } from "./match.ts";

/** A trigger rule. `never` is the empty rule `{}`, which no request satisfies. */
export type Rule =
  | { readonly kind: "and"; readonly rules: readonly Rule[] }
  | { readonly kind: "or"; readonly rules: readonly Rule[] }
  | { readonly kind: "not"; readonly rule: Rule }
  | { readonly kind: "match"; readonly match: Match }
  | { readonly kind: "never" };

/** What a rule is evaluated in. */
export interface RuleContext extends Surroundings {
  /** Lets `or` pass over a wrong signature, as over a missing value; else it ends the evaluation. */
  readonly softSignatures: boolean;
  /** Told of every rule that is evaluated, those inside before the one around them. */
  readonly onJudged?: (judged: Judged) => void;
}

/** A rule that was evaluated, and how it came out. */
export interface Judged {
  readonly rule: Rule;
  readonly request: HookRequest;
  readonly verdict: Verdict;
}

/**
 * Evaluates a rule as adnanh/webhook does: `and` stops at the first false or problem, `or` passes over what is
 * missing, `not` negates but keeps a problem.
 */
export function evaluateRule(rule: Rule, request: HookRequest, context: RuleContext): Verdict {
  const verdict = evaluate(rule, request, context);
  context.onJudged?.({ rule, request, verdict });
  return verdict;
}

function evaluate(rule: Rule, request: HookRequest, context: RuleContext): Verdict {
  switch (rule.kind) {
    case "and":
      return evaluateAnd(rule.rules, request, context);
    case "or":
      return evaluateOr(rule.rules, request, context);
    case "not": {
      const inner = evaluateRule(rule.rule, request, context);
      return { holds: !inner.holds, problem: inner.problem };
    }
    case "match":
      return evaluateMatch(rule.match, request, context);
    case "never":
      return { holds: false, problem: null };
  }
}

function evaluateAnd(rules: readonly Rule[], request: HookRequest, context: RuleContext): Verdict {
  for (const rule of rules) {
    const verdict = evaluateRule(rule, request, context);
    if (verdict.problem !== null) return { holds: false, problem: verdict.problem };
    if (!verdict.holds) return verdict;
  }
  return { holds: true, problem: null };
}

function evaluateOr(rules: readonly Rule[], request: HookRequest, context: RuleContext): Verdict {
  for (const rule of rules) {
    const { holds, problem } = evaluateRule(rule, request, context);
    if (problem?.kind === "broken" || (problem?.kind === "signature" && !context.softSignatures))
      return { holds: false, problem };
    if (holds) return { holds, problem: null };
  }
  return { holds: false, problem: null };
}
