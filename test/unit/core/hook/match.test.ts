import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { evaluateRule, type Rule } from "../../../../src/core/hook/rule.ts";
import { aContext, and, aRequest, hmac, matches, not, or, regex, scalr, whitelist } from "./requests.ts";

const secret = "a long enough secret";
const body = '{"ref":"v1.2"}';
const signature = createHmac("sha256", secret).update(body).digest("hex");
const date = "Sun 22 Nov 2026 12:00:00 UTC";
const scalrSignature = createHmac("sha1", secret).update(body).update(date).digest("hex");

const signed = aRequest({ body, headers: { "x-hub-signature-256": `sha256=${signature}` }, query: { ns: "web" } });
const forged = aRequest({
  body: `${body} `,
  headers: { "x-hub-signature-256": `sha256=${signature}` },
  query: { ns: "web" },
});
const unsigned = aRequest({ body, query: { ns: "web" } });
const yes = matches("url", "ns", "web");

describe("evaluateRule(rule, request, context): regular expressions, signatures, addresses", () => {
  const wrong = "signature";
  const cases: readonly {
    when: string;
    rule: Rule;
    request?: ReturnType<typeof aRequest>;
    soft?: boolean;
    holds: boolean;
    problem?: "signature" | "missing" | "broken";
  }[] = [
    { when: "an expression that is found anywhere", rule: regex("payload", "ref", "1\\.2"), holds: true },
    { when: "an anchored expression", rule: regex("payload", "ref", "^1"), holds: false },
    { when: "an expression of a missing value", rule: regex("payload", "none", "."), holds: false, problem: "missing" },
    { when: "the body's signature", rule: hmac(secret), holds: true },
    { when: "another body's signature", rule: hmac(secret), request: forged, holds: false, problem: wrong },
    { when: "no signature", rule: hmac(secret), request: unsigned, holds: false, problem: "missing" },
    { when: "and with a wrong signature", rule: and(yes, hmac(secret)), request: forged, holds: false, problem: wrong },
    {
      when: "or with a wrong signature first",
      rule: or(hmac(secret), yes),
      request: forged,
      holds: false,
      problem: wrong,
    },
    { when: "or that holds before the wrong signature", rule: or(yes, hmac(secret)), request: forged, holds: true },
    {
      when: "or with a wrong signature, softly",
      rule: or(hmac(secret), yes),
      request: forged,
      soft: true,
      holds: true,
    },
    { when: "or of wrong signatures, softly", rule: or(hmac(secret)), request: forged, soft: true, holds: false },
    {
      when: "and with a wrong signature, softly",
      rule: and(hmac(secret)),
      request: forged,
      soft: true,
      holds: false,
      problem: wrong,
    },
    {
      when: "not of a wrong signature, which stays an error",
      rule: not(hmac(secret)),
      request: forged,
      holds: true,
      problem: wrong,
    },
    { when: "the client's address", rule: whitelist("192.0.2.0/24"), holds: true },
    { when: "another client's address", rule: whitelist("198.51.100.1"), holds: false },
    {
      when: "Scalr's signature",
      rule: scalr(secret),
      request: aRequest({ body, headers: { "x-signature": scalrSignature, date } }),
      holds: true,
    },
    {
      when: "a wrong Scalr's signature",
      rule: scalr(secret),
      request: aRequest({ body, headers: { "x-signature": "00", date } }),
      holds: false,
      problem: wrong,
    },
    {
      when: "Scalr's signature without a date",
      rule: scalr(secret),
      request: aRequest({ body, headers: { "x-signature": "00" } }),
      holds: false,
    },
    {
      when: "Scalr's signature with a date of another form",
      rule: scalr(secret),
      request: aRequest({
        body,
        headers: {
          "x-signature": createHmac("sha1", secret).update(body).update("today").digest("hex"),
          date: "today",
        },
      }),
      holds: false,
      problem: "broken",
    },
    { when: "no Scalr's signature", rule: scalr(secret), request: aRequest({ body, headers: { date } }), holds: false },
  ];
  for (const { when, rule, request = signed, soft = false, holds, problem } of cases) {
    it(`${holds ? "holds for" : "does not hold for"} ${when}`, () => {
      const verdict = evaluateRule(rule, request, aContext(undefined, { softSignatures: soft }));
      assert.deepEqual([verdict.holds, verdict.problem?.kind], [holds, problem]);
    });
  }

  it("never puts the expected signature into a problem", () => {
    const { problem } = evaluateRule(hmac(secret), forged, aContext());
    const expected = createHmac("sha256", secret).update(`${body} `).digest("hex");
    assert.equal(JSON.stringify(problem).includes(expected), false);
  });

  it("judges ^(a+)+$ on 5,000 characters in time", () => {
    const evil = aRequest({ query: { a: `${"a".repeat(5_000)}!` } });
    const startedMs = performance.now();
    assert.equal(evaluateRule(regex("url", "a", "^(a+)+$"), evil, aContext()).holds, false);
    assert.ok(performance.now() - startedMs < 1_000);
  });
});
