import { headerKey, type Argument } from "./argument.ts";
import { matchesOf } from "./caller.ts";
import type { Match } from "./match.ts";
import type { Rule } from "./rule.ts";

const MAX_FLAWS = 20;

/**
 * Says what the author of a trigger rule can hardly have meant, and how to mend it: a rule that no request satisfies or
 * that all do, and a part of it that cannot matter. Parts are named by their place, as `and[1].or[0]`; no value is shown.
 */
export function ruleFlaws(rule: Rule): readonly string[] {
  const { outcome, flaws } = look(rule, "");
  const whole = outcome === "open" ? [] : [WHOLE[outcome]];
  return [...whole, ...flaws].slice(0, MAX_FLAWS);
}

const WHOLE = {
  never: "no request satisfies it, so the hook never fires: name what a request must bring, in a match",
  always: "every request satisfies it: name what only the right caller can bring, in a match",
};

// How a rule comes out whatever the request is.
type Outcome = "always" | "never" | "open";

interface Look {
  readonly path: string;
  readonly rule: Rule;
  readonly outcome: Outcome;
  /** The same for rules that say the same; null for one that is not compared. */
  readonly key: string | null;
  readonly flaws: readonly string[];
}

function look(rule: Rule, path: string): Look {
  switch (rule.kind) {
    case "and":
    case "or":
      return lookAtSeveral(rule, path);
    case "not":
      return lookAtNot(rule, path);
    case "match":
      return { path, rule, outcome: outcomeOf(rule.match), key: keyOf(rule.match), flaws: [] };
    case "never":
      return {
        path,
        rule,
        outcome: "never",
        key: null,
        flaws: emptyFlaws(path, "never holds: fill it, or take it out"),
      };
  }
}

// The whole rule is not called empty: that it never fires, or always, says so.
const emptyFlaws = (path: string, what: string): readonly string[] =>
  path === "" ? [] : [`${path} is empty and ${what}`];

function lookAtNot(rule: Rule & { kind: "not" }, path: string): Look {
  const inner = look(rule.rule, join(path, "not"));
  // A match that never holds may miss its value, and what is missing does not hold negated either, under `and`.
  const turns = inner.outcome === "always" || matchesOf(rule).length === 0;
  const outcome = turns ? OPPOSITE[inner.outcome] : "open";
  return { path, rule, outcome, key: inner.key && `not ${inner.key}`, flaws: inner.flaws };
}

const OPPOSITE = { always: "never", never: "always", open: "open" } as const;

function lookAtSeveral(rule: Rule & { kind: "and" | "or" }, path: string): Look {
  const parts = rule.rules.map((part, index) => look(part, join(path, `${rule.kind}[${String(index)}]`)));
  const contradictions = rule.kind === "and" ? contradictionsOf(parts) : [];
  const outcome = contradictions.length > 0 ? "never" : OUTCOMES[rule.kind](parts);
  const keys = parts.map(({ key }) => key);
  const flaws = [
    ...(parts.length === 0 ? emptyFlaws(path, EMPTY[rule.kind]) : []),
    ...parts.flatMap((part) => part.flaws),
    ...contradictions,
    ...unreachable(parts, rule.kind === "and" ? "never" : "always"),
    ...repetitions(parts),
  ];
  return { path, rule, outcome, key: keys.includes(null) ? null : `${rule.kind} ${JSON.stringify(keys)}`, flaws };
}

const EMPTY = {
  and: "always holds: name the rules that must hold in it, or take it out",
  or: "never holds: name the rules of which one must hold in it, or take it out",
};

const OUTCOMES: Readonly<Record<"and" | "or", (parts: readonly Look[]) => Outcome>> = {
  and: (parts) => {
    if (parts.some(({ outcome }) => outcome === "never")) return "never";
    return parts.every(({ outcome }) => outcome === "always") ? "always" : "open";
  },
  or: (parts) => {
    if (parts.every(({ outcome }) => outcome === "never")) return "never";
    const end = parts.findIndex(({ outcome }) => outcome === "always");
    // A signature that is wrong, before what always holds, ends the evaluation.
    return end !== -1 && !parts.slice(0, end).some(({ rule }) => canBreak(rule)) ? "always" : "open";
  },
};

function canBreak(rule: Rule): boolean {
  switch (rule.kind) {
    case "and":
    case "or":
      return rule.rules.some(canBreak);
    case "not":
      return canBreak(rule.rule);
    case "match":
      return ["hmac", "scalr-signature", "faulty"].includes(rule.match.kind);
    case "never":
      return false;
  }
}

// Values that one parameter cannot have at once.
function contradictionsOf(parts: readonly Look[]): readonly string[] {
  const asked = new Map<string, { readonly path: string; readonly value: string }>();
  return parts.flatMap(({ path, rule }) => {
    if (rule.kind !== "match" || rule.match.kind !== "value" || rule.match.expected.kind === "file") return [];
    const { parameter, expected } = rule.match;
    const key = keyOfParameter(parameter);
    const earlier = asked.get(key);
    if (earlier === undefined) asked.set(key, { path, value: expected.value });
    return earlier === undefined || earlier.value === expected.value
      ? []
      : [
          `${path} asks for another value than ${earlier.path} asks for, so they never hold together: put them under or`,
        ];
  });
}

function unreachable(parts: readonly Look[], end: Outcome): readonly string[] {
  const index = parts.findIndex(({ outcome }) => outcome === end);
  const last = parts[index];
  if (last === undefined) return [];
  return parts
    .slice(index + 1)
    .map(
      ({ path }) => `${path} is never looked at, because ${last.path} ${end} holds: mend that, or take one of them out`,
    );
}

function repetitions(parts: readonly Look[]): readonly string[] {
  const known = new Map<string, string>();
  return parts.flatMap(({ key, path }) => {
    if (key === null) return [];
    const earlier = known.get(key);
    if (earlier === undefined) known.set(key, path);
    return earlier === undefined ? [] : [`${path} repeats ${earlier}: take it out`];
  });
}

// A text that stands in the rule itself is the same in every request. What is faulty is reported as that.
function outcomeOf(match: Match): Outcome {
  if (match.kind === "faulty" || !("parameter" in match) || match.parameter.source !== "string") return "open";
  const { name } = match.parameter;
  if (match.kind === "regex") return match.regex.matcher(name).find() ? "always" : "never";
  if (match.kind === "hmac" || match.expected.kind === "file") return "open";
  return match.expected.value === name ? "always" : "never";
}

// Null for what is not compared: ranges are no texts any more.
function keyOf(match: Match): string | null {
  switch (match.kind) {
    case "value":
      return keyOfParts("value", keyOfParameter(match.parameter), JSON.stringify(match.expected));
    case "regex":
      return keyOfParts("regex", keyOfParameter(match.parameter), match.regex.pattern());
    case "hmac":
      return keyOfParts(match.algorithm, keyOfParameter(match.parameter), match.secret);
    case "scalr-signature":
      return keyOfParts("scalr", match.secret);
    case "ip-whitelist":
    case "faulty":
      return null;
  }
}

const keyOfParts = (...parts: readonly string[]): string => JSON.stringify(parts);
const keyOfParameter = ({ source, name }: Argument): string =>
  keyOfParts(source, source === "header" ? headerKey(name) : name);

const join = (path: string, part: string): string => (path === "" ? part : `${path}.${part}`);
