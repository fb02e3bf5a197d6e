import type { Match, Rule } from "./rule.ts";

/** Tokens shorter than this are served with a warning. */
export const SHORT_TOKEN = 16;

// What says which workload is meant says nothing about who calls.
const TARGET_NAMES: readonly string[] = ["ns", "workload", "container", "repo_type", "net_type"];

/** True when the rule cannot be satisfied without a secret that only the caller and the hook know. */
export function provesCaller(rule: Rule): boolean {
  switch (rule.kind) {
    case "and":
      return rule.rules.some(provesCaller);
    case "or":
      return rule.rules.length > 0 && rule.rules.every(provesCaller);
    case "match":
      return isSecret(rule.match);
    case "never":
      return true;
    case "not":
      return false;
  }
}

/** The secrets that stand in the hooks file itself and are short enough to be guessed. */
export const shortTokens = (rule: Rule): readonly Match[] =>
  matchesOf(rule).filter(
    (match) => isSecret(match) && match.expected.kind === "literal" && match.expected.value.length < SHORT_TOKEN,
  );

/** The matches of a rule that must hold whenever the rule holds: those under `and` alone. */
export function certainMatches(rule: Rule): readonly Match[] {
  if (rule.kind === "match") return [rule.match];
  return rule.kind === "and" ? rule.rules.flatMap(certainMatches) : [];
}

/** Every match of a rule, wherever it stands. */
export function matchesOf(rule: Rule): readonly Match[] {
  switch (rule.kind) {
    case "and":
    case "or":
      return rule.rules.flatMap(matchesOf);
    case "not":
      return matchesOf(rule.rule);
    case "match":
      return [rule.match];
    case "never":
      return [];
  }
}

function isSecret(match: Match): boolean {
  if (match.expected.kind === "file") return true;
  const { source, name } = match.parameter;
  const isFromCaller = source === "url" || source === "header" || source === "payload";
  return isFromCaller && match.expected.value !== "" && !TARGET_NAMES.includes(name);
}
