import assert from "node:assert/strict";
import type { Answer } from "../../../../src/core/delivery/answer.ts";
import { answerTo } from "../../../../src/core/delivery/answer-to.ts";
import type { UpgradeOutcome } from "../../../../src/core/delivery/outcome.ts";
import type { Phase } from "../../../../src/core/rollout/state.ts";
import { aChanged, aHook, aSkipped } from "../../../support/builders.ts";

const headers = [{ name: "X-Hook", value: "website" }];
const hook = aHook({ response: { headers, message: "thank you", successStatus: 201 } });
const SET =
  "deployment.apps/website image updated\nweb: registry.example.com/shop/website:1.0 -> registry.example.com/shop/website:2.0";

const answered = (outcome: UpgradeOutcome): Answer => answerTo({ kind: "upgrade", hook, outcome });
const ended = (phase: Phase, reason: string): Answer =>
  answered({ kind: "ended", set: aChanged(), end: { phase, reason } });

describe("answerTo(outcome) of a delivery that waited for the end", () => {
  const ends = [
    { phase: "complete", reason: "", status: 201, line: "complete" },
    {
      phase: "complete",
      reason: "3 of 3 pods run the new image",
      status: 201,
      line: "complete: 3 of 3 pods run the new image",
    },
    { phase: "superseded", reason: "newer pushes came", status: 201, line: "superseded: newer pushes came" },
    { phase: "failed", reason: "no pods", status: 502, line: "failed: no pods" },
    { phase: "rolled-back", reason: "no pods", status: 502, line: "rolled-back: no pods" },
    { phase: "undone", reason: "someone set 1.0", status: 502, line: "undone: someone set 1.0" },
  ] as const;
  for (const { phase, reason, status, line } of ends) {
    it(`is ${String(status)} for ${line}, whatever message the hook has`, () => {
      assert.deepEqual(ended(phase, reason), { status, body: `${SET}\n${line}`, headers });
    });
  }

  it("is 202 where the wait was too short", () => {
    const body = `${SET}\nthe rollout goes on`;
    assert.deepEqual(answered({ kind: "ended", set: aChanged(), end: null }), { status: 202, body, headers });
  });

  it("says of a repetition that waited what runs", () => {
    const set = aSkipped("duplicate", "a:2");
    const { status, body } = answered({ kind: "ended", set, end: { phase: "failed", reason: "no pods" } });
    const line = "deployment.apps/website unchanged: web already runs a:2 (duplicate)\nfailed: no pods";
    assert.deepEqual([status, body], [502, line]);
  });
});

describe("answerTo(outcome) before the action", () => {
  const cases: readonly { readonly outcome: UpgradeOutcome; readonly answer: Answer }[] = [
    {
      outcome: { kind: "unavailable", what: "proof", reason: "s3cr3t" },
      answer: {
        status: 503,
        body: "who calls cannot be proved at the moment: send it again",
        headers: [{ name: "Retry-After", value: "10" }],
      },
    },
    {
      outcome: { kind: "unavailable", what: "subscription", reason: "s3cr3t" },
      answer: {
        status: 503,
        body: "the subscription cannot be confirmed at the moment: send it again",
        headers: [{ name: "Retry-After", value: "10" }],
      },
    },
    {
      outcome: { kind: "handshake", handshake: { kind: "code", code: "a" } },
      answer: {
        status: 200,
        body: '{"validationResponse":"a"}',
        headers: [{ name: "Content-Type", value: "application/json; charset=utf-8" }],
      },
    },
    {
      outcome: { kind: "handshake", handshake: { kind: "origin", origin: "eventgrid.azure.net" } },
      answer: {
        status: 200,
        body: "",
        headers: [
          { name: "WebHook-Allowed-Origin", value: "eventgrid.azure.net" },
          { name: "WebHook-Allowed-Rate", value: "120" },
        ],
      },
    },
  ];
  for (const { outcome, answer } of cases) {
    it(`is ${String(answer.status)} for ${JSON.stringify(outcome)}`, () => {
      assert.deepEqual(answered(outcome), answer);
    });
  }
});
