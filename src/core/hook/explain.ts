import { createWords, type Words } from "./match-words.ts";
import type { HookRequest } from "./argument.ts";
import type { Match, Verdict } from "./match.ts";
import type { Judged, Rule } from "./rule.ts";

/** One part of a rule, as a person reads it. */
export interface Step {
  /** 0 for the whole rule. */
  readonly depth: number;
  readonly what: string;
  readonly verdict: "holds" | "does not hold" | "not looked at";
  /** What the request brought; of what may be a secret the length alone. Null where there is nothing to show. */
  readonly came: string | null;
  readonly problem: string | null;
}

const COMBINED = { and: "and: all of these", or: "or: one of these", not: "not", never: "the empty rule" };
const STILL_MISSING = "a value is missing below: inside of and this is a mismatch";

/**
 * Explains how a rule came out, part by part in the order of the file, from what `evaluateRule` told of it. No value
 * of a secret is in it.
 */
export function explainRule(
  whole: Rule,
  judged: readonly Judged[],
  tokensOf: (path: string) => readonly string[],
): readonly Step[] {
  const words = createWords(whole, tokensOf);
  const steps: Step[] = [];
  let next = 0;

  const walk = (rule: Rule, depth: number): void => {
    const place = steps.push(notLookedAt(rule, depth, words)) - 1;
    for (const part of partsOf(rule)) walk(part, depth + 1);
    // Parts are told of before what is around them; after the last that was looked at comes the whole.
    const told = judged[next];
    if (told?.rule !== rule) return;
    next++;
    steps[place] = lookedAt(rule, depth, { ...told, words });
  };
  walk(whole, 0);
  return steps;
}

function partsOf(rule: Rule): readonly Rule[] {
  switch (rule.kind) {
    case "and":
    case "or":
      return rule.rules;
    case "not":
      return [rule.rule];
    case "match":
    case "never":
      return [];
  }
}

const nameOf = (rule: Rule, words: Words): string =>
  rule.kind === "match" ? words.describe(rule.match) : COMBINED[rule.kind];

const notLookedAt = (rule: Rule, depth: number, words: Words): Step => ({
  depth,
  what: nameOf(rule, words),
  verdict: "not looked at",
  came: null,
  problem: null,
});

interface Told {
  readonly verdict: Verdict;
  readonly request: HookRequest;
  readonly words: Words;
}

function lookedAt(rule: Rule, depth: number, { verdict, request, words }: Told): Step {
  return {
    depth,
    what: nameOf(rule, words),
    verdict: verdict.holds ? "holds" : "does not hold",
    came: rule.kind === "match" ? words.came(rule.match, request) : null,
    problem:
      rule.kind === "match"
        ? problemOf(rule.match, verdict, words)
        : verdict.holds && verdict.problem !== null
          ? STILL_MISSING
          : null,
  };
}

// That a value is missing is what came.
function problemOf(match: Match, { holds, problem }: Verdict, words: Words): string | null {
  if (problem !== null) return problem.kind === "missing" ? null : problem.message;
  return holds ? null : words.whyNever(match);
}
