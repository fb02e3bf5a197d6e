import type { Refusal } from "../core/delivery/outcome.ts";
import type { HookRequest } from "../core/hook/argument.ts";
import type { Hook } from "../core/hook/hook.ts";
import { evaluateRule, type RuleContext } from "../core/hook/rule.ts";
import type { Clock } from "./ports.ts";

/** What callers are proved by, besides the request. */
export interface Proofs {
  readonly tokensOf: RuleContext["tokensOf"];
  readonly clock: Clock;
  readonly onJudged?: NonNullable<RuleContext["onJudged"]>;
}

const RULE_ERROR = "Error occurred while evaluating hook rules.";

/**
 * Evaluates a hook's rule; null when it holds. A wrong signature is an error of its own and no mismatch, as in
 * adnanh/webhook.
 */
export function judge(
  { rule, softSignatures }: Hook,
  request: HookRequest,
  { clock, ...proofs }: Proofs,
): Refusal | null {
  if (rule === null) return null;
  const { holds, problem } = evaluateRule(rule, request, { ...proofs, now: clock.now(), softSignatures });
  if (problem !== null && problem.kind !== "missing")
    return { kind: "not-served", reason: RULE_ERROR, detail: problem.message };
  return holds ? null : { kind: "mismatch", missing: problem?.message ?? null };
}
