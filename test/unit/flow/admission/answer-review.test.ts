import assert from "node:assert/strict";
import { printReview, reviewFor } from "../../../../src/core/admission/review-for.ts";
import { allowed, denied, patched, withWarnings } from "../../../../src/core/admission/response.ts";
import type { AdmissionRequest } from "../../../../src/core/admission/request.ts";
import { statusError } from "../../../../src/core/admission/status-error.ts";
import { createAnswerReview, type ReviewReply } from "../../../../src/flow/admission/answer-review.ts";
import type { AnyHandler, HandlerContext } from "../../../../src/flow/admission/handler.ts";
import type { ReviewAnswer } from "../../../../src/flow/ports.ts";
import { createFakeLog } from "../../../support/fake-log.ts";

const REVIEW = reviewFor({ apiVersion: "v1", kind: "Secret", metadata: { name: "web" }, data: { p: "hunter2" } });
const LONG = "x".repeat(100_000);
const log = createFakeLog();
const answers: ReviewAnswer[] = [];
const answer = createAnswerReview({
  client: "the client",
  log,
  metrics: { begin: () => (made) => answers.push(made) },
});

interface Asked {
  readonly timeoutMs?: number;
  readonly onGone?: (listener: () => void) => void;
}

const ask = (
  handler: AnyHandler<string>,
  body = printReview(REVIEW.create()),
  { timeoutMs, onGone = () => undefined }: Asked = {},
): Promise<ReviewReply> => answer({ path: "/", handler, body, timeoutMs: timeoutMs ?? null, onGone });

const statusIn = ({ body }: ReviewReply): { readonly code: number; readonly message?: string } =>
  (JSON.parse(body) as { response: { status: { code: number; message?: string } } }).response.status;

// Mocha starts its own for a test once that has returned a promise.
const countOwnTimers = async (): Promise<number> => {
  await new Promise((resolve) => setImmediate(resolve));
  return countTimers();
};
const countTimers = (): number => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
const never = (): Promise<never> => new Promise(() => undefined);

