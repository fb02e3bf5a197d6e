import assert from "node:assert/strict";
import { evaluateRule, type Rule } from "../../../../src/core/hook/rule.ts";
import { aContext, and, aRequest, matches, matchesFile, never, not, or } from "./requests.ts";

const TOKEN = "c0ffee-c0ffee-c0ffee";
const request = aRequest({
  query: { token: TOKEN, ns: "web", empty: "" },
  headers: { "x-key": "header key" },
  body: '{"n":1.50,"none":null}',
});
const noTokens = aContext();

const yes = matches("url", "ns", "web");
const no = matches("url", "ns", "other");
const lacking = matches("url", "absent", "x");

describe("evaluateRule(rule, request, context)", () => {
  const absent = "url absent";
  const cases: readonly { when: string; rule: Rule; holds: boolean; missing?: string }[] = [
    { when: "a match that is the same", rule: yes, holds: true },
    { when: "a match that is another", rule: no, holds: false },
    { when: "a match of a missing parameter", rule: lacking, holds: false, missing: absent },
    { when: "a match of a missing header", rule: matches("header", "X-A", "x"), holds: false, missing: "header X-A" },
    { when: "a match of a missing field", rule: matches("payload", "a.b", "x"), holds: false, missing: "payload a.b" },
    { when: "a match of a header", rule: matches("header", "X-Key", "header key"), holds: true },
    { when: "a match of a number as written", rule: matches("payload", "n", "1.50"), holds: true },
    { when: "a match of a number as it was not written", rule: matches("payload", "n", "1.5"), holds: false },
    { when: "a match of null", rule: matches("payload", "none", "<nil>"), holds: true },
    { when: "a match of a text with itself", rule: matches("string", "x", "x"), holds: true },
    { when: "a match of an empty parameter", rule: matches("url", "empty", ""), holds: true },
    { when: "the empty rule", rule: never, holds: false },
    { when: "and of nothing", rule: and(), holds: true },
    { when: "and of what holds", rule: and(yes, yes), holds: true },
    { when: "and with one that does not", rule: and(yes, no, yes), holds: false },
    { when: "and with a missing one", rule: and(yes, lacking), holds: false, missing: absent },
    { when: "and that is false before the missing one", rule: and(no, lacking), holds: false },
    { when: "and with the empty rule", rule: and(yes, never), holds: false },
    { when: "or of nothing", rule: or(), holds: false },
    { when: "or with one that holds", rule: or(no, yes), holds: true },
    { when: "or of what does not hold", rule: or(no, no), holds: false },
    { when: "or that passes over a missing one", rule: or(lacking, yes), holds: true },
    { when: "or of missing ones, which is no longer missing", rule: or(lacking, lacking), holds: false },
    { when: "not of what holds", rule: not(yes), holds: false },
    { when: "not of what does not", rule: not(no), holds: true },
    { when: "not of the empty rule", rule: not(never), holds: true },
    { when: "not of a missing one, which fires at the top", rule: not(lacking), holds: true, missing: absent },
    { when: "not of a missing one in or, which fires", rule: or(not(lacking)), holds: true },
    {
      when: "not of a missing one in and, which does not fire",
      rule: and(not(lacking), yes),
      holds: false,
      missing: absent,
    },
    { when: "not of and with a missing one", rule: not(and(lacking)), holds: true, missing: absent },
    { when: "not of not of a missing one", rule: not(not(lacking)), holds: false, missing: absent },
    { when: "and of or with a missing one", rule: and(or(lacking, yes), yes), holds: true },
    { when: "not of or with a missing one", rule: not(or(lacking)), holds: true },
    { when: "and of not of or with a missing one", rule: and(not(or(lacking)), yes), holds: true },
  ];
  for (const { when, rule, holds, missing } of cases) {
    it(`${holds ? "holds for" : "does not hold for"} ${when}`, () => {
      const problem = missing === undefined ? null : { kind: "missing", message: missing };
      assert.deepEqual(evaluateRule(rule, request, noTokens), { holds, problem });
    });
  }

  const path = "/etc/imagehook/tokens/website";
  const tokens = [
    { when: "the only token", valid: [TOKEN], holds: true },
    { when: "the old one while tokens are rotated", valid: ["a new token", TOKEN], holds: true },
    { when: "the new one while tokens are rotated", valid: [TOKEN, "an old token"], holds: true },
    { when: "another token", valid: ["another"], holds: false },
    { when: "a file without a token", valid: [], holds: false },
    { when: "a piece of the token", valid: [TOKEN.slice(1), TOKEN.slice(0, -1), `${TOKEN} `], holds: false },
  ];
  for (const { when, valid, holds } of tokens) {
    it(`${holds ? "takes" : "refuses"} ${when}`, () => {
      const asked: string[] = [];
      const tokensOf = (file: string): readonly string[] => {
        asked.push(file);
        return valid;
      };
      assert.deepEqual(evaluateRule(matchesFile("url", "token", path), request, aContext(tokensOf)), {
        holds,
        problem: null,
      });
      assert.deepEqual(asked, [path]);
    });
  }

  it("does not let an empty parameter through where the file has no token", () => {
    assert.equal(evaluateRule(matchesFile("url", "empty", path), request, noTokens).holds, false);
  });

  it("misses a token that the request does not bring", () => {
    assert.deepEqual(
      evaluateRule(
        matchesFile("url", "absent", path),
        request,
        aContext(() => [TOKEN]),
      ),
      {
        holds: false,
        problem: { kind: "missing", message: absent },
      },
    );
  });

  it("takes the first of several values", () => {
    const twice = aRequest({ query: { token: ["wrong", TOKEN] } });
    assert.equal(evaluateRule(matches("url", "token", TOKEN), twice, noTokens).holds, false);
  });
});
