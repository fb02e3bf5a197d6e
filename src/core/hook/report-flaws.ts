import type { Argument } from "./argument.ts";
import { literalOf, matchesOf, provesCaller, SHORT_TOKEN, shortTokens } from "./caller.ts";
import type { FieldReader, Issue } from "./fields.ts";
import type { Rule } from "./rule.ts";
import { ruleFlaws } from "./rule-flaws.ts";

const PLACEHOLDER = /^<[^<>]{1,60}>$/;

/** What is looked at for flaws. */
interface Flawed {
  readonly environment: readonly Argument[];
  readonly rule: Rule | null;
  readonly isUpgrade: boolean;
  /** The hook's own list of callers lets in only who proves it. */
  readonly hasCallers: boolean;
  /** The hook says itself that it may be served without a proof of the caller. */
  readonly isInsecure: boolean;
}

/**
 * Reports what lets anyone in, what was never filled in, and rules that cannot be meant. An upgrade hook with such a
 * flaw is not served; one that runs a command is, as in adnanh/webhook, with a warning.
 */
export function reportFlaws(map: FieldReader, flawed: Flawed): void {
  const { environment, rule, isUpgrade } = flawed;
  const severity = isUpgrade ? "error" : "warning";
  if (PLACEHOLDER.test(map.text("id", "")))
    map.report(severity, "id", `${map.text("id", "")} is a placeholder: put the hook's own id`);
  if (rule !== null) reportLiterals(map, rule, severity);
  for (const { source, name, envname } of environment) {
    if (source !== "string" || !PLACEHOLDER.test(name)) continue;
    const message = `${envname} holds the placeholder ${name}: put the real value, or leave it out`;
    map.report(severity, "pass-environment-to-command", message);
  }
  reportCaller(map, flawed, severity);
  for (const flaw of rule === null ? [] : ruleFlaws(rule)) map.warn("trigger-rule", flaw);
}

function reportLiterals(map: FieldReader, rule: Rule, severity: Issue["severity"]): void {
  for (const text of matchesOf(rule).flatMap((match) => literalOf(match) ?? [])) {
    if (PLACEHOLDER.test(text)) map.report(severity, "trigger-rule", `${text} is a placeholder: put the real value`);
    if (text === "") map.report(severity, "trigger-rule", EMPTY);
  }
}

const EMPTY =
  "a match has an empty value (a variable that is not set?) and would let anyone in: set it, or take the match out";
const ANYONE =
  "does not prove who calls: add a match on a token, with value or with value-from: {file: …}, or name callers in image-upgrade";

function reportCaller(map: FieldReader, { rule, hasCallers, isInsecure }: Flawed, severity: Issue["severity"]): void {
  const isProvenByRule = rule !== null && provesCaller(rule);
  if (!isProvenByRule && !hasCallers) map.report(isInsecure ? "warning" : severity, "trigger-rule", ANYONE);
  for (const name of isProvenByRule ? shortTokens(rule) : []) {
    const message = `the value of ${name} has less than ${String(SHORT_TOKEN)} characters and can be guessed`;
    map.warn("trigger-rule", `${message}: make one with openssl rand -hex 20`);
  }
}
