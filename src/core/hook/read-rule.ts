import type { Field } from "./field.ts";
import { openMap } from "./fields.ts";
import { readMatch, type MatchReading } from "./read-match.ts";
import type { Rule } from "./rule.ts";

const NEVER: Rule = { kind: "never" };

/** Reads a trigger rule. Of several keys the first of `and`, `or`, `not`, `match` counts, as in adnanh/webhook. */
export function readRule(field: Field, reading: MatchReading): Rule {
  const rule = openMap(field, "trigger-rule", reading.issues);
  if (rule === null) return NEVER;
  rule.expectOnly(["and", "or", "not", "match"]);
  if (rule.has("and")) return { kind: "and", rules: rule.list("and").map((item) => readRule(item, reading)) };
  if (rule.has("or")) return { kind: "or", rules: rule.list("or").map((item) => readRule(item, reading)) };
  const not = rule.field("not");
  if (not !== undefined) return { kind: "not", rule: readRule(not, reading) };
  const map = rule.map("match");
  return map === null ? NEVER : { kind: "match", match: readMatch(map, reading) };
}