describe("createAnswerReview(parts)", () => {
  beforeEach(() => {
    log.clear();
    answers.length = 0;
  });

  for (const { when, handler, counted } of [
    { when: "an allowance", handler: () => allowed(), counted: { allowed: true, code: 200, failure: null } },
    { when: "a refusal", handler: () => denied(), counted: { allowed: false, code: 403, failure: null } },
    {
      when: "a refusal with a code that is none",
      handler: () => ({ allowed: false, status: { code: 0 } }),
      counted: { allowed: false, code: 403, failure: null },
    },
    {
      when: "a thrown status",
      handler: () => {
        throw statusError({ code: 409, message: "taken" });
      },
      counted: { allowed: false, code: 409, failure: null },
    },
    {
      when: "a thrown error",
      handler: () => Promise.reject(new Error("out of luck")),
      counted: { allowed: false, code: 500, failure: "panic" },
    },
    {
      when: "a response of wrong types",
      handler: () => ({ allowed: false, warnings: "w" as unknown as string[] }),
      counted: { allowed: false, code: 500, failure: "panic" },
    },
  ] as const)
    it(`counts ${when} with the code that is sent`, async () => {
      const reply = await ask(handler);
      assert.deepEqual(answers, [counted]);
      assert.deepEqual([reply.status, statusIn(reply).code], [200, counted.code]);
      const message = counted.allowed ? "review is answered" : "review is refused";
      assert.deepEqual(
        log.factsOf(message).map(({ allowed: isAllowed, code }) => [isAllowed, code]),
        [[counted.allowed, counted.code]],
      );
    });

  it("tells in the log what was sent where the response could not be", async () => {
    await ask(() => patched("fine", { op: "add", path: "/a", value: 1 }), printReview(REVIEW.delete()));
    await ask(() => patched("fine", { op: "add", path: "/a", value: 1n }));
    assert.deepEqual(
      log.factsOf("review is refused").map(({ code, reason }) => [code, reason]),
      [
        [500, "the webhook's handler patched a request without an object (DELETE)"],
        [500, "unable to encode response"],
      ],
    );
  });

  it("counts and tells a body that is no review", async () => {
    assert.equal((await ask(() => allowed(), "{}")).status, 400);
    assert.equal((await ask(() => allowed(), '{"request":{"uid":"7"}}')).status, 200);
    assert.deepEqual(
      answers,
      [0, 1].map(() => ({ allowed: false, code: 400, failure: null })),
    );
    assert.deepEqual(
      log.factsOf("review cannot be read").map(({ requestId, code }) => [requestId, code]),
      [
        ["", 400],
        ["7", 400],
      ],
    );
  });

  it("writes nothing long into the log, and nothing of the object", async () => {
    const long: Partial<AdmissionRequest> = {
      uid: LONG,
      name: LONG,
      namespace: LONG,
      operation: LONG,
      subResource: LONG,
      kind: { group: LONG, version: LONG, kind: LONG },
      resource: { group: LONG, version: LONG, resource: LONG },
      userInfo: { username: LONG, uid: LONG, groups: [LONG], extra: {} },
    };
    const patch: AnyHandler<string> = () => patched("", { op: "add", path: "/a", value: 1 });
    await ask(() => denied(LONG), printReview(REVIEW.create(long)));
    await ask(patch, printReview({ ...REVIEW.delete(), ...long }));
    await ask(() => allowed(), JSON.stringify({ apiVersion: LONG, kind: LONG, request: { uid: LONG } }));
    await ask(
      (request, { decoder }) => {
        decoder.object(request, { group: "", version: "v1", kind: "Pod" });
        return allowed();
      },
      printReview(reviewFor({ apiVersion: LONG, kind: { toString: LONG } }).create()),
    );
    assert.equal(log.lines.length, 4);
    assert.ok(log.text().length < 12_000, String(log.text().length));
    assert.doesNotMatch(log.text(), /hunter2/);
  });

  it("says of an object whose kind is no text that it is another", async () => {
    const body = printReview(reviewFor({ apiVersion: {}, kind: { toString: 1 } }).create());
    const reply = await ask((request, { decoder }) => {
      decoder.object(request, { group: "apps", version: "v1", kind: "Deployment" });
      return allowed();
    }, body);
    assert.deepEqual(statusIn(reply), { code: 400, message: "expected apps/v1, Kind=Deployment, got none, Kind=none" });
  });

  it("costs a handler that answers at once no timer, and one that waits a single one", async () => {
    const before = await countOwnTimers();
    const atOnce = ask(() => withWarnings(allowed(), "w"));
    assert.equal(countTimers(), before);
    const waits = ask((_request, { signal }) =>
      signal.aborted ? denied() : new Promise((resolve) => setImmediate(resolve, allowed())),
    );
    assert.equal(countTimers(), before + 1);
    await Promise.all([atOnce, waits]);
    assert.equal(countTimers(), before);
  });

  it("starts no timer for who asks for the signal when all is over", async () => {
    const kept: HandlerContext<string>[] = [];
    const before = await countOwnTimers();
    await ask((_request, context) => {
      kept.push(context);
      return allowed();
    });
    assert.deepEqual([kept[0]?.signal.aborted, kept[0]?.client], [false, "the client"]);
    assert.equal(countTimers(), before);
  });

  for (const { timeoutMs, waitedMs } of [
    { timeoutMs: 20, waitedMs: 1 },
    { timeoutMs: 100, waitedMs: 50 },
    { timeoutMs: 200, waitedMs: 150 },
    { timeoutMs: 1_000, waitedMs: 900 },
  ])
    it(`waits ${String(waitedMs)} ms where the API server waits ${String(timeoutMs)}`, async () => {
      const startedMs = performance.now();
      const reply = await ask(never, undefined, { timeoutMs });
      const tookMs = performance.now() - startedMs;
      const message = `the webhook's handler did not answer within ${String(waitedMs)} ms`;
      assert.deepEqual(statusIn(reply), { code: 504, message });
      assert.deepEqual(answers, [{ allowed: false, code: 504, failure: "timeout" }]);
      assert.ok(tookMs >= waitedMs - 2, `answered after ${String(tookMs)} ms`);
    });

  it("waits no longer than the API server ever does, however long it is told to", async () => {
    const seen: AbortSignal[] = [];
    const listeners: (() => void)[] = [];
    const reply = ask(
      (_request, { signal }) => {
        seen.push(signal);
        return new Promise((resolve) => {
          signal.addEventListener("abort", () => {
            resolve(denied("over"));
          });
        });
      },
      undefined,
      { timeoutMs: 1_000 * 3_600_000, onGone: (listener) => listeners.push(listener) },
    );
    // A timer of more than 24 days would ring at once.
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(seen[0]?.aborted, false);
    for (const gone of listeners) gone();
    assert.equal(statusIn(await reply).message, "over");
    assert.equal(String(seen[0].reason), "Error: the caller has gone");
  });

  it("hears nothing of what comes too late, and of what fails too late neither", async () => {
    const late = ask(
      () => new Promise((_resolve, reject) => setTimeout(reject, 30, new Error("too late"))),
      undefined,
      {
        timeoutMs: 20,
      },
    );
    assert.equal(statusIn(await late).code, 504);
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal(answers.length, 1);
    assert.doesNotMatch(log.text(), /too late/);
  });
});
