import assert from "node:assert/strict";
import type { PushOutcome } from "../../../../src/core/delivery/outcome.ts";
import { soften } from "../../../../src/core/delivery/soften.ts";
import { aChanged, aSkipped } from "../../../support/builders.ts";

const right = { verb: "patch", resource: "deployments.apps", namespace: "shop", name: "website" };

describe("soften(outcome)", () => {
  it("ignores a push of another repository", () => {
    assert.deepEqual(soften({ kind: "foreign-repository", reason: "the push brings x" }), {
      kind: "ignored",
      reason: "the push brings x",
    });
  });

  const refused: readonly (readonly [PushOutcome, RegExp])[] = [
    [
      { kind: "bad-request", field: "events.0.target.tag", reason: "is not a tag" },
      /^events\.0\.target\.tag: is not a tag$/,
    ],
    [{ kind: "not-allowed", reason: "this hook is for another" }, /^this hook is for another$/],
    [{ kind: "unfit", reason: "it is for linux/arm64" }, /^it is for linux\/arm64$/],
    [{ kind: "not-served", reason: "no such container" }, /^no such container$/],
    [{ kind: "cluster", failure: { kind: "not-found", message: "gone" } }, /gone|not found/],
    [{ kind: "cluster", failure: { kind: "forbidden", message: "may not patch", right } }, /lacks the right to patch/],
    [{ kind: "cluster", failure: { kind: "refused", message: "quota", status: 403 } }, /quota/],
  ];
  for (const [outcome, reason] of refused) {
    it(`refuses for good what is ${outcome.kind}${outcome.kind === "cluster" ? ` (${outcome.failure.kind})` : ""}`, () => {
      const softened = soften(outcome);
      assert.ok(softened.kind === "refused", softened.kind);
      assert.match(softened.reason, reason);
    });
  }

  const kept: readonly PushOutcome[] = [
    { kind: "mismatch", missing: null },
    { kind: "method-not-allowed", methods: ["POST"] },
    { kind: "not-received", failure: "too-large", maxBytes: 1 },
    { kind: "ignored", reason: "action pull" },
    { kind: "held", until: null, reason: "the hook is frozen" },
    aSkipped("duplicate", "a:1"),
    aChanged(),
    { kind: "cluster", failure: { kind: "unreachable", message: "no answer" } },
    { kind: "cluster", failure: { kind: "conflict", message: "lost" } },
    { kind: "registry-away", reason: "status 500" },
    { kind: "cluster", failure: { kind: "throttled", message: "later", retryAfterSeconds: 1 } },
    { kind: "cluster", failure: { kind: "unreadable", message: "what" } },
  ];
  for (const outcome of kept) {
    it(`changes nothing of ${outcome.kind}${outcome.kind === "cluster" ? ` (${outcome.failure.kind})` : ""}`, () => {
      assert.equal(soften(outcome), outcome);
    });
  }
});
