import assert from "node:assert/strict";
import { followDeadlineMs, progressOf } from "../../../../src/core/rollout/progress.ts";
import { aContainer, aPush, aWorkload, deploymentFacts } from "../../../support/builders.ts";

const SITE = "registry.example.com/shop/website";
const set = [aContainer({ image: `${SITE}:2.0` })];
const redeploy = aPush({ before: `${SITE}:2.0` });
const later = "2026-11-22T09:00:00.000Z";
const complete = { kind: "complete", message: "3 of 3 pods run the new image" };

const of = (image: string, container = "web") => [{ container, image }];
const replaced = (image: string) => ({ kind: "replaced", replaced: of(image) });
const before = (image: string, mayCome: boolean) => ({ kind: "before", mayCome, replaced: of(image) });

describe("progressOf(changes, observation)", () => {
  const other = [aContainer({ image: `${SITE}:1.5` })];
  const cases = [
    { when: "the image is set and the rollout done", push: aPush(), workload: { containers: set }, is: complete },
    { when: "the image before still runs", push: aPush(), workload: {}, is: before(`${SITE}:1.0`, true) },
    {
      when: "the image before runs, and someone else changed the workload once",
      push: aPush(),
      workload: { generation: 8 },
      is: before(`${SITE}:1.0`, true),
    },
    {
      when: "the image before runs, and the workload was changed twice",
      push: aPush(),
      workload: { generation: 9 },
      is: before(`${SITE}:1.0`, false),
    },
    {
      when: "the image before runs, and the push has come to its end",
      push: aPush({ phase: "complete" }),
      workload: {},
      is: before(`${SITE}:1.0`, false),
    },
    { when: "another image runs", push: aPush(), workload: { containers: other }, is: replaced(`${SITE}:1.5`) },
    {
      when: "the container is gone",
      push: aPush(),
      workload: { containers: [aContainer({ name: "other" })] },
      is: replaced("(the container is gone)"),
    },
    {
      when: "the mark of the redeploy is its own",
      push: redeploy,
      workload: { containers: set, redeployedAt: redeploy.acceptedAt },
      is: complete,
    },
    {
      when: "the redeploy has left no mark yet",
      push: redeploy,
      workload: { containers: set },
      is: before(`${SITE}:2.0`, true),
    },
    {
      when: "only the mark of a redeploy before is there",
      push: redeploy,
      workload: { containers: set, redeployedAt: "2026-11-22T07:00:00.000Z" },
      is: before(`${SITE}:2.0`, true),
    },
    {
      when: "it was redeployed again",
      push: redeploy,
      isFollowed: true,
      workload: { containers: set, redeployedAt: later },
      is: replaced(`${SITE}:2.0`),
    },
    {
      when: "the redeploy has left no mark, and a newer push was accepted",
      push: redeploy,
      isFollowed: true,
      workload: { containers: set },
      is: before(`${SITE}:2.0`, false),
    },
    {
      when: "another container was redeployed since",
      push: redeploy,
      workload: { containers: set, redeployedAt: later },
      is: complete,
    },
    {
      when: "the image before runs, and a newer push was accepted",
      push: aPush(),
      isFollowed: true,
      workload: {},
      is: before(`${SITE}:1.0`, false),
    },
    {
      when: "the image that it set was redeployed since, which runs it all the same",
      push: aPush(),
      workload: { containers: set, redeployedAt: later },
      is: complete,
    },
  ];
  for (const { when, push, isFollowed = false, workload, is } of cases) {
    it(`is ${is.kind} when ${when}`, () => {
      const observation = { workload: aWorkload(workload), rollout: deploymentFacts() };
      assert.deepEqual(progressOf([{ container: "web", push, isFollowed }], observation), is);
    });
  }

  const statuses = [
    {
      facts: deploymentFacts({ available: 0 }),
      is: { kind: "progressing", message: "0 of 3 new pods are available" },
    },
    {
      facts: deploymentFacts({ progressing: "ProgressDeadlineExceeded" }),
      is: { kind: "failed", message: "the deployment exceeded its progress deadline of 600 s" },
    },
  ];
  for (const { facts, is } of statuses) {
    it(`gives the status of a rollout that is ${is.kind}`, () => {
      const observation = { workload: aWorkload({ containers: set, generation: 8 }), rollout: facts };
      assert.deepEqual(progressOf([{ container: "web", push: aPush() }], observation), is);
    });
  }
});

describe("progressOf(changes, observation) of several containers", () => {
  const [web, worker] = [aContainer(), aContainer({ name: "worker", index: 1 })];
  const [webSet, workerSet] = [
    { ...web, image: `${SITE}:2.0` },
    { ...worker, image: `${SITE}:2.0` },
  ];
  const changes = ["web", "worker"].map((container) => ({ container, push: aPush() }));
  const seen = (...containers: readonly (typeof web)[]) => ({
    workload: aWorkload({ containers }),
    rollout: deploymentFacts(),
  });

  it("is complete while all have what they were given", () => {
    assert.deepEqual(progressOf(changes, seen(webSet, workerSet)), complete);
  });

  it("is before the change while all have what they had", () => {
    const both = [...of(`${SITE}:1.0`), ...of(`${SITE}:1.0`, "worker")];
    assert.deepEqual(progressOf(changes, seen(web, worker)), { kind: "before", mayCome: true, replaced: both });
  });

  it("may not come any more where one of them shows that it cannot", () => {
    const ended = changes.map((one) => (one.container === "web" ? one : { ...one, push: aPush({ phase: "undone" }) }));
    const progress = progressOf(ended, seen(web, worker));
    assert.equal(progress.kind === "before" && progress.mayCome, false);
  });

  it("names those that have something else, also what they had: one patch changes all or none", () => {
    assert.deepEqual(progressOf(changes, seen(webSet, worker)), {
      kind: "replaced",
      replaced: of(`${SITE}:1.0`, "worker"),
    });
    assert.deepEqual(progressOf(changes, seen({ ...worker, image: `${SITE}:3.0` })), {
      kind: "replaced",
      replaced: [...of("(the container is gone)"), ...of(`${SITE}:3.0`, "worker")],
    });
    assert.equal(progressOf(changes, seen(worker)).kind, "replaced");
  });

  it("takes the mark of a repetition beside a new redeploy for their own", () => {
    const redeploys = [
      { container: "web", push: redeploy },
      { container: "worker", push: { ...redeploy, acceptedAt: later } },
    ];
    const marked = (redeployedAt: string) => ({
      workload: aWorkload({ containers: [webSet, workerSet], redeployedAt }),
      rollout: deploymentFacts(),
    });
    assert.deepEqual(progressOf(redeploys, marked(later)), complete);
    assert.deepEqual(progressOf(redeploys.toReversed(), marked(later)), complete);
    const followed = redeploys.map((one) => ({ ...one, isFollowed: true }));
    assert.deepEqual(progressOf(followed, marked(later)), complete);
    assert.equal(progressOf(followed, marked("2026-11-22T09:00:00.001Z")).kind, "replaced");
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
