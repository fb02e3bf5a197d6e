import fc from "fast-check";
import { factsOf, type Fact, type Profile } from "./facts.ts";
import { Plain, type ArgumentSpec, type MatchSpec, type RuleSpec } from "./hooks-text.ts";
import { mixed, weighted } from "./weighted.ts";

/** The signature rule types, and the prefix and algorithm of each. */
export const SIGNATURES: Readonly<Record<string, "sha1" | "sha256" | "sha512">> = {
  "payload-hmac-sha1": "sha1",
  "payload-hmac-sha256": "sha256",
  "payload-hmac-sha512": "sha512",
  "payload-hash-sha1": "sha1",
  "payload-hash-sha256": "sha256",
  "payload-hash-sha512": "sha512",
};

// What no usual request brings, what is no source, and what the servers compute from the whole request.
const ODD_PARAMETERS: readonly ArgumentSpec[] = [
  { source: "payload", name: "missing" },
  { source: "payload", name: "a.missing.deep" },
  { source: "payload", name: "list.9" },
  { source: "payload", name: "list.-1" },
  { source: "payload", name: "list.00" },
  { source: "payload", name: "list.+0" },
  { source: "payload", name: "list.1_0" },
  { source: "payload", name: "list.99999999999999999999" },
  { source: "payload", name: "ref." },
  { source: "payload", name: ".ref" },
  { source: "payload", name: "REF" },
  { source: "payload", name: "a..b" },
  { source: "payload" },
  { source: "header", name: "X-Missing" },
  { source: "header", name: "Host" },
  { source: "header", name: "Content-Type" },
  { source: "header", name: "content-length" },
  { source: "header", name: "Transfer-Encoding" },
  { source: "header", name: "x event" },
  { source: "url", name: "missing" },
  { source: "query", name: "TAG" },
  { source: "url", name: "q.x" },
  { source: "raw-request-body" },
  { source: "entire-payload" },
  { source: "entire-headers" },
  { source: "entire-query" },
  { source: "string", name: "" },
  { source: "string", name: "ünï – code" },
];

/** Parameters whose reading fails as a rule error rather than as a missing value. */
const WRONG_PARAMETERS: readonly ArgumentSpec[] = [
  { source: "nowhere", name: "x" },
  { source: "Payload", name: "ref" },
  { name: "ref" },
  { source: "request", name: "path" },
  {},
];

const REGEXES = [
  "^refs/heads/(main|dev)$",
  "main",
  "",
  ".*",
  "(?i)MAIN$",
  "^[\\w./-]+$",
  "\\bheads\\b",
  "^\\S+ \\S+$",
  "\\p{L}",
  "[[:alpha:]]+",
  "^.{1,5}$",
  "(?s)^.$",
  "^v\\d+(\\.\\d+)*$",
  "\\x{fc}",
  "a{2,}|\\Qp.sh\\E",
  "(?P<name>push)",
  "\\A\\{.*\\}\\z",
];
const WRONG_REGEXES = ["(", "a(?=b)", "[z-a]", "\\1(a)", "a**", "x{1001}", "(?<!a)b", "\\Z"];

// What the peer makes of a plain YAML scalar where the hooks file's format wants a text. Floats pass through 32 bits.
const SCALARS: readonly (readonly [plain: string, text: string])[] = [
  ["1", "1"],
  ["12345678901234567890", "12345678901234567890"],
  ["18446744073709551616", "1.8446744e+19"],
  ["123456789012345678901234567890", "1.2345679e+29"],
  ["1.50", "1.5"],
  ["1.0", "1"],
  [".5", "0.5"],
  ["1e3", "1000"],
  ["1e6", "1e+06"],
  ["-0", "0"],
  ["+7", "7"],
  ["0x10", "16"],
  ["010", "8"],
  ["0o10", "8"],
  ["0b11", "3"],
  ["1_000", "1000"],
  ["1.123456789", "1.1234568"],
  [".inf", "+Inf"],
  ["true", "true"],
  ["True", "true"],
  ["yes", "true"],
  ["off", "false"],
  ["y", "true"],
  ["~", ""],
  ["null", ""],
  ["2026-01-01", "2026-01-01"],
  ["'it''s'", "it's"],
  ['"\\x41\\u00fc"', "Aü"],
  ["plain words", "plain words"],
  ["!!str 5", "5"],
  ["refs/heads/main", "refs/heads/main"],
];

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&").replaceAll("\\/", "/");

