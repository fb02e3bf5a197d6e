import assert from "node:assert/strict";
import { deliveryKey } from "../../../../src/core/rollout/delivery-key.ts";
import { isApplied, planRollout, type Facts } from "../../../../src/core/rollout/plan.ts";
import { aContainer, aHook, anEvent, aPush, aWorkload, digest } from "../../../support/builders.ts";

const now = new Date("2026-11-22T08:00:05.000Z");
const SITE = "registry.example.com/shop/website";

const facts = (over: Partial<Facts> = {}): Facts => ({
  hook: "website",
  upgrade: aHook().upgrade,
  network: "keep",
  event: anEvent("2.0"),
  workload: aWorkload(),
  pushes: [],
  now,
  ...over,
});

const running = (image: string, over: Parameters<typeof aWorkload>[0] = {}): ReturnType<typeof aWorkload> =>
  aWorkload({ containers: [aContainer({ image })], ...over });

describe("planRollout(facts) of the image that runs already", () => {
  const same = `${SITE}:2.0`;
  const event = anEvent("2.0", { pushedAt: "2026-11-22T08:00:04.000Z" });
  const redeployed = aPush({ before: same, digest: digest("c"), acceptedAt: "2026-11-22T08:00:03.000Z" });
  const cases = [
    { when: "nothing is on record", pushes: [], then: "redeploy" },
    { when: "the record has no digest", pushes: [aPush({ digest: null })], then: "redeploy" },
    { when: "the record has another digest", pushes: [aPush({ digest: digest("c") })], then: "redeploy" },
    { when: "the record has this digest", pushes: [aPush()], then: "already-running" },
    { when: "it has this digest and failed", pushes: [aPush({ phase: "failed" })], then: "already-running" },
    {
      when: "this digest stands with another image",
      pushes: [aPush({ after: `${SITE}:1.9` })],
      then: "redeploy",
    },
    {
      when: "the tag was moved to another digest meanwhile",
      pushes: [aPush(), redeployed],
      redeployedAt: redeployed.acceptedAt,
      then: "redeploy",
    },
    { when: "that move never reached the workload", pushes: [aPush(), redeployed], then: "already-running" },
    {
      when: "the redeploy with this digest never reached the workload",
      pushes: [aPush({ before: same })],
      then: "redeploy",
    },
  ];
  for (const { when, pushes, redeployedAt = null, then } of cases) {
    it(`is ${then} when ${when}`, () => {
      const plan = planRollout(facts({ event, pushes, workload: running(same, { redeployedAt }) }));
      const seen =
        plan.kind === "skip" ? plan.reason : plan.kind === "change" && plan.redeploys ? "redeploy" : plan.kind;
      assert.equal(seen, then);
    });
  }

  it("redeploys a body without digest", () => {
    const pushes = [aPush({ digest: null })];
    const plan = planRollout(facts({ event: { ...event, digest: null }, pushes, workload: running(same) }));
    assert.equal(plan.kind === "change" && plan.redeploys, true);
  });
});

describe("planRollout(facts) of a repetition", () => {
  const event = anEvent("2.0");
  const key = deliveryKey(event);
  const [before, after] = [`${SITE}:1.0`, `${SITE}:2.0`];
  const push = aPush({ key });
  const redeploy = aPush({ key, before: after });
  const marked = redeploy.acceptedAt;

  const skips = [
    { when: "the container runs what it brought", push, image: after, then: "duplicate" },
    { when: "it runs and failed", push: { ...push, phase: "failed" as const }, image: after, then: "duplicate" },
    { when: "someone put another image since", push, image: `${SITE}:3.0`, then: "held" },
    {
      when: "it was complete and taken back since",
      push: { ...push, phase: "complete" as const },
      image: before,
      then: "held",
    },
    { when: "it was undone", push: { ...push, phase: "undone" as const }, image: before, then: "held" },
    {
      when: "a newer push took its place",
      push: { ...push, phase: "superseded" as const },
      image: before,
      then: "held",
    },
    { when: "its redeploy is in the template", push: redeploy, image: after, redeployedAt: marked, then: "duplicate" },
    {
      when: "a later redeploy is in the template",
      push: redeploy,
      image: after,
      redeployedAt: "2026-11-22T09:00:00.000Z",
      then: "duplicate",
    },
    {
      when: "its redeploy ended and its mark is gone",
      push: { ...redeploy, phase: "complete" as const },
      image: after,
      then: "held",
    },
  ];
  for (const { when, push: remembered, image, redeployedAt = null, then } of skips) {
    it(`is ${then} when ${when}`, () => {
      const workload = running(image, { redeployedAt });
      assert.deepEqual(planRollout(facts({ event, pushes: [remembered], workload })), {
        kind: "skip",
        reason: then,
        container: aContainer({ image }),
      });
    });
  }

  it("carries a push out that never reached the workload, as it is on record", () => {
    assert.deepEqual(planRollout(facts({ event, pushes: [push] })), {
      kind: "change",
      container: aContainer(),
      push,
      redeploys: false,
    });
  });

  it("carries a redeploy out that never reached the workload", () => {
    const workload = running(after, { redeployedAt: "2026-11-22T07:59:59.000Z" });
    const plan = planRollout(facts({ event, pushes: [redeploy], workload }));
    assert.deepEqual(plan.kind === "change" && [plan.redeploys, plan.push], [true, redeploy]);
  });

  it("refuses a foreign repository before it looks for repetitions", () => {
    const workload = running("nginx:1");
    assert.equal(planRollout(facts({ event, pushes: [push], workload })).kind, "foreign-repository");
  });
});

describe("isApplied(push, container, workload)", () => {
  const redeploy = aPush({ before: `${SITE}:2.0` });
  const container = aContainer({ image: `${SITE}:2.0` });
  const cases = [
    { when: "the container has the image", push: aPush(), container, redeployedAt: null, is: true },
    { when: "the container has another", push: aPush(), container: aContainer(), redeployedAt: null, is: false },
    { when: "a redeploy has no mark", push: redeploy, container, redeployedAt: null, is: false },
    { when: "the mark is older", push: redeploy, container, redeployedAt: "2026-11-22T08:00:00.999Z", is: false },
    { when: "the mark is its own", push: redeploy, container, redeployedAt: redeploy.acceptedAt, is: true },
  ];
  for (const { when, push, container: seen, redeployedAt, is } of cases) {
    it(`is ${String(is)} when ${when}`, () => {
      assert.equal(isApplied(push, seen, aWorkload({ redeployedAt })), is);
    });
  }
});
