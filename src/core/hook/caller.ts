import { filesOf } from "./callers/caller-entry.ts";
import type { Hook } from "./hook.ts";
import type { Match } from "./match.ts";
import type { Rule } from "./rule.ts";

/** Tokens shorter than this are served with a warning. */
export const SHORT_TOKEN = 16;

/** Parameters that say which workload is meant, and nothing about who calls. */
export const TARGET_NAMES: readonly string[] = ["ns", "workload", "container", "repo_type", "net_type"];

/** True when the rule cannot be satisfied without a secret that only the caller and the hook know. */
export function provesCaller(rule: Rule, isProof: (match: Match) => boolean = isSecret): boolean {
  const doesPart = (part: Rule): boolean => provesCaller(part, isProof);
  switch (rule.kind) {
    case "and":
      return rule.rules.some(doesPart);
    case "or":
      return rule.rules.length > 0 && rule.rules.every(doesPart);
    case "match":
      return isProof(rule.match);
    case "never":
      return true;
    case "not":
      return false;
  }
}

/** True when no request sets a hook off whose sender has not proved who calls. */
export const demandsProof = ({ rule, ...hook }: Hook): boolean =>
  (rule !== null && provesCaller(rule)) || (hook.kind === "upgrade" && hook.upgrade.callers.length > 0);

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

/** The token files that a hook reads: those of its rule and of its callers. */
export const tokenFilesOf = (hook: Hook): readonly string[] => [
  ...(hook.rule === null ? [] : filesOfRule(hook.rule)),
  ...(hook.kind === "upgrade" ? filesOf(hook.upgrade.callers) : []),
];

const filesOfRule = (rule: Rule): readonly string[] =>
  matchesOf(rule).flatMap((match) =>
    match.kind === "value" && match.expected.kind === "file" ? [match.expected.path] : [],
  );

// A value by another name may be a filter, such as of a branch, or of the kind of an event.
const CREDENTIAL_NAME = /(?:token|secret|password|key|auth|authorization|signature)$/i;

/** True for a match that is there for nothing but to prove who calls. */
export const isCredential = (match: Match): boolean =>
  isSecret(match) &&
  (match.kind !== "value" || match.expected.kind === "file" || CREDENTIAL_NAME.test(match.parameter.name));

/** True for a match that only a caller satisfies who knows a secret, or comes from where the hook expects it. */
export function isSecret(match: Match): boolean {
  if (match.kind === "regex" || match.kind === "faulty") return false;
  if (match.kind !== "value" || match.expected.kind === "file") return true;
  const { source, name } = match.parameter;
  const isFromCaller = source === "url" || source === "header" || source === "payload";
  return isFromCaller && match.expected.value !== "" && !TARGET_NAMES.includes(name);
}
