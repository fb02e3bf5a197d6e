import { ARGUMENT_SOURCES, type Argument } from "./argument.ts";
import type { Field } from "./document.ts";
import { openMap, type FieldReader, type Issue } from "./fields.ts";
import type { Expected, Match, Rule } from "./rule.ts";

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
  const match = rule.map("match");
  return match === null ? NEVER : readMatch(match);
}

/** Reads one argument: where a value comes from, and which environment variable it feeds. */
export function readArgumentField(field: Field, name: string, issues: Issue[]): Argument | null {
  const argument = openMap(field, name, issues);
  return argument === null ? null : toArgument(argument);
}

function readMatch(match: FieldReader): Rule {
  match.expectOnly(["type", "parameter", "value", "value-from"]);
  const type = match.text("type", "");
  if (type !== "value") {
    match.error("type", `"${type}" is not served: use value`);
    return NEVER;
  }
  const parameter = match.map("parameter");
  if (parameter === null) {
    match.error("parameter", "is missing: name the source and name of the value that is compared");
    return NEVER;
  }
  const argument = toArgument(parameter);
  const expected = readExpected(match);
  if (argument === null || expected === null) return NEVER;
  return { kind: "match", match: { kind: "value", parameter: argument, expected } satisfies Match };
}

function readExpected(match: FieldReader): Expected | null {
  const from = match.map("value-from");
  if (from === null) return { kind: "literal", value: match.text("value", "") };
  from.expectOnly(["file"]);
  const path = from.text("file", "");
  if (match.has("value")) match.error("value-from", "stands beside value: keep one of the two");
  if (!path.startsWith("/")) {
    match.error("value-from", "file must be an absolute path, such as /etc/imagehook/tokens/website");
    return null;
  }
  return { kind: "file", path };
}

function toArgument(argument: FieldReader): Argument | null {
  argument.expectOnly(["source", "name", "envname", "base64decode"]);
  const named = argument.text("source", "");
  const source = ARGUMENT_SOURCES.get(named);
  if (source === undefined) {
    argument.error("source", `"${named}" is not served: use one of ${[...ARGUMENT_SOURCES.keys()].join(", ")}`);
    return null;
  }
  return { source, name: argument.text("name", ""), envname: argument.text("envname", "") };
}