const valueMatch = ({ parameter, value }: Fact): fc.Arbitrary<MatchSpec> =>
  weighted([7, value], [1, `${value} `], [1, value.toUpperCase()], [1, ""]).map((wanted) => ({
    type: "value",
    parameter,
    value: wanted,
  }));

const regexMatch = ({ parameter, value }: Fact): fc.Arbitrary<MatchSpec> =>
  mixed(
    [4, fc.constant(`^${escaped(value)}$`)],
    [2, fc.constant(escaped(value.slice(0, 3)))],
    [3, fc.constantFrom(...REGEXES)],
    [1, fc.constantFrom(...WRONG_REGEXES)],
  ).map((regex) => ({ type: "regex", parameter, regex }));

const signatureMatch: fc.Arbitrary<MatchSpec> = fc.record({
  type: fc.constantFrom(...Object.keys(SIGNATURES)),
  secret: weighted([6, "sec"], [3, "ünicode secret"], [1, ""]),
  parameter: mixed<ArgumentSpec>(
    [6, fc.constantFrom("X-Hub-Signature", "x-hub-signature-256").map((name) => ({ source: "header", name }))],
    [1, fc.constant({ source: "url", name: "sig" })],
  ),
});

const addressMatch: fc.Arbitrary<MatchSpec> = weighted(
  [6, "127.0.0.1"],
  [3, "10.0.0.0/8 127.0.0.0/8"],
  [2, "10.1.2.3"],
  [1, ""],
  [1, "::1 127.0.0.1/32"],
  [1, "127.0.0.1 nonsense"],
  [1, "nonsense 127.0.0.1"],
  [1, "127.0.0.1/33"],
  [1, "10.0.0.0/08"],
  [1, "::/0"],
  [1, " \t127.0.0.0/30\n"],
).map((range) => ({ type: "ip-whitelist", "ip-range": range }));

const oddMatch: fc.Arbitrary<MatchSpec> = fc.oneof(
  fc.constantFrom(...ODD_PARAMETERS).map((parameter) => ({ type: "value", parameter, value: "" })),
  fc.constantFrom(...ODD_PARAMETERS).map((parameter) => ({ type: "regex", parameter, regex: "." })),
  fc.constantFrom(...SCALARS).map(([plain, name]) => ({
    type: "value",
    parameter: { source: "string", name },
    value: new Plain(plain),
  })),
  fc.constantFrom(...WRONG_PARAMETERS).map((parameter) => ({ type: "value", parameter, value: "x" })),
  fc.constant({ type: "value", parameter: { source: "request", name: "remote-addr" }, value: "127.0.0.1" }),
  fc.constant({
    type: "regex",
    parameter: { source: "request", name: "Remote-Addr" },
    regex: "^127\\.0\\.0\\.1:\\d+$",
  }),
  fc
    .constantFrom("Value", "unknown", "")
    .map((type) => ({ type, parameter: { source: "string", name: "x" }, value: "x" })),
  fc.constant({ parameter: { source: "url", name: "missing" } }),
  fc.constant({ type: "value", value: "x" }),
  fc.constant({ type: "payload-hmac-sha1", secret: "sec", parameter: { source: "payload", name: "missing" } }),
);

const scalrMatch: fc.Arbitrary<MatchSpec> = weighted([4, "sec"], [1, ""]).map((secret) => ({
  type: "scalr-signature",
  secret,
}));

const matchOf = (profile: Profile): fc.Arbitrary<RuleSpec> => {
  const fact = fc.constantFrom(...factsOf(profile));
  return mixed(
    [8, fact.chain(valueMatch)],
    [5, fact.chain(regexMatch)],
    [5, signatureMatch],
    [2, addressMatch],
    [2, oddMatch],
    [1, scalrMatch],
  ).map((match) => ({ match }));
};

/** Draws a rule whose parts mostly hold for the usual request of a profile. */
export function ruleOf(profile: Profile, depth = 3): fc.Arbitrary<RuleSpec> {
  const match = matchOf(profile);
  if (depth === 0) return match;
  const child = ruleOf(profile, depth - 1);
  const children = fc.array(child, { minLength: 1, maxLength: 3 });
  return mixed<RuleSpec>(
    [8, match],
    [3, children.map((and) => ({ and }))],
    [4, children.map((or) => ({ or }))],
    [2, child.map((not) => ({ not }))],
    [1, fc.constantFrom<RuleSpec>({}, { and: [] }, { or: [] }, { not: {} }, { match: {} })],
    // More than one: the first of and, or, not, match counts.
    [1, fc.tuple(child, children).map(([not, or]) => ({ not, or }))],
  );
}
