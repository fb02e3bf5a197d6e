import assert from "node:assert/strict";
import { followDeadlineMs, progressOf } from "../../../../src/core/rollout/progress.ts";
import { aContainer, aPush, aWorkload, deploymentFacts } from "../../../support/builders.ts";

const SITE = "registry.example.com/shop/website";
const set = [aContainer({ image: `${SITE}:2.0` })];
const redeploy = aPush({ before: `${SITE}:2.0` });
const complete = { kind: "complete", message: "3 of 3 pods run the new image" };

describe("progressOf(push, container, generation, observation)", () => {
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
      is: { kind: "replaced", image: "(the container is gone)" },
    },
    {
      when: "the container has another image",
      push: aPush(),
      workload: aWorkload(),
      is: { kind: "replaced", image: `${SITE}:1.0` },
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
      is: { kind: "replaced", image: `${SITE}:2.0` },
    },
    {
      when: "it was redeployed again",
      push: redeploy,
      workload: aWorkload({ containers: set, redeployedAt: "2026-11-22T09:00:00.000Z" }),
      is: { kind: "replaced", image: `${SITE}:2.0` },
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
      assert.deepEqual(progressOf(push, "web", 7, { workload, rollout: deploymentFacts() }), is);
    });
  }

  it("gives the status of a rollout that goes on", () => {
    const observation = {
      workload: aWorkload({ containers: set, generation: 8 }),
      rollout: deploymentFacts({ available: 0 }),
    };
    assert.deepEqual(progressOf(aPush(), "web", 7, observation), {
      kind: "progressing",
      message: "0 of 3 new pods are available",
    });
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
