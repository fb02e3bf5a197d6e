import assert from "node:assert/strict";
import type { Answer } from "../../../../src/core/delivery/answer.ts";
import { answerTo } from "../../../../src/core/delivery/answer-to.ts";
import { ROLLED_BACK, UNDONE } from "../../../../src/core/delivery/upgrade-answer.ts";
import type { UpgradeOutcome } from "../../../../src/core/delivery/outcome.ts";
import { aChanged, aHook, aPush, aSkipped, aTarget } from "../../../support/builders.ts";

const SITE = "registry.example.com/shop/website";
const own = [{ name: "X-Hook", value: "website" }];
const hook = aHook({ response: { headers: own, mismatchStatus: 403 } });

const answered = (outcome: UpgradeOutcome, by = hook): Answer => answerTo({ kind: "upgrade", hook: by, outcome });
const changed = aChanged();
const right = { verb: "patch", resource: "deployments.apps", namespace: "shop", name: "website" };

describe("answerTo(outcome)", () => {
  it("gives 404 for a hook that is not there", () => {
    assert.deepEqual(answerTo({ kind: "unknown-hook" }), { status: 404, body: "Hook not found.", headers: [] });
  });

  const cases: readonly { readonly outcome: UpgradeOutcome; readonly answer: Answer }[] = [
    {
      outcome: { kind: "method-not-allowed", methods: ["POST", "PUT"] },
      answer: { status: 405, body: "use POST or PUT", headers: [{ name: "Allow", value: "POST, PUT" }] },
    },
    {
      outcome: { kind: "mismatch", missing: "url token" },
      answer: { status: 403, body: "Hook rules were not satisfied.", headers: [] },
    },
    {
      outcome: { kind: "mismatch", missing: null, tried: ["github", "token"] },
      answer: { status: 403, body: "Hook rules were not satisfied.", headers: [] },
    },
    {
      outcome: { kind: "too-many-failures", retryAfterSeconds: 3 },
      answer: {
        status: 429,
        body: "too many wrong credentials from this address: try again in 3 s",
        headers: [{ name: "Retry-After", value: "3" }],
      },
    },
    {
      outcome: { kind: "bad-request", field: "push_data.tag", reason: "is not a tag" },
      answer: { status: 400, body: "push_data.tag: is not a tag", headers: [] },
    },
    { outcome: { kind: "not-allowed", reason: "not so" }, answer: { status: 403, body: "not so", headers: [] } },
    { outcome: { kind: "unfit", reason: "not there" }, answer: { status: 403, body: "not there", headers: [] } },
    {
      outcome: { kind: "registry-away", reason: "status 500" },
      answer: { status: 503, body: "status 500", headers: [{ name: "Retry-After", value: "5" }] },
    },
    {
      outcome: { kind: "ignored", reason: UNDONE },
      answer: {
        status: 200,
        body: "ignored: this push was carried out before and its image was changed since; a newer push goes on, and so does this one after imagehook release",
        headers: own,
      },
    },
    {
      outcome: { kind: "ignored", reason: ROLLED_BACK },
      answer: {
        status: 200,
        body: "ignored: the rollout of this push failed and was rolled back; a newer push goes on, and so does this one after imagehook release",
        headers: own,
      },
    },
    {
      outcome: { kind: "held", until: "2026-11-22T20:00:00.000Z", reason: "its window opens then" },
      answer: { status: 200, body: "held until 2026-11-22T20:00:00.000Z: its window opens then", headers: own },
    },
    {
      outcome: { kind: "held", until: null, reason: "the hook is frozen" },
      answer: { status: 200, body: "held for now: the hook is frozen", headers: own },
    },
    {
      outcome: { kind: "not-served", reason: "no container" },
      answer: { status: 500, body: "no container", headers: [] },
    },
    {
      outcome: aSkipped("duplicate", `${SITE}:2.0`),
      answer: {
        status: 200,
        body: `deployment.apps/website unchanged: web already runs ${SITE}:2.0 (duplicate)`,
        headers: own,
      },
    },
    {
      outcome: changed,
      answer: {
        status: 200,
        body: `deployment.apps/website image updated\nweb: ${SITE}:1.0 -> ${SITE}:2.0`,
        headers: own,
      },
    },
    {
      outcome: aChanged({ redeploys: true }),
      answer: {
        status: 200,
        body: `deployment.apps/website restarted\nweb: ${SITE}:2.0, same image redeployed`,
        headers: own,
      },
    },
  ];
  for (const { outcome, answer } of cases) {
    it(`gives ${String(answer.status)} for ${JSON.stringify(outcome).slice(0, 60)}`, () => {
      assert.deepEqual(answered(outcome), answer);
    });
  }

  const lines = {
    statefulset: "statefulset.apps/website image updated",
    daemonset: "daemonset.apps/website image updated",
    cronjob: "cronjob.batch/website image updated",
  };
  for (const [kind, line] of Object.entries(lines) as [keyof typeof lines, string][]) {
    it(`begins as kubectl does for a ${kind}`, () => {
      const by = aHook({ upgrade: { target: { ...aTarget, kind } } });
      assert.equal(answered(changed, by).body.toString().split("\n")[0], line);
    });
  }

  for (const outcome of [changed, aSkipped("already-running", "x:1")]) {
    it(`gives the hook's own status and message when ${outcome.kind}`, () => {
      const by = aHook({ response: { message: "thank you", successStatus: 202 } });
      assert.deepEqual(answered(outcome, by), { status: 202, body: "thank you", headers: [] });
    });
  }

  it("keeps the hook's own message and status for successes", () => {
    const by = aHook({ response: { message: "thank you", successStatus: 202 } });
    const [ignored, held] = [
      answered({ kind: "ignored", reason: "no tag" }, by),
      answered({ kind: "held", until: null, reason: "frozen" }, by),
    ];
    assert.deepEqual(ignored, { status: 200, body: "ignored: no tag", headers: [] });
    assert.deepEqual(held, { status: 200, body: "held for now: frozen", headers: [] });
  });

  const retry = (seconds: string): Answer["headers"] => [{ name: "Retry-After", value: seconds }];
  const failures: readonly { readonly outcome: UpgradeOutcome & { kind: "cluster" }; readonly answer: Answer }[] = [
    {
      outcome: { kind: "cluster", failure: { kind: "not-found", message: "m" } },
      answer: { status: 500, body: "m", headers: [] },
    },
    {
      outcome: { kind: "cluster", failure: { kind: "refused", message: "m", status: 422 } },
      answer: { status: 502, body: "m", headers: [] },
    },
    {
      outcome: { kind: "cluster", failure: { kind: "unreadable", message: "m" } },
      answer: { status: 502, body: "m", headers: [] },
    },
    {
      outcome: { kind: "cluster", failure: { kind: "unreachable", message: "m" } },
      answer: { status: 503, body: "m", headers: retry("5") },
    },
    {
      outcome: { kind: "cluster", failure: { kind: "conflict", message: "m" } },
      answer: { status: 503, body: "m", headers: retry("5") },
    },
    {
      outcome: { kind: "cluster", failure: { kind: "throttled", message: "m", retryAfterSeconds: 7 } },
      answer: { status: 503, body: "m", headers: retry("7") },
    },
    {
      outcome: { kind: "cluster", failure: { kind: "throttled", message: "m", retryAfterSeconds: 0 } },
      answer: { status: 503, body: "m", headers: retry("1") },
    },
  ];
  for (const { outcome, answer } of failures) {
    it(`gives ${String(answer.status)} for ${JSON.stringify(outcome.failure)}`, () => {
      assert.deepEqual(answered(outcome), answer);
    });
  }

  it("gives 502 and the line that grants the right when one is missing", () => {
    const { status, body } = answered({ kind: "cluster", failure: { kind: "forbidden", message: "no", right } });
    assert.equal(status, 502);
    assert.match(
      body.toString(),
      /lacks the right to patch deployments\.apps "website".*kubectl create role imagehook-deployments /,
    );
  });
});

