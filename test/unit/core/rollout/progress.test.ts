import assert from "node:assert/strict";
import { followDeadlineMs, progressOf } from "../../../../src/core/rollout/progress.ts";
import { aChange, aContainer, aPush, aWorkload, deploymentFacts } from "../../../support/builders.ts";

const SITE = "registry.example.com/shop/website";
const set = [aContainer({ image: `${SITE}:2.0` })];
const redeploy = aPush({ before: `${SITE}:2.0` });
const complete = { kind: "complete", message: "3 of 3 pods run the new image" };

const replaced = (image: string) => ({ kind: "replaced", replaced: [{ container: "web", image }] });

describe("progressOf(changes, generation, observation)", () => {
  const cases = [
    {
      when: "the look is older than the change",
      push: aPush(),
      workload: aWorkload({ generation: 6 }),
      is: { kind: "stale" },
    },
    {
      when: "the image is set and the rollout done",
      push: aPush(),
      workload: aWorkload({ containers: set }),
      is: complete,
    },
    {
      when: "the container is gone",
      push: aPush(),
      workload: aWorkload({ containers: [aContainer({ name: "other" })] }),
      is: replaced("(the container is gone)"),
    },
    {
      when: "the container has another image",
      push: aPush(),
      workload: aWorkload(),
      is: replaced(`${SITE}:1.0`),
    },
    {
      when: "the mark of the redeploy is its own",
      push: redeploy,
      workload: aWorkload({ containers: set, redeployedAt: redeploy.acceptedAt }),
      is: complete,
    },
    {
      when: "the mark of the redeploy is gone",
      push: redeploy,
      workload: aWorkload({ containers: set }),
      is: replaced(`${SITE}:2.0`),
    },
    {
      when: "it was redeployed again",
      push: redeploy,
      workload: aWorkload({ containers: set, redeployedAt: "2026-11-22T09:00:00.000Z" }),
      is: replaced(`${SITE}:2.0`),
    },
    {
      when: "the image that it set was redeployed since, which runs it all the same",
      push: aPush(),
      workload: aWorkload({ containers: set, redeployedAt: "2026-11-22T09:00:00.000Z" }),
      is: complete,
    },
  ];
  for (const { when, push, workload, is } of cases) {
    it(`is ${is.kind} when ${when}`, () => {
      assert.deepEqual(
        progressOf([aChange({ push, redeploys: push.before === push.after })], 7, {
          workload,
          rollout: deploymentFacts(),
        }),
        is,
      );
    });
  }

  it("gives the status of a rollout that goes on", () => {
    const observation = {
      workload: aWorkload({ containers: set, generation: 8 }),
      rollout: deploymentFacts({ available: 0 }),
    };
    assert.deepEqual(progressOf([aChange()], 7, observation), {
      kind: "progressing",
      message: "0 of 3 new pods are available",
    });
  });
});

describe("progressOf(changes, generation, observation) of several containers", () => {
  const worker = aContainer({ name: "worker", index: 1, image: `${SITE}:2.0` });
  const changes = [aChange(), aChange({ container: worker })];
  const seen = (over: Parameters<typeof aWorkload>[0]) => ({ workload: aWorkload(over), rollout: deploymentFacts() });

  it("is complete while all have what they were given", () => {
    assert.deepEqual(progressOf(changes, 7, seen({ containers: [...set, worker] })), complete);
  });

  it("names those that have something else", () => {
    const is = { kind: "replaced", replaced: [{ container: "worker", image: `${SITE}:3.0` }] };
    const containers = [...set, { ...worker, image: `${SITE}:3.0` }];
    assert.deepEqual(progressOf(changes, 7, seen({ containers })), is);
    const [web] = replaced("(the container is gone)").replaced;
    assert.deepEqual(progressOf(changes, 7, seen({ containers: [{ ...worker, image: `${SITE}:3.0` }] })), {
      ...is,
      replaced: [web, ...is.replaced],
    });
  });

  it("takes the mark of a repetition beside a new redeploy for their own", () => {
    const newer = aPush({ before: redeploy.before, acceptedAt: "2026-11-22T09:00:00.000Z" });
    const redeploys = [
      aChange({ push: redeploy, redeploys: true }),
      aChange({ container: worker, push: newer, redeploys: true }),
    ];
    const containers = [...set, worker];
    assert.deepEqual(progressOf(redeploys, 7, seen({ containers, redeployedAt: newer.acceptedAt })), complete);
    const later = "2026-11-22T09:00:00.001Z";
    assert.equal(progressOf(redeploys, 7, seen({ containers, redeployedAt: later })).kind, "replaced");
  });
});

describe("followDeadlineMs(rollout, generalMs)", () => {
  it("gives a deployment half a minute more than it has itself", () => {
    assert.equal(followDeadlineMs(deploymentFacts({ progressDeadlineSeconds: 20 }), 7), 50_000);
  });

  it("gives a deployment without a deadline the general one", () => {
    assert.equal(followDeadlineMs(deploymentFacts({ progressDeadlineSeconds: 2_147_483_647 }), 7), 7);
  });

  it("gives the other kinds the general one", () => {
    assert.equal(followDeadlineMs({ kind: "cronjob", suspended: false }, 7), 7);
  });
});
