import type { Field } from "./document.ts";
import { openMap, type Issue } from "./fields.ts";
import { readMatch } from "./read-match.ts";
import type { Rule } from "./rule.ts";

const NEVER: Rule = { kind: "never" };

/** Reads a trigger rule. Of several keys the first of `and`, `or`, `not`, `match` counts, as in adnanh/webhook. */
export function readRule(field: Field, issues: Issue[]): Rule {
  const rule = openMap(field, "trigger-rule", issues);
  if (rule === null) return NEVER;
  rule.expectOnly(["and", "or", "not", "match"]);
  if (rule.has("and")) return { kind: "and", rules: rule.list("and").map((item) => readRule(item, issues)) };
  if (rule.has("or")) return { kind: "or", rules: rule.list("or").map((item) => readRule(item, issues)) };
  const not = rule.field("not");
  if (not !== undefined) return { kind: "not", rule: readRule(not, issues) };
  const map = rule.map("match");
  const match = map === null ? null : readMatch(map);
  return match === null ? NEVER : { kind: "match", match };
}