describe("answerTo(outcome) of several containers", () => {
  const first = aChanged().containers[0];
  const worker = { ...first, container: "worker", push: aPush({ before: "a:1", after: "a:2" }) };
  const cases: readonly { readonly outcome: UpgradeOutcome; readonly body: string }[] = [
    {
      outcome: { kind: "changed", containers: [first, worker] },
      body: `deployment.apps/website image updated\nweb: ${SITE}:1.0 -> ${SITE}:2.0\nworker: a:1 -> a:2`,
    },
    {
      outcome: { kind: "changed", containers: [{ ...first, redeploys: true }, worker] },
      body: `deployment.apps/website image updated\nweb: ${SITE}:2.0, same image redeployed\nworker: a:1 -> a:2`,
    },
    {
      outcome: {
        kind: "skipped",
        containers: [
          ...aSkipped("duplicate", "a:2").containers,
          ...aSkipped("already-running", "b:2", "app").containers,
        ],
      },
      body: "deployment.apps/website unchanged: web already runs a:2 (duplicate)\napp already runs b:2 (already-running)",
    },
  ];
  for (const { outcome, body } of cases) {
    it(`gives a line for each: ${body.split("\n").slice(1).join("; ").slice(0, 80)}`, () => {
      assert.deepEqual(answered(outcome), { status: 200, body, headers: own });
    });
  }
});
