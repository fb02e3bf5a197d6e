import assert from "node:assert/strict";
import { deliveryKey } from "../../../../src/core/rollout/delivery-key.ts";
import {
  isApplied,
  isRedeploy,
  isUnapplied,
  planRollout,
  runsBefore,
  type Facts,
} from "../../../../src/core/rollout/plan.ts";
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
  request: "request-1",
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
    { when: "someone put another image since", push, image: `${SITE}:3.0`, then: "undone" },
    {
      when: "it was complete and taken back since",
      push: { ...push, phase: "complete" as const },
      image: before,
      then: "undone",
    },
    { when: "it was undone", push: { ...push, phase: "undone" as const }, image: before, then: "undone" },
    {
      when: "it was rolled back",
      push: { ...push, phase: "rolled-back" as const },
      image: before,
      then: "rolled-back",
    },
    {
      when: "it was rolled back and set by someone else since",
      push: { ...push, phase: "rolled-back" as const },
      image: after,
      then: "duplicate",
    },
    {
      when: "the workload was changed twice since, so that it may have come and gone",
      push: { ...push, generation: 5 },
      image: before,
      then: "undone",
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
      then: "undone",
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

  for (const generation of [7, 6, 8]) {
    it(`carries a push out that was planned on generation ${String(generation)} of 7`, () => {
      assert.equal(planRollout(facts({ event, pushes: [{ ...push, generation }] })).kind, "change");
    });
  }

  const newer = aPush({ key: "f".repeat(32), after: `${SITE}:3.0`, acceptedAt: "2026-11-22T08:00:02.000Z" });
  const followed = [
    { when: "it never reached the workload, and neither did that one", image: before },
    { when: "that one runs", image: newer.after },
    { when: "someone put another image since", image: `${SITE}:4.0` },
    { when: "that one was accepted at the same time", image: before, at: push.acceptedAt },
    { when: "that one was accepted by a clock that is late", image: before, at: "2026-11-22T07:59:00.000Z" },
  ];
  for (const { when, image, at = newer.acceptedAt } of followed) {
    it(`is older than the push that was accepted last when ${when}`, () => {
      const than = { ...newer, pushedAt: null, acceptedAt: at };
      const others = [aPush({ key: "e".repeat(32) }), push, aPush({ key: "d".repeat(32) }), than];
      assert.deepEqual(planRollout(facts({ event, pushes: others, workload: running(image) })), {
        kind: "older",
        than,
      });
    });
  }

  it("is a duplicate where it runs, though a newer one is on record", () => {
    const plan = planRollout(facts({ event, pushes: [push, newer], workload: running(after) }));
    assert.equal(plan.kind === "skip" && plan.reason, "duplicate");
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

describe("isUnapplied(push, container, workload)", () => {
  const redeploy = aPush({ before: `${SITE}:2.0` });
  const set = aContainer({ image: `${SITE}:2.0` });
  const cases = [
    { when: "it runs what it ran before, unchanged", push: aPush(), is: true },
    { when: "it was changed once, which was not this", push: aPush(), generation: 8, is: true },
    { when: "it was changed twice", push: aPush(), generation: 9, is: false },
    { when: "an older version recorded no generation", push: aPush({ generation: 0 }), is: false },
    { when: "the rollout has ended", push: aPush({ phase: "undone" }), is: false },
    { when: "its change was seen", push: aPush({ phase: "progressing" }), is: false },
    { when: "it runs something else", push: aPush(), container: aContainer({ image: `${SITE}:1.5` }), is: false },
    { when: "it runs what was pushed", push: aPush(), container: set, is: false },
    { when: "the mark of a redeploy is missing", push: redeploy, container: set, is: true },
    { when: "the mark of a redeploy is there", push: redeploy, container: set, at: redeploy.acceptedAt, is: false },
  ];
  for (const { when, push, container = aContainer(), generation = 7, at = null, is } of cases) {
    it(`is ${String(is)} when ${when}`, () => {
      assert.equal(isUnapplied(push, container, aWorkload({ generation, redeployedAt: at })), is);
    });
  }
});

describe("runsBefore(push, container, workload)", () => {
  it("goes by the image, and for a redeploy by the mark", () => {
    const redeploy = aPush({ before: `${SITE}:2.0` });
    const set = aContainer({ image: `${SITE}:2.0` });
    assert.equal(runsBefore(aPush(), aContainer(), aWorkload({ generation: 70 })), true);
    assert.equal(runsBefore(aPush(), set, aWorkload()), false);
    assert.equal(runsBefore(redeploy, set, aWorkload()), true);
    assert.equal(runsBefore(redeploy, set, aWorkload({ redeployedAt: redeploy.acceptedAt })), false);
  });
});

describe("isRedeploy(push)", () => {
  const cases = [
    { before: ":2.0", after: ":2.0", is: true },
    { before: `:2.0@${digest("a")}`, after: ":2.0", is: true },
    { before: ":2.0", after: `:2.0@${digest("a")}`, is: false },
    { before: ":2.0.1", after: ":2.0", is: false },
    { before: ":1.0", after: ":2.0", is: false },
  ];
  for (const { before, after, is } of cases) {
    it(`is ${String(is)} from "${before.slice(0, 20)}" to "${after.slice(0, 20)}"`, () => {
      assert.equal(isRedeploy(aPush({ before: `${SITE}${before}`, after: `${SITE}${after}` })), is);
    });
  }
});
