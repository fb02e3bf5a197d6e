import assert from "node:assert/strict";
import {
  certainMatches,
  demandsProof,
  literalOf,
  matchesOf,
  provesCaller,
  SHORT_TOKEN,
  shortTokens,
  tokenFilesOf,
} from "../../../../src/core/hook/caller.ts";
import type { CallerEntry } from "../../../../src/core/hook/callers/caller-entry.ts";
import type { Match } from "../../../../src/core/hook/match.ts";
import type { Rule } from "../../../../src/core/hook/rule.ts";
import { aHook } from "../../../support/builders.ts";
import { aCommandHook } from "../../../support/command-hook.ts";
import { and, hmac, matches, matchesFile, never, not, or, regex, scalr, whitelist } from "./requests.ts";

const long = "a long enough token";
const token = matches("url", "token", long);
const file = matchesFile("header", "x-token", "/tokens/website");
const ns = matches("url", "ns", "web");
const bearer: CallerEntry = { kind: "bearer", file: "/callers/website" };

describe("provesCaller(rule)", () => {
  const cases: readonly { when: string; rule: Rule; proves: boolean }[] = [
    { when: "a token in the URL", rule: token, proves: true },
    { when: "a token in a header", rule: matches("header", "x-token", long), proves: true },
    { when: "a token in the payload", rule: matches("payload", "secret", long), proves: true },
    { when: "a short token", rule: matches("url", "token", "x"), proves: true },
    { when: "a token's file", rule: file, proves: true },
    { when: "a token's file even for ns", rule: matchesFile("url", "ns", "/tokens/ns"), proves: true },
    { when: "an empty token", rule: matches("url", "token", ""), proves: false },
    { when: "ns", rule: ns, proves: false },
    { when: "workload", rule: matches("url", "workload", "deployment/website"), proves: false },
    { when: "container", rule: matches("header", "container", "web"), proves: false },
    { when: "repo_type", rule: matches("url", "repo_type", "aliyun"), proves: false },
    { when: "net_type", rule: matches("payload", "net_type", "vpc"), proves: false },
    { when: "a text that is compared with itself", rule: matches("string", long, long), proves: false },
    { when: "the whole payload", rule: matches("entire-payload", "", "{}"), proves: false },
    { when: "a signature of the body", rule: hmac(long), proves: true },
    { when: "Scalr's signature", rule: scalr(long), proves: true },
    { when: "the client's address", rule: whitelist("192.0.2.0/24"), proves: true },
    { when: "a regular expression", rule: regex("url", "token", "^[0-9a-f]{32}$"), proves: false },
    { when: "the empty rule, which nobody satisfies", rule: never, proves: true },
    { when: "and with a token", rule: and(ns, token), proves: true },
    { when: "and without one", rule: and(ns, ns), proves: false },
    { when: "and of nothing", rule: and(), proves: false },
    { when: "or of tokens", rule: or(token, file), proves: true },
    { when: "or with a way around the token", rule: or(token, ns), proves: false },
    { when: "or of nothing", rule: or(), proves: false },
    { when: "not of a token", rule: not(token), proves: false },
    { when: "not of the empty rule", rule: not(never), proves: false },
    { when: "or of and with tokens", rule: or(and(ns, token), and(file, ns)), proves: true },
    { when: "and of or with a way around", rule: and(or(token, ns), ns), proves: false },
    { when: "and of or with a way around, and a token", rule: and(or(token, ns), file), proves: true },
  ];
  for (const { when, rule, proves } of cases) {
    it(`finds ${proves ? "" : "no "}proof in ${when}`, () => {
      assert.equal(provesCaller(rule), proves);
    });
  }
});

const valuesOf = (found: readonly Match[]): readonly string[] =>
  found.map((match) => literalOf(match) ?? tokenFilesOf(aHook({ rule: { kind: "match", match } })).join());

describe("shortTokens(rule)", () => {
  it("finds tokens of less than 16 characters, wherever they stand", () => {
    assert.equal(SHORT_TOKEN, 16);
    const rule = and(
      or(matches("url", "token", "x".repeat(15)), matches("url", "token", "y".repeat(16))),
      not(matches("header", "x-key", "short")),
      ns,
      file,
      matches("string", "x", "x"),
      hmac("short"),
      hmac(long),
      scalr("short"),
      regex("url", "token", "x"),
      whitelist("192.0.2.7"),
    );
    assert.deepEqual(shortTokens(rule), [
      'url "token"',
      'header "x-key"',
      'header "X-Hub-Signature-256"',
      "scalr-signature",
    ]);
  });
});

describe("certainMatches(rule)", () => {
  const [a, b, c] = [matches("url", "a", "1"), matches("url", "b", "2"), matches("url", "c", "3")];
  const cases: readonly { when: string; rule: Rule; expected: readonly string[] }[] = [
    { when: "a match", rule: a, expected: ["1"] },
    { when: "and", rule: and(a, b), expected: ["1", "2"] },
    { when: "and in and", rule: and(a, and(b, c)), expected: ["1", "2", "3"] },
    { when: "or", rule: or(a, b), expected: [] },
    { when: "or of one", rule: or(a), expected: [] },
    { when: "or and not in and", rule: and(or(a, b), not(b), c), expected: ["3"] },
    { when: "not", rule: not(a), expected: [] },
    { when: "the empty rule", rule: never, expected: [] },
  ];
  for (const { when, rule, expected } of cases) {
    it(`finds ${String(expected.length)} in ${when}`, () => {
      assert.deepEqual(valuesOf(certainMatches(rule)), expected);
    });
  }
});

describe("matchesOf(rule)", () => {
  it("finds every match in its order", () => {
    assert.deepEqual(valuesOf(matchesOf(and(or(ns, not(token)), never, file))), ["web", long, "/tokens/website"]);
  });
});

describe("tokenFilesOf(hook)", () => {
  const callers: readonly CallerEntry[] = [{ kind: "networks", ranges: [], written: [] }, bearer];

  it("finds the files of value matches and of callers, and nothing in the others", () => {
    const rule = or(and(file, token), hmac(long), whitelist("192.0.2.7"));
    assert.deepEqual(tokenFilesOf(aHook({ rule, upgrade: { callers } })), ["/tokens/website", "/callers/website"]);
    assert.deepEqual(tokenFilesOf(aHook()), []);
    assert.deepEqual(tokenFilesOf(aCommandHook({ rule })), ["/tokens/website"]);
  });
});

describe("demandsProof(hook)", () => {
  const cases = [
    { when: "no rule", hook: aHook(), demands: false },
    { when: "a rule without a secret", hook: aHook({ rule: ns }), demands: false },
    { when: "a rule with one", hook: aHook({ rule: token }), demands: true },
    { when: "a list of callers", hook: aHook({ upgrade: { callers: [bearer] } }), demands: true },
    {
      when: "a list of callers beside a rule without a secret",
      hook: aHook({ rule: ns, upgrade: { callers: [bearer] } }),
      demands: true,
    },
    { when: "a command without a rule", hook: aCommandHook(), demands: false },
    { when: "a command with a secret", hook: aCommandHook({ rule: file }), demands: true },
  ];
  for (const { when, hook, demands } of cases) {
    it(`is ${String(demands)} for ${when}`, () => {
      assert.equal(demandsProof(hook), demands);
    });
  }
});
