import assert from "node:assert/strict";
import { ruleFlaws } from "../../../../src/core/hook/rule-flaws.ts";
import type { Rule } from "../../../../src/core/hook/rule.ts";
import { and, anArgument, hmac, matches, matchesFile, never, not, or, regex, scalr, whitelist } from "./requests.ts";

const NEVER = "no request satisfies it, so the hook never fires: name what a request must bring, in a match";
const ALWAYS = "every request satisfies it: name what only the right caller can bring, in a match";
const unreached = (path: string, last: string, how: string): string =>
  `${path} is never looked at, because ${last} ${how} holds: mend that, or take one of them out`;
const apart = (path: string, earlier: string): string =>
  `${path} asks for another value than ${earlier} asks for, so they never hold together: put them under or`;
const emptyAnd = (path: string): string =>
  `${path} is empty and always holds: name the rules that must hold in it, or take it out`;
const emptyOr = (path: string): string =>
  `${path} is empty and never holds: name the rules of which one must hold in it, or take it out`;
const emptyRule = (path: string): string => `${path} is empty and never holds: fill it, or take it out`;

const SECRET = "a secret of the file";
const token = matches("url", "token", SECRET);
const other = matches("url", "token", `not ${SECRET}`);
const ns = matches("url", "ns", "web");
const yes = matches("string", "x", "x");
const no = matches("string", "x", "y");
const faulty: Rule = { kind: "match", match: { kind: "faulty", parameter: null, comesOut: "broken", message: "" } };

