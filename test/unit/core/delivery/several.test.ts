import assert from "node:assert/strict";
import { answerTo } from "../../../../src/core/delivery/answer-to.ts";
import { asDryRun } from "../../../../src/core/delivery/dry-run.ts";
import type { SingleOutcome, PushOutcome, UpgradeOutcome } from "../../../../src/core/delivery/outcome.ts";
import { several } from "../../../../src/core/delivery/several.ts";
import { soften } from "../../../../src/core/delivery/soften.ts";
import { aChanged, aHook, aPush, aSelection, aSkipped, aTarget } from "../../../support/builders.ts";

const changed = aChanged({ push: aPush({ before: "a:1", after: "a:2" }) });
const skipped = aSkipped("duplicate", "a:2");
const ignored = { kind: "ignored", reason: "no tag" } as const;
const held = { kind: "held", until: null, reason: "the hook is frozen" } as const;
const foreign = { kind: "foreign-repository", reason: "the push brings b" } as const;
const notAllowed = { kind: "not-allowed", reason: "no digest" } as const;
const noContainer = { kind: "not-served", reason: "no container" } as const;
const refused = { kind: "cluster", failure: { kind: "refused", message: "denied", status: 403 } } as const;
const away = { kind: "cluster", failure: { kind: "unreachable", message: "away" } } as const;
const busy = { kind: "cluster", failure: { kind: "throttled", message: "busy", retryAfterSeconds: 9 } } as const;
const malformed = { kind: "bad-request", field: "tag", reason: "is none" } as const;

const [NAMES, headers] = ["abcdefgh", [{ name: "X-Hook", value: "website" }]];
const of = (...outcomes: readonly SingleOutcome[]): PushOutcome =>
  several(outcomes.map((outcome, index) => ({ target: { ...aTarget, name: NAMES.charAt(index) }, outcome })));
const hookWith = (response: object = {}) =>
  aHook({ upgrade: { target: aSelection() }, response: { headers, ...response } });
const answered = (outcome: UpgradeOutcome, hook = hookWith()) => answerTo({ kind: "upgrade", hook, outcome });

describe("answerTo(outcome) of several workloads", () => {
  it("lists each with its outcome", () => {
    const { body } = answered(of(changed, skipped, ignored, noContainer, foreign, held));
    assert.deepEqual(body.toString().split("\n"), [
      "deployment.apps/a image updated",
      "web: a:1 -> a:2",
      "deployment.apps/b unchanged: web already runs a:2 (duplicate)",
      "deployment.apps/c: ignored: no tag",
      "deployment.apps/d: no container",
      "deployment.apps/e: ignored: it runs another repository than the pushed one",
      "deployment.apps/f: held for now: the hook is frozen",
    ]);
  });

  const statuses: readonly (readonly [readonly SingleOutcome[], number])[] = [
    [[changed, skipped, ignored], 200],
    [[changed, foreign], 200],
    [[skipped, foreign], 200],
    [[foreign, foreign], 403],
    [[changed, notAllowed], 403],
    [[malformed, changed], 400],
    [[malformed, notAllowed], 403],
    [[notAllowed, noContainer], 500],
    [[noContainer, refused, changed], 502],
    [[refused, away, noContainer], 503],
    [[ignored, ignored], 200],
    [[held, changed, ignored], 200],
    [[held, notAllowed], 403],
  ];
  for (const [outcomes, status] of statuses) {
    it(`is ${String(status)} for ${outcomes.map(({ kind }) => kind).join(", ")}`, () => {
      assert.equal(answered(of(...outcomes)).status, status);
      assert.equal(answered(of(...[...outcomes].reverse())).status, status);
    });
  }

  it("says when to come again where one was not reached", () => {
    assert.deepEqual(answered(of(changed, busy)).headers, [{ name: "Retry-After", value: "9" }]);
  });

  it("gives the hook's own status, message and headers when all went well, and something was meant", () => {
    const hook = hookWith({ message: "thank you", successStatus: 202 });
    const own = { status: 202, body: "thank you", headers };
    assert.deepEqual(answered(of(changed, skipped), hook), own);
    assert.deepEqual(answered(of(changed, ignored), hook), own);
    const nothing = answered(of(ignored, ignored), hook);
    assert.deepEqual([nothing.status, nothing.headers], [200, headers]);
    assert.match(nothing.body.toString(), /^deployment\.apps\/a: ignored: no tag\n/);
    assert.match(answered(of(changed, notAllowed), hook).body.toString(), /image updated\n(.*\n)+.*\/b: no digest$/);
  });

  it("tells a registry-wide sender 202 of what stays refused", () => {
    const answer = answered(soften(of(changed, noContainer, foreign)));
    assert.equal(answer.status, 202);
    assert.match(answer.body.toString(), /\ndeployment\.apps\/b: refused: no container\n/);
    assert.equal(answered(soften(of(foreign, foreign))).status, 200);
    assert.equal(answered(soften(of(changed, noContainer, away))).status, 503);
  });
});

describe("asDryRun(would) of several workloads", () => {
  it("says of each what would be", () => {
    const { status, body } = answered(asDryRun(of(changed, notAllowed)));
    const lines = "dry run: deployment.apps/a would change\nweb: a:1 -> a:2\ndeployment.apps/b: no digest";
    assert.deepEqual([status, body], [200, lines]);
  });

  it("is none where the cluster did not answer for one of them", () => {
    const { status, body } = answered(asDryRun(of(changed, away)));
    assert.deepEqual([status, body], [503, "away"]);
    assert.equal(answered(asDryRun(of(changed, refused))).status, 200);
  });
});
