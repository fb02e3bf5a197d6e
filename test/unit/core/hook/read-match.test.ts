import assert from "node:assert/strict";
import type { Match } from "../../../../src/core/hook/match.ts";
import { assertRefused, assertWarned, readServed, typedHook } from "./hooks-files.ts";

const TOKEN_RULE = {
  match: { type: "value", value: "a long enough token", parameter: { source: "url", name: "token" } },
};
const signature = { source: "header", name: "X-Hub-Signature" };
const SECRET = "a long enough secret";

/** A hook whose rule is a token and the match given. */
const withMatch = (match: object): object => ({ ...typedHook(), "trigger-rule": { and: [TOKEN_RULE, { match }] } });

function served(match: object): Match | undefined {
  const { rule } = readServed(withMatch(match));
  const second = rule?.kind === "and" ? rule.rules[1] : undefined;
  return second?.kind === "match" ? second.match : undefined;
}

describe("readMatch(match)", () => {
  it("compiles a regular expression of RE2", () => {
    const match = served({ type: "regex", regex: "^v\\d+$", parameter: { source: "payload", name: "ref" } });
    assert.equal(match?.kind, "regex");
    assert.equal(match.regex.matcher("v12").find(), true);
  });

  for (const algorithm of ["sha1", "sha256", "sha512"] as const) {
    it(`reads payload-hmac-${algorithm}, and its old name with a warning`, () => {
      const expected = { kind: "hmac", parameter: { ...signature, envname: "" }, algorithm, secret: SECRET };
      assert.deepEqual(served({ type: `payload-hmac-${algorithm}`, secret: SECRET, parameter: signature }), expected);
      const old = { type: `payload-hash-${algorithm}`, secret: SECRET, parameter: signature };
      assertWarned(withMatch(old), `type: payload-hash-${algorithm} is the old name of payload-hmac-${algorithm}`);
    });
  }

  it("reads an address list and Scalr's secret", () => {
    const list = served({ type: "ip-whitelist", "ip-range": "192.0.2.0/24 2001:db8::1" });
    assert.equal(list?.kind === "ip-whitelist" && list.ranges.length, 2);
    assert.deepEqual(served({ type: "scalr-signature", secret: SECRET }), { kind: "scalr-signature", secret: SECRET });
  });

  it("lets wrong signatures be soft only where the hook says so", () => {
    assert.equal(readServed(withMatch({ type: "scalr-signature", secret: SECRET })).softSignatures, false);
    const soft = { ...withMatch({ type: "scalr-signature", secret: SECRET }), "trigger-signature-soft-failures": true };
    assert.equal(readServed(soft).softSignatures, true);
  });

  const empty = "secret: is missing or empty (a variable that is not set?)";
  const refusals = [
    {
      when: "a look-ahead, which RE2 has not",
      match: { type: "regex", regex: "(?=a)", parameter: signature },
      message: /^regex: is not a regular expression of RE2: /,
    },
    {
      when: "a regular expression without a parameter",
      match: { type: "regex", regex: "a" },
      message: /^parameter: is missing/,
    },
    { when: "an empty secret", match: { type: "payload-hmac-sha1", secret: "", parameter: signature }, message: empty },
    { when: "no secret", match: { type: "payload-hmac-sha512", parameter: signature }, message: empty },
    {
      when: "a secret without a parameter",
      match: { type: "payload-hmac-sha1", secret: SECRET },
      message: /^parameter: is missing/,
    },
    { when: "Scalr's without a secret", match: { type: "scalr-signature" }, message: empty },
    {
      when: "an address that is none",
      match: { type: "ip-whitelist", "ip-range": "example.com" },
      message: 'ip-range: "example.com" is no address or range',
    },
    { when: "no address", match: { type: "ip-whitelist" }, message: "ip-range: no address is given" },
    {
      when: "a fact that a request has not",
      match: { type: "value", value: "x", parameter: { source: "request", name: "cookie" } },
      message: 'name: "cookie" is not known of a request: use method or remote-addr',
    },
    {
      when: "a placeholder as the secret",
      match: { type: "scalr-signature", secret: "<secret>" },
      message: "trigger-rule: <secret> is a placeholder: put the real value",
    },
  ];
  for (const { when, match, message } of refusals) {
    it(`refuses ${when}`, () => {
      assertRefused(withMatch(match), message);
    });
  }
});
