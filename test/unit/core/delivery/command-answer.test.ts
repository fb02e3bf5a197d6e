import assert from "node:assert/strict";
import type { Answer } from "../../../../src/core/delivery/answer.ts";
import { answerTo } from "../../../../src/core/delivery/answer-to.ts";
import type { CommandEnding, CommandOutcome } from "../../../../src/core/delivery/outcome.ts";
import { aCommandHook } from "../../../support/command-hook.ts";

const own = [{ name: "X-Hook", value: "deploy" }];
const response = { headers: own, successStatus: 202, mismatchStatus: 403 };
const FAILED = "Error occurred while executing the hook's command. Please check your logs for more details.";
const output = Buffer.from([0xff, 0x0a]);

const answered = (outcome: CommandOutcome, hook = aCommandHook({ response })): Answer =>
  answerTo({ kind: "command", hook, outcome });

describe("answerTo(outcome) of a command", () => {
  const refusals: readonly { readonly outcome: CommandOutcome; readonly answer: Answer }[] = [
    {
      outcome: { kind: "method-not-allowed", methods: ["GET", "PUT"] },
      answer: { status: 405, body: "", headers: [{ name: "Allow", value: "GET, PUT" }] },
    },
    {
      outcome: { kind: "not-received", failure: "too-large", maxBytes: 1024 * 1024 },
      answer: {
        status: 413,
        body: "the body is larger than 1024 KiB",
        headers: [{ name: "Connection", value: "close" }],
      },
    },
    {
      outcome: { kind: "not-received", failure: "encoded", maxBytes: 1 },
      answer: {
        status: 415,
        body: "send the body without Content-Encoding",
        headers: [{ name: "Connection", value: "close" }],
      },
    },
    {
      outcome: { kind: "not-received", failure: "aborted", maxBytes: 1 },
      answer: { status: 400, body: "the body ended early", headers: [{ name: "Connection", value: "close" }] },
    },
    {
      outcome: { kind: "mismatch", missing: null },
      answer: { status: 403, body: "Hook rules were not satisfied.", headers: [] },
    },
    {
      outcome: {
        kind: "not-served",
        reason: "Error occurred while evaluating hook rules.",
        detail: "the secret is empty",
      },
      answer: { status: 500, body: "Error occurred while evaluating hook rules.", headers: [] },
    },
    { outcome: { kind: "accepted" }, answer: { status: 202, body: "", headers: own } },
    {
      outcome: { kind: "busy", running: 2, waiting: 5 },
      answer: {
        status: 429,
        body: "this hook's command runs 2 times and 5 deliveries wait: try again later",
        headers: [{ name: "Retry-After", value: "5" }],
      },
    },
    { outcome: { kind: "gone" }, answer: { status: 503, body: "", headers: [] } },
  ];
  for (const { outcome, answer } of refusals) {
    it(`gives ${String(answer.status)} for ${JSON.stringify(outcome).slice(0, 60)}`, () => {
      assert.deepEqual(answered(outcome), answer);
    });
  }

  it("gives the hook's message to what is accepted", () => {
    const hook = aCommandHook({ response: { ...response, message: "thank you" } });
    assert.deepEqual(answered({ kind: "accepted" }, hook), { status: 202, body: "thank you", headers: own });
  });

  const late = "the command was ended after 1.5 s (command-timeout)";
  const endings: readonly {
    readonly ending: CommandEnding;
    readonly status: number;
    readonly shown: string | Buffer;
    readonly ofFailures: string | Buffer;
  }[] = [
    { ending: { kind: "exited", code: 0, output }, status: 202, shown: output, ofFailures: output },
    { ending: { kind: "exited", code: 3, output }, status: 500, shown: FAILED, ofFailures: output },
    { ending: { kind: "killed", signal: "SIGKILL", output }, status: 500, shown: FAILED, ofFailures: output },
    { ending: { kind: "not-started", reason: "secret reason" }, status: 500, shown: FAILED, ofFailures: "" },
    {
      ending: { kind: "timed-out", afterMs: 1_500, output },
      status: 504,
      shown: late,
      ofFailures: Buffer.concat([output, Buffer.from(`\n${late}`)]),
    },
  ];
  for (const { ending, status, shown, ofFailures } of endings) {
    const what = "code" in ending ? `${ending.kind} with ${String(ending.code)}` : ending.kind;
    it(`gives ${String(status)} and the hook's headers when it is ${what}`, () => {
      const ended = { kind: "ended", ending } as const;
      assert.deepEqual(answered(ended), { status, body: shown, headers: own });
      const hook = aCommandHook({ response, command: { output: "shown-of-failures-too" } });
      assert.deepEqual(answered(ended, hook), { status, body: ofFailures, headers: own });
    });
  }
});
