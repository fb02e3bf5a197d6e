import type { HookSpec, MatchSpec, RuleSpec } from "./hooks-text.ts";

/** A bug of a server's rules, played by changing the hooks file that the server gets. */
export interface PlantedBug {
  readonly name: string;
  readonly plant: (hook: HookSpec) => HookSpec;
}

type Change = (rule: RuleSpec) => RuleSpec;

const list = (rules: readonly RuleSpec[] | undefined, change: Change): readonly RuleSpec[] | undefined =>
  rules?.map((rule) => deep(rule, change));

/** Changes a rule and all within it, the innermost first. */
function deep({ and, or, not, match }: RuleSpec, change: Change): RuleSpec {
  const [newAnd, newOr] = [list(and, change), list(or, change)];
  return change({
    ...(newAnd && { and: newAnd }),
    ...(newOr && { or: newOr }),
    ...(not && { not: deep(not, change) }),
    ...(match && { match }),
  });
}

const inRules =
  (change: Change) =>
  (hook: HookSpec): HookSpec => ({
    ...hook,
    "trigger-rule": hook["trigger-rule"] && deep(hook["trigger-rule"], change),
  });

const inMatches = (type: string, change: (match: MatchSpec) => MatchSpec): PlantedBug["plant"] =>
  inRules((rule) => (rule.match?.type?.startsWith(type) === true ? { ...rule, match: change(rule.match) } : rule));

/** Bugs that the comparison has to find. */
export const PLANTED_BUGS: readonly PlantedBug[] = [
  {
    name: "regex compares for equality",
    plant: inMatches("regex", ({ regex = "", ...rest }) => ({ ...rest, type: "value", value: regex })),
  },
  {
    name: "value is trimmed and looked for anywhere",
    plant: inMatches("value", ({ value = "", parameter = {} }) =>
      typeof value === "string"
        ? { type: "regex", parameter, regex: value.trim().replace(/[^\w /.]/g, ".") }
        : { type: "value", parameter, value },
    ),
  },
  {
    name: "signatures are accepted unseen",
    plant: inMatches("payload-h", ({ parameter = {} }) => ({ type: "regex", parameter, regex: "" })),
  },
  {
    name: "sha256 signatures are computed with sha1",
    plant: inMatches("payload-hmac-sha256", (match) => ({ ...match, type: "payload-hmac-sha1" })),
  },
  {
    name: "every address is in range",
    plant: inMatches("ip-whitelist", (match) => ({ ...match, "ip-range": "0.0.0.0/0" })),
  },
  {
    name: "scalr signatures are accepted unseen",
    plant: inMatches("scalr-signature", () => ({ type: "ip-whitelist", "ip-range": "127.0.0.1" })),
  },
  {
    name: "and is or",
    plant: inRules(({ and, ...rest }) => (and === undefined ? rest : { or: and })),
  },
  {
    name: "not is passed over",
    plant: inRules((rule) => (rule.and === undefined && rule.or === undefined ? (rule.not ?? rule) : rule)),
  },
  {
    name: "an empty rule holds",
    plant: inRules((rule) => (Object.keys(rule).length === 0 ? { and: [] } : rule)),
  },
  {
    name: "signature failures are always soft",
    plant: (hook) => ({ ...hook, "trigger-signature-soft-failures": true }),
  },
];
