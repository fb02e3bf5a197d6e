import type { Match } from "./match.ts";
import type { Rule } from "./rule.ts";

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

/** What is compared with a secret of the hooks file itself that is short enough to be guessed. */
export const shortTokens = (rule: Rule): readonly string[] =>
  matchesOf(rule).flatMap((match) => {
    const secret = isSecret(match) ? literalOf(match) : null;
    return secret === null || secret.length >= SHORT_TOKEN ? [] : [nameOf(match)];
  });

/** The text of the hooks file that a match compares or signs with; null when there is none. */
export function literalOf(match: Match): string | null {
  switch (match.kind) {
    case "value":
      return match.expected.kind === "literal" ? match.expected.value : null;
    case "hmac":
    case "scalr-signature":
      return match.secret;
    case "regex":
    case "ip-whitelist":
    case "faulty":
      return null;
  }
}

const nameOf = (match: Match): string =>
  "parameter" in match && match.parameter !== null ? `${match.parameter.source} "${match.parameter.name}"` : match.kind;

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

/** The token files that a rule reads. */
export const tokenFilesOf = (rule: Rule): readonly string[] =>
  matchesOf(rule).flatMap((match) =>
    match.kind === "value" && match.expected.kind === "file" ? [match.expected.path] : [],
  );

/** True for a match that only a caller satisfies who knows a secret, or comes from where the hook expects it. */
export function isSecret(match: Match): boolean {
  if (match.kind === "regex" || match.kind === "faulty") return false;
  if (match.kind !== "value" || match.expected.kind === "file") return true;
  const { source, name } = match.parameter;
  const isFromCaller = source === "url" || source === "header" || source === "payload";
  return isFromCaller && match.expected.value !== "" && !TARGET_NAMES.includes(name);
}
