import assert from "node:assert/strict";
import { evaluateRule } from "../../../../src/core/hook/rule.ts";
import { assertRefused, readOne, typedHook } from "./hooks-files.ts";
import { aContext, aRequest } from "./requests.ts";

const here = { source: "url", name: "here" };
const absent = { source: "url", name: "absent" };
const TOKEN_RULE = {
  match: { type: "value", value: "a long enough token", parameter: { source: "url", name: "token" } },
};
const YES = { match: { type: "value", value: "x", parameter: here } };

const request = aRequest({ query: { here: "x" }, headers: { "x-signature": "00", date: "x" }, body: "{}" });

const readRuleOf = (rule: object) => {
  const reading = readOne({ id: "deploy", "execute-command": "/bin/true", "trigger-rule": rule });
  assert.ok(reading.hook?.kind === "command" && reading.hook.rule !== null, JSON.stringify(reading.issues));
  return { rule: reading.hook.rule, issues: reading.issues };
};

function verdictOf(rule: object, softSignatures = false): readonly [boolean, string | undefined] {
  const { holds, problem } = evaluateRule(readRuleOf(rule).rule, request, aContext(undefined, { softSignatures }));
  return [holds, problem?.kind];
}

// `alone` is how the match comes out by itself, `missing` with a parameter that the request does not bring.
const cases: readonly {
  readonly when: string;
  readonly match: Readonly<Record<string, unknown>>;
  readonly alone: readonly [boolean, string | undefined];
  readonly missing?: readonly [boolean, string | undefined];
  readonly warning: RegExp;
}[] = [
  {
    when: "an unknown type",
    match: { type: "regexp", parameter: here },
    alone: [false, undefined],
    missing: [false, "missing"],
    warning: /^type: "regexp" is not served/,
  },
  {
    when: "no type",
    match: { parameter: here },
    alone: [false, undefined],
    missing: [false, "missing"],
    warning: /^type: "" is not served/,
  },
  {
    when: "an unknown type without a parameter",
    match: { type: "regexp" },
    alone: [false, "broken"],
    warning: /^parameter: is missing/,
  },
  {
    when: "an expression that RE2 does not know",
    match: { type: "regex", regex: "(?=x)", parameter: here },
    alone: [false, "broken"],
    missing: [false, "missing"],
    warning: /^regex: is not a regular expression of RE2/,
  },
  {
    when: "such an expression without a parameter",
    match: { type: "regex", regex: "(" },
    alone: [false, "broken"],
    warning: /^parameter: is missing/,
  },
  {
    when: "an expression without a parameter",
    match: { type: "regex", regex: "." },
    alone: [false, "broken"],
    warning: /^parameter: is missing/,
  },
  {
    when: "an empty secret",
    match: { type: "payload-hmac-sha256", secret: "", parameter: here },
    alone: [false, "broken"],
    missing: [false, "missing"],
    warning: /^secret: is missing or empty/,
  },
  {
    when: "a secret without a parameter",
    match: { type: "payload-hash-sha1", secret: "x" },
    alone: [false, "broken"],
    warning: /^parameter: is missing/,
  },
  {
    when: "Scalr's empty secret",
    match: { type: "scalr-signature" },
    alone: [false, "broken"],
    warning: /^secret: is missing or empty/,
  },
  {
    when: "an unknown source",
    match: { type: "value", value: "x", parameter: { source: "cookie", name: "x" } },
    alone: [false, "broken"],
    warning: /^source: "cookie" is not served/,
  },
  {
    when: "an unknown fact of the request",
    match: { type: "value", value: "x", parameter: { source: "request", name: "host" } },
    alone: [false, "broken"],
    warning: /^name: "host" is not known/,
  },
  {
    when: "a value without a parameter",
    match: { type: "value", value: "x" },
    alone: [false, "broken"],
    warning: /^parameter: is missing/,
  },
  {
    when: "an address that is none",
    match: { type: "ip-whitelist", "ip-range": "198.51.100.7 host" },
    alone: [false, "broken"],
    warning: /^ip-range: "host" is no address/,
  },
  {
    when: "an address that is none behind the client's",
    match: { type: "ip-whitelist", "ip-range": "192.0.2.7 host" },
    alone: [true, undefined],
    warning: /^ip-range: "host" is no address/,
  },
  {
    when: "no address",
    match: { type: "ip-whitelist" },
    alone: [false, undefined],
    warning: /^ip-range: no address is given/,
  },
];

describe("evaluateRule(rule, request, context) of matches with a fault", () => {
  for (const { when, match, alone, missing, warning } of cases) {
    const isBroken = alone[1] === "broken";

    it(`serves a command with ${when}, and warns`, () => {
      const { issues } = readRuleOf({ match });
      assert.deepEqual([...new Set(issues.map(({ severity }) => severity))], ["warning"]);
      assert.ok(
        issues.some(({ message }) => warning.test(message)),
        JSON.stringify(issues),
      );
    });

    it(`refuses an upgrade with ${when}`, () => {
      assertRefused({ ...typedHook(), "trigger-rule": { and: [TOKEN_RULE, { match }] } }, warning);
    });

    it(`makes ${when} ${alone[1] ?? String(alone[0])}`, () => {
      assert.deepEqual(verdictOf({ match }), alone);
      assert.deepEqual(verdictOf({ not: { match } }), [!alone[0], alone[1]]);
    });

    it(`${isBroken ? "ends" : "goes on in"} or and and with ${when}, wrong signatures soft or not`, () => {
      for (const soft of [false, true]) {
        assert.deepEqual(verdictOf({ or: [{ match }, YES] }, soft), isBroken ? alone : [true, undefined]);
        assert.deepEqual(verdictOf({ or: [YES, { match }] }, soft), [true, undefined]);
        assert.deepEqual(verdictOf({ and: [YES, { match }] }, soft), alone);
      }
    });

    if (missing !== undefined) {
      it(`misses a parameter before it comes to ${when}`, () => {
        const faulty = { match: { ...match, parameter: absent } };
        assert.deepEqual(verdictOf(faulty), missing);
        assert.deepEqual(verdictOf({ or: [faulty, YES] }), [true, undefined]);
      });
    }
  }

  it("puts neither the secret nor what was sent into a problem", () => {
    const rule = readRuleOf({ match: { type: "payload-hmac-sha256", secret: "", parameter: here } }).rule;
    const { problem } = evaluateRule(rule, aRequest({ query: { here: "canary" } }), aContext());
    assert.deepEqual(problem, { kind: "broken", message: "the secret is empty" });
  });
});
