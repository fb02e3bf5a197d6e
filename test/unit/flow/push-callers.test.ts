import assert from "node:assert/strict";
import type { CallerEntry } from "../../../src/core/hook/callers/caller-entry.ts";
import type { Rule } from "../../../src/core/hook/rule.ts";
import type { Failures } from "../../../src/flow/failures.ts";
import { aHook, digest } from "../../support/builders.ts";
import { argument, deliver, outcomeOf, rule, TOKEN, type Sent } from "./push-kit.ts";

const token: CallerEntry = { kind: "token", name: "token", file: "/tokens/website" };
const bearer: CallerEntry = { kind: "bearer", file: "/tokens/website" };
const filter: Rule = {
  kind: "match",
  match: {
    kind: "value",
    parameter: argument("payload", "push_data.digest"),
    expected: { kind: "literal", value: digest("c") },
  },
};
const MISMATCH = { kind: "mismatch", missing: null };

/** A limiter that counts, and refuses from the given failure on. */
function counting(from = Number.POSITIVE_INFINITY): { readonly failures: Failures; readonly counted: string[] } {
  const counted: string[] = [];
  const count: Failures["count"] = (hook, address) => {
    counted.push(`${hook} ${address}`);
    return counted.length >= from ? 7 : null;
  };
  return { failures: { count }, counted };
}

describe("createPush(proofs, parts) of hooks with callers", () => {
  const hook = aHook({ upgrade: { callers: [bearer, token] } });
  const tried = { ...MISMATCH, tried: ["bearer", "token"] };
  const cases: readonly { when: string; sent: Sent; of?: typeof hook; outcome: object | "changed" }[] = [
    { when: "one of the callers", sent: {}, outcome: "changed" },
    { when: "the other one", sent: { query: "", headers: { authorization: `Bearer ${TOKEN}` } }, outcome: "changed" },
    { when: "a wrong one and a right one", sent: { headers: { authorization: "Bearer x" } }, outcome: "changed" },
    { when: "none of them", sent: { query: "token=wrong", headers: { authorization: "Bearer x" } }, outcome: tried },
    { when: "nothing", sent: { query: "" }, outcome: tried },
    {
      when: "a caller, and a rule that does not hold besides",
      sent: {},
      of: aHook({ rule: filter, upgrade: { callers: [token] } }),
      outcome: MISMATCH,
    },
    {
      when: "a rule that holds, and no caller",
      sent: { query: `t=${TOKEN}` },
      of: aHook({ rule, upgrade: { callers: [{ ...token, name: "other" }] } }),
      outcome: { ...MISMATCH, tried: ["token"] },
    },
    {
      when: "a caller's parameter given twice",
      sent: { query: `secret=${TOKEN}&secret=${TOKEN}` },
      of: aHook({ upgrade: { callers: [{ ...token, name: "secret" }] } }),
      outcome: { kind: "bad-request", field: "secret", reason: "is given more than once in the URL" },
    },
  ];
  for (const { when, sent, of = hook, outcome } of cases) {
    it(`${outcome === "changed" ? "goes on" : "stops"} with ${when}`, async () => {
      const seen = await deliver(sent, of);
      if (outcome === "changed") assert.deepEqual([seen.upgraded.length, outcomeOf(seen.outcome).kind], [1, "changed"]);
      else assert.deepEqual([seen.upgraded, outcomeOf(seen.outcome)], [[], outcome]);
    });
  }
});

describe("createPush(proofs, parts): failures", () => {
  const and = (...rules: readonly Rule[]): Rule => ({ kind: "and", rules });
  const signed: Rule = {
    kind: "match",
    match: { kind: "hmac", parameter: argument("header", "x-sign"), algorithm: "sha256", secret: "a long secret" },
  };
  const callers = [token];
  const cases: readonly { when: string; sent: Sent; hook: ReturnType<typeof aHook>; counts: boolean }[] = [
    { when: "a wrong token", sent: { query: "token=x" }, hook: aHook({ rule }), counts: true },
    { when: "no token", sent: { query: "" }, hook: aHook({ rule }), counts: true },
    { when: "a wrong caller", sent: { query: "token=x" }, hook: aHook({ upgrade: { callers } }), counts: true },
    { when: "a wrong signature", sent: { headers: { "x-sign": "x" } }, hook: aHook({ rule: signed }), counts: true },
    { when: "a right token with a filter", sent: {}, hook: aHook({ rule: and(filter, rule) }), counts: false },
    {
      when: "a right caller with a filter",
      sent: {},
      hook: aHook({ rule: filter, upgrade: { callers } }),
      counts: false,
    },
    {
      when: "a right caller with a wrong signature",
      sent: {},
      hook: aHook({ rule: signed, upgrade: { callers } }),
      counts: true,
    },
    {
      when: "a hook that proves nobody",
      sent: {},
      hook: aHook({ rule: { kind: "not", rule: filter } }),
      counts: false,
    },
    { when: "a right token", sent: {}, hook: aHook({ rule }), counts: false },
    { when: "a right token with a bad body", sent: { body: "{" }, hook: aHook({ rule }), counts: false },
    { when: "a token given twice", sent: { query: "token=a&token=b" }, hook: aHook({ rule }), counts: false },
    { when: "another method", sent: { method: "GET", query: "" }, hook: aHook({ rule }), counts: false },
    { when: "a hook that is not there", sent: { id: "nobody", query: "" }, hook: aHook({ rule }), counts: false },
  ];
  for (const { when, sent, hook, counts } of cases) {
    it(`${counts ? "counts" : "does not count"} ${when}`, async () => {
      const { failures, counted } = counting();
      await deliver(sent, hook, failures);
      assert.deepEqual(counted, counts ? ["website 192.0.2.7:40000"] : []);
    });
  }

  it("says of one beyond the limit when to try again, and lets right credentials in all the same", async () => {
    const { failures } = counting(2);
    const hook = aHook({ rule });
    const outcomes = [];
    for (const query of ["token=x", "token=x", `token=${TOKEN}`, "token=x"])
      outcomes.push(outcomeOf((await deliver({ query }, hook, failures)).outcome));
    const late = { kind: "too-many-failures", retryAfterSeconds: 7 };
    assert.deepEqual(
      outcomes.map(({ kind }) => kind),
      ["mismatch", late.kind, "changed", late.kind],
    );
    assert.deepEqual(outcomes[1], late);
  });
});
