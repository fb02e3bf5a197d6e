import { fail, ok, type Result } from "../../result.ts";
import type { Match } from "../match.ts";
import type { Rule } from "../rule.ts";

/** A rule as the seed's template has it: a token in the URL, and parameters of the URL that must have fixed values. */
export interface TokenRule {
  readonly token: string;
  /** The parameters by their names, in the shape of a query. */
  readonly constants: ReadonlyMap<string, readonly [string]>;
}

const CONSTANTS: readonly string[] = ["ns", "workload", "container", "repo_type", "net_type"];

// A token file holds one token a line.
const TOKEN = /^(?=.*\S)[^\p{Cc}\p{Zl}\p{Zp}]+$/u;

/** Reads a rule as one of a token; the error says what the chart has no words for. */
export function readTokenRule(rule: Rule | null): Result<TokenRule, string> {
  const matches = rule === null ? null : matchesOfAnd(rule);
  if (matches === null) return fail("its trigger-rule: the chart's hooks compare a token alone, without or and not");
  const constants = new Map<string, readonly [string]>();
  for (const match of matches) {
    const problem = addTo(constants, match);
    if (problem !== null) return fail(problem);
  }
  const [token] = constants.get("token") ?? [];
  if (token === undefined) return fail("its trigger-rule: it compares no token of the URL");
  constants.delete("token");
  if (!TOKEN.test(token)) return fail("its token holds a control character, which no line of a file can");
  return ok({ token, constants });
}

function addTo(constants: Map<string, readonly [string]>, match: Match): string | null {
  if (match.kind !== "value") return `its trigger-rule: the chart's hooks have no match of type ${match.kind}`;
  const { parameter, expected } = match;
  if (expected.kind === "file")
    return `its token stands in the file ${expected.path}, not in the hooks file: name its Secret in tokenSecretRef`;
  if (parameter.source !== "url" || !["token", ...CONSTANTS].includes(parameter.name))
    return `its trigger-rule compares ${parameter.source} "${parameter.name}", which the chart's hooks do not`;
  if (constants.has(parameter.name)) return `its trigger-rule compares ${parameter.name} more than once`;
  constants.set(parameter.name, [expected.value]);
  return null;
}

// Null where something other than `and` holds the matches together.
function matchesOfAnd(rule: Rule): readonly Match[] | null {
  if (rule.kind === "match") return [rule.match];
  if (rule.kind !== "and") return null;
  const parts = rule.rules.map(matchesOfAnd);
  return parts.every((part) => part !== null) ? parts.flat() : null;
}