describe("ruleFlaws(rule)", () => {
  const cases: readonly { when: string; rule: Rule; flaws: readonly string[] }[] = [
    { when: "a match", rule: token, flaws: [] },
    { when: "and of several", rule: and(token, ns, regex("url", "token", "a")), flaws: [] },
    { when: "or of several values of one parameter", rule: or(token, other), flaws: [] },
    { when: "the same value of two parameters", rule: and(token, matches("header", "token", SECRET)), flaws: [] },
    { when: "not of another value", rule: and(token, not(other)), flaws: [] },
    {
      when: "two token files of one parameter",
      rule: and(matchesFile("url", "token", "/a"), matchesFile("url", "token", "/b")),
      flaws: [],
    },
    {
      when: "signatures",
      rule: or(hmac(SECRET), hmac(`not ${SECRET}`), hmac(SECRET, "sha512"), scalr(SECRET)),
      flaws: [],
    },
    { when: "two ranges", rule: or(whitelist("192.0.2.1"), whitelist("192.0.2.1")), flaws: [] },

    { when: "the empty rule", rule: never, flaws: [NEVER] },
    { when: "or of nothing", rule: or(), flaws: [NEVER] },
    { when: "or of the empty rule", rule: or(never, or()), flaws: [NEVER, emptyRule("or[0]"), emptyOr("or[1]")] },
    { when: "and with the empty rule last", rule: and(token, never), flaws: [NEVER, emptyRule("and[1]")] },
    {
      when: "and with the empty rule first",
      rule: and(never, token),
      flaws: [NEVER, emptyRule("and[0]"), unreached("and[1]", "and[0]", "never")],
    },
    { when: "or with the empty rule", rule: or(never, token), flaws: [emptyRule("or[0]")] },
    { when: "not of what always holds", rule: not(and()), flaws: [NEVER, emptyAnd("not")] },
    { when: "a text that is not itself", rule: no, flaws: [NEVER] },
    { when: "a text in which an expression is not found", rule: regex("string", "x", "y"), flaws: [NEVER] },
    { when: "a match that is faulty, which is reported elsewhere", rule: or(faulty, faulty, ns), flaws: [] },
    {
      when: "two values of one parameter under and",
      rule: and(token, ns, other),
      flaws: [NEVER, apart("and[2]", "and[0]")],
    },
    {
      when: "two values of one header",
      rule: and(matches("header", "x-a", "1"), matches("header", "X-A", "2")),
      flaws: [NEVER, apart("and[1]", "and[0]")],
    },
    {
      when: "two values of one parameter deeper down",
      rule: or(ns, and(token, other)),
      flaws: [apart("or[1].and[1]", "or[1].and[0]")],
    },

    { when: "and of nothing", rule: and(), flaws: [ALWAYS] },
    { when: "not of the empty rule", rule: not(never), flaws: [ALWAYS, emptyRule("not")] },
    { when: "not of or of nothing", rule: not(or()), flaws: [ALWAYS, emptyOr("not")] },
    { when: "a text that is itself", rule: yes, flaws: [ALWAYS] },
    { when: "a text in which an expression is found", rule: regex("string", "x", "."), flaws: [ALWAYS] },
    { when: "and of what always holds", rule: and(yes, and()), flaws: [ALWAYS, emptyAnd("and[1]")] },
    { when: "or with what always holds", rule: or(ns, yes), flaws: [ALWAYS] },
    {
      when: "or with what always holds before others",
      rule: or(yes, ns),
      flaws: [ALWAYS, unreached("or[1]", "or[0]", "always")],
    },
    { when: "or with a signature before what always holds", rule: or(and(hmac(SECRET)), yes), flaws: [] },
    {
      when: "or with a signature negated before what always holds",
      rule: or(not(scalr(SECRET)), yes, ns),
      flaws: [unreached("or[2]", "or[1]", "always")],
    },
    {
      when: "or with the empty rule before what always holds",
      rule: or(never, yes),
      flaws: [ALWAYS, emptyRule("or[0]")],
    },
    {
      when: "not of a missing value, which may be a mismatch",
      rule: not(and(token, other)),
      flaws: [apart("not.and[1]", "not.and[0]")],
    },
    { when: "not of a text that is not itself", rule: not(no), flaws: [] },
    {
      when: "a text that is compared with a file or signed",
      rule: or(matchesFile("string", "x", "/a"), hmacOfText()),
      flaws: [],
    },

    { when: "a match twice", rule: and(token, ns, token), flaws: ["and[2] repeats and[0]: take it out"] },
    { when: "a match twice under or", rule: or(ns, ns), flaws: ["or[1] repeats or[0]: take it out"] },
    {
      when: "a rule twice",
      rule: or(and(ns, token), not(ns), and(ns, token), not(ns)),
      flaws: ["or[2] repeats or[0]: take it out", "or[3] repeats or[1]: take it out"],
    },
    { when: "and of what is under or", rule: or(and(ns, token), or(ns, token)), flaws: [] },
    {
      when: "a signature twice",
      rule: or(hmac(SECRET), scalr(SECRET), hmac(SECRET), scalr(SECRET)),
      flaws: ["or[2] repeats or[0]: take it out", "or[3] repeats or[1]: take it out"],
    },
    {
      when: "an expression twice",
      rule: or(regex("url", "a", "b"), regex("url", "a", "b"), regex("url", "a", "c")),
      flaws: ["or[1] repeats or[0]: take it out"],
    },
    {
      when: "a header twice",
      rule: or(matches("header", "X-A", "1"), matches("header", "x-a", "1")),
      flaws: ["or[1] repeats or[0]: take it out"],
    },
    {
      when: "a token file twice",
      rule: or(matchesFile("url", "a", "/a"), matchesFile("url", "a", "/a")),
      flaws: ["or[1] repeats or[0]: take it out"],
    },
    { when: "what is not compared", rule: or(and(whitelist("192.0.2.1")), and(whitelist("192.0.2.1"))), flaws: [] },
  ];
  for (const { when, rule, flaws } of cases) {
    it(`${flaws.length === 0 ? "finds nothing in" : "finds"} ${when}`, () => {
      assert.deepEqual(ruleFlaws(rule), flaws);
      assert.ok(!JSON.stringify(flaws).includes(SECRET));
    });
  }

  it("stops at twenty flaws", () => {
    assert.equal(ruleFlaws(or(...Array.from({ length: 100 }, () => ns))).length, 20);
  });
});

function hmacOfText(): Rule {
  return {
    kind: "match",
    match: { kind: "hmac", parameter: anArgument("string", "x"), algorithm: "sha1", secret: SECRET },
  };
}
