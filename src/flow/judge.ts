import type { Refusal } from "../core/delivery/outcome.ts";
import type { HookRequest } from "../core/hook/argument.ts";
import type { Hook } from "../core/hook/hook.ts";
import { keyOf } from "../core/hook/callers/caller-entry.ts";
import type { CallerSurroundings } from "../core/hook/callers/caller-fault.ts";
import { tryCallers, type Trial } from "../core/hook/callers/try-callers.ts";
import { evaluateRule, type RuleContext } from "../core/hook/rule.ts";
import type { Clock } from "./ports.ts";

/** What callers are proved by, besides the request. */
export interface Proofs {
  readonly tokensOf: RuleContext["tokensOf"];
  readonly clock: Clock;
  readonly onJudged?: NonNullable<RuleContext["onJudged"]>;
  /** Told of the hook's callers that were tried. */
  readonly onTried?: (trials: readonly Trial[]) => void;
  readonly beforehand?: NonNullable<CallerSurroundings["beforehand"]>;
}

const RULE_ERROR = "Error occurred while evaluating hook rules.";

/**
 * Tries a hook's callers, of whom one must be proved, and evaluates its rule; null when it is satisfied. A wrong
 * signature in a rule is an error of its own and no mismatch, as in adnanh/webhook.
 */
export function judge(hook: Hook, request: HookRequest, proofs: Proofs): Refusal | null {
  const now = proofs.clock.now();
  return judgeCallers(hook, request, { ...proofs, now }) ?? judgeRule(hook, request, { ...proofs, now });
}

type Moment = Proofs & Pick<RuleContext, "now">;

function judgeCallers(hook: Hook, request: HookRequest, { onTried, ...moment }: Moment): Refusal | null {
  if (hook.kind === "command" || hook.upgrade.callers.length === 0) return null;
  const trials = tryCallers(hook.upgrade.callers, request, moment);
  onTried?.(trials);
  const isProven = trials.some(({ fault }) => fault === null);
  return isProven ? null : { kind: "mismatch", missing: null, tried: trials.map(({ entry }) => keyOf(entry)) };
}

function judgeRule({ rule, softSignatures }: Hook, request: HookRequest, moment: Moment): Refusal | null {
  if (rule === null) return null;
  const { holds, problem } = evaluateRule(rule, request, { ...moment, softSignatures });
  if (problem !== null && problem.kind !== "missing")
    return { kind: "not-served", reason: RULE_ERROR, detail: problem.message };
  return holds ? null : { kind: "mismatch", missing: problem?.message ?? null };
}
