import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { AnswerReview, ReviewCall } from "../../../../src/flow/admission/answer-review.ts";
import { allowed } from "../../../../src/core/admission/response.ts";
import { parseInTurn } from "../../../../src/flow/admission/parse-in-turn.ts";

// A small body weighs sixteen times its length.
const call = (length: number, timeoutMs: number | null = null): ReviewCall => ({
  path: `/${String(length)}`,
  handler: () => allowed(),
  body: "x".repeat(length),
  timeoutMs,
  onGone: () => undefined,
});

function held(): { answer: AnswerReview; calls: ReviewCall[]; finish: () => Promise<void> } {
  const calls: ReviewCall[] = [];
  const pending: (() => void)[] = [];
  const answer: AnswerReview = async (asked) => {
    calls.push(asked);
    await new Promise<void>((resolve) => pending.push(resolve));
    return { status: 200, body: asked.path };
  };
  const finish = async (): Promise<void> => {
    pending.shift()?.();
    await sleep(1);
  };
  return { answer, calls, finish };
}

describe("parseInTurn(answer, limits)", () => {
  const limits = { maxHeld: 160, maxWeight: 1_000, collect: () => undefined };
  const pathsOf = (calls: readonly ReviewCall[]): readonly string[] => calls.map(({ path }) => path);

  it("answers what fits at once, and the others in the order in which they came", async () => {
    const { answer, calls, finish } = held();
    const inTurn = parseInTurn(answer, limits);
    const replies = [5, 4, 6, 1].map((length) => inTurn(call(length)));
    assert.deepEqual(pathsOf(calls), ["/5", "/4"]);
    await finish();
    assert.deepEqual(pathsOf(calls), ["/5", "/4", "/6"]);
    await finish();
    assert.deepEqual(pathsOf(calls), ["/5", "/4", "/6", "/1"]);
    await finish();
    await finish();
    assert.deepEqual(
      (await Promise.all(replies)).map(({ body }) => body),
      ["/5", "/4", "/6", "/1"],
    );
  });

  it("answers one that is too large for the others alone", async () => {
    const { answer, calls, finish } = held();
    const inTurn = parseInTurn(answer, limits);
    const replies = [1, 30, 1].map((length) => inTurn(call(length)));
    assert.deepEqual(pathsOf(calls), ["/1"]);
    await finish();
    assert.deepEqual(pathsOf(calls), ["/1", "/30"]);
    await finish();
    await finish();
    assert.equal((await Promise.all(replies)).length, 3);
  });

  it("goes on after an answer that failed", async () => {
    const inTurn = parseInTurn(() => Promise.reject(new Error("broken")), limits);
    const outcomes = await Promise.allSettled([10, 10, 10].map((length) => inTurn(call(length))));
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      ["rejected", "rejected", "rejected"],
    );
  });

  it("takes the wait off the time that is left", async () => {
    const { answer, calls, finish } = held();
    const inTurn = parseInTurn(answer, limits);
    const replies = [call(10, 500), call(10, 500), call(10), call(10, 5)].map(inTurn);
    await sleep(50);
    for (let index = 0; index < 4; index++) await finish();
    await Promise.all(replies);
    const [first, second, third, fourth] = calls.map(({ timeoutMs }) => timeoutMs);
    assert.deepEqual([first, third, fourth], [500, null, 1]);
    assert.ok(second !== null && second !== undefined && second < 460 && second > 100, String(second));
  });

  it("refuses what weighs too much by itself with 413", async () => {
    const { answer, calls } = held();
    const { status, body } = await parseInTurn(answer, limits)(call(63));
    assert.equal(status, 413);
    assert.match(body, /"code":413/);
    assert.deepEqual(calls, []);
  });

  it("has the garbage of large ones collected, each time that so much of it may be there", async () => {
    let collections = 0;
    const count = (): void => {
      collections++;
    };
    const large = 129 * 1024;
    const inTurn = parseInTurn(() => Promise.resolve({ status: 200, body: "" }), {
      maxHeld: 2.5 * large,
      maxWeight: 1e9,
      collect: count,
    });
    for (let index = 0; index < 6; index++) await inTurn(call(large));
    assert.equal(collections, 2);
    for (let index = 0; index < 100; index++) await inTurn(call(10_000));
    assert.equal(collections, 2);
  });
});
