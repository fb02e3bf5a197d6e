import assert from "node:assert/strict";
import { olderReason, plannedOutcome } from "../../../../src/core/delivery/planned-outcome.ts";
import type { SingleOutcome } from "../../../../src/core/delivery/outcome.ts";
import { ROLLED_BACK, UNDONE } from "../../../../src/core/delivery/upgrade-answer.ts";
import type { Skip, WorkloadPlan } from "../../../../src/core/rollout/plan-workload.ts";
import { aChange, aContainer, anEvent, aPush, aSkipped, aTarget, repository } from "../../../support/builders.ts";

const SITE = "registry.example.com/shop/website";
const outcomeOf = (plan: WorkloadPlan): SingleOutcome =>
  plannedOutcome(plan, { container: "web", style: "typed" }, aTarget);

const skip = (reason: Skip["reason"], name = "web"): Skip => ({
  kind: "skip",
  reason,
  container: aContainer({ name }),
});

describe("plannedOutcome(plan, upgrade, target)", () => {
  const worker = aContainer({ name: "worker" });
  const cases: readonly { readonly when: string; readonly plan: WorkloadPlan; readonly is: SingleOutcome }[] = [
    {
      when: "containers change",
      plan: { kind: "change", changes: [aChange(), aChange({ container: worker, redeploys: true })] },
      is: {
        kind: "changed",
        containers: [
          { container: "web", push: aPush(), redeploys: false },
          { container: "worker", push: aPush(), redeploys: true },
        ],
      },
    },
    {
      when: "one runs it",
      plan: { kind: "skip", skips: [skip("duplicate")] },
      is: aSkipped("duplicate", `${SITE}:1.0`),
    },
    {
      when: "some run it, and others were changed since",
      plan: { kind: "skip", skips: [skip("undone"), skip("already-running", "worker"), skip("rolled-back", "log")] },
      is: aSkipped("already-running", `${SITE}:1.0`, "worker"),
    },
    {
      when: "all were changed since",
      plan: { kind: "skip", skips: [skip("undone"), skip("rolled-back", "worker")] },
      is: { kind: "ignored", reason: UNDONE },
    },
    {
      when: "it was rolled back",
      plan: { kind: "skip", skips: [skip("rolled-back"), skip("undone", "worker")] },
      is: { kind: "ignored", reason: ROLLED_BACK },
    },
    {
      when: "a newer push was accepted",
      plan: { kind: "older", than: aPush({ after: `${SITE}:3.0` }) },
      is: { kind: "ignored", reason: `older than ${SITE}:3.0, pushed at 2026-11-22T08:00:00.000Z` },
    },
    {
      when: "the tag is outside of the hook's policy",
      plan: { kind: "outside-policy", reason: "no release" },
      is: { kind: "ignored", reason: "no release" },
    },
    {
      when: "it brings no digest",
      plan: { kind: "no-digest", pushed: anEvent("2.0"), image: `${SITE}:2.0` },
      is: {
        kind: "not-allowed",
        reason: `the push of ${SITE}:2.0 brings no digest, which this hook pins: let its registry send one, or set image.digest to ignore`,
      },
    },
    {
      when: "there is no such container",
      plan: { kind: "no-container", available: ["app", "log"] },
      is: {
        kind: "not-served",
        reason: 'deployment "website" in namespace "shop" has no container "web": it has app, log',
      },
    },
    {
      when: "another repository was pushed",
      plan: { kind: "foreign-repository", pushed: repository("docker.io/shop/other"), allowed: SITE },
      is: {
        kind: "foreign-repository",
        reason: `the push brings docker.io/shop/other, this hook allows ${SITE}; to allow it add to its image-upgrade: image: {repository: docker.io/shop/other}`,
      },
    },
    {
      when: "no container runs the repository",
      plan: { kind: "unused-repository", pushed: repository("docker.io/shop/other"), containers: [aContainer()] },
      is: {
        kind: "foreign-repository",
        reason: `the push brings docker.io/shop/other, of which no container has an image: web runs ${SITE}:1.0`,
      },
    },
  ];
  for (const { when, plan, is } of cases) {
    it(`is ${is.kind} when ${when}`, () => {
      assert.deepEqual(outcomeOf(plan), is);
    });
  }
});

describe("olderReason(push)", () => {
  const cases = [
    { when: "its own", pushedAt: "2026-11-22T07:00:00.000Z", at: "2026-11-22T07:00:00.000Z" },
    { when: "its arrival, where it has none", pushedAt: null, at: "2026-11-22T08:00:01.000Z" },
    {
      when: "its arrival, where its own was ahead",
      pushedAt: "2027-01-01T00:00:00.000Z",
      at: "2026-11-22T08:00:01.000Z",
    },
  ];
  for (const { when, pushedAt, at } of cases) {
    it(`says the time of the newer push: ${when}`, () => {
      assert.equal(olderReason(aPush({ pushedAt })), `older than ${SITE}:2.0, pushed at ${at}`);
    });
  }
});
