import assert from "node:assert/strict";
import { newerTags } from "../../../../src/core/image/newer-tags.ts";
import { semverTags } from "../../../../src/core/image/semver-tags.ts";
import { deliveryKey } from "../../../../src/core/rollout/delivery-key.ts";
import { isApplied, planRollout, type Facts, type Plan } from "../../../../src/core/rollout/plan.ts";
import { aContainer, aHook, anEvent, aPush, aWorkload, digest, repository } from "../../../support/builders.ts";
import { made } from "../image/policies.ts";

const SITE = "registry.example.com/shop/website";
const [A, B] = [digest("a"), digest("b")];

const planned = (image: string, upgrade: Partial<Facts["upgrade"]>, over: Partial<Facts> = {}): Plan =>
  planRollout({
    hook: "website",
    upgrade: aHook({ upgrade }).upgrade,
    network: "keep",
    event: anEvent("2.0"),
    workload: aWorkload({ containers: [aContainer({ image })] }),
    pushes: [],
    now: new Date("2026-11-22T08:00:05.000Z"),
    request: "request-1",
    ...over,
  });

const said = (plan: Plan): string => {
  if (plan.kind === "change") return `${plan.redeploys ? "redeploy" : "change"} ${plan.push.after}`;
  if (plan.kind === "outside-policy") return plan.reason;
  return plan.kind === "skip" ? plan.reason : plan.kind;
};

describe("planRollout(facts) by the hook's tags", () => {
  const tags = made(newerTags("number", "build-(?P<value>[0-9]+)"));
  const cases = [
    { runs: ":build-42", pushed: "build-43", is: `change ${SITE}:build-43` },
    { runs: ":build-42", pushed: "build-42", is: `redeploy ${SITE}:build-42` },
    { runs: ":build-42", pushed: "build-41", is: 'tag "build-41" is not newer than "build-42", which runs' },
    { runs: `:build-42@${A}`, pushed: "build-41", is: 'tag "build-41" is not newer than "build-42", which runs' },
    { runs: ":latest", pushed: "build-1", is: `change ${SITE}:build-1` },
    { runs: "", pushed: "build-1", is: `change ${SITE}:build-1` },
    { runs: `@${A}`, pushed: "build-1", is: `change ${SITE}:build-1` },
  ];
  for (const { runs, pushed, is } of cases) {
    it(`is ${is} for ${pushed} over "${runs}"`, () => {
      assert.equal(said(planned(`${SITE}${runs}`, { tags }, { event: anEvent(pushed) })), is);
    });
  }

  it("takes an image that is none for one without a tag", () => {
    const upgrade = { tags, repository: { kind: "any" } } as const;
    assert.equal(said(planned("NOT:AN:IMAGE", upgrade, { event: anEvent("build-1") })), `change ${SITE}:build-1`);
  });

  it("looks at the repository first", () => {
    const event = anEvent("build-1", { repository: repository("nginx") });
    assert.equal(planned(`${SITE}:build-42`, { tags }, { event }).kind, "foreign-repository");
  });

  it("carries no push out that is on record and older than what runs now", () => {
    const event = anEvent("build-41");
    const push = aPush({ key: deliveryKey(event), before: `${SITE}:build-42`, after: `${SITE}:build-41` });
    const plan = planned(`${SITE}:build-42`, { tags }, { event, pushes: [push] });
    assert.equal(said(plan), 'tag "build-41" is not newer than "build-42", which runs');
  });

  it("looks at the tags before the digest", () => {
    const upgrade = { tags: made(semverTags("<2", { prerelease: false })), digest: "pin" } as const;
    const event = anEvent("2.0.0", { digest: null });
    assert.equal(said(planned(`${SITE}:1.0.0`, upgrade, { event })), 'tag "2.0.0" is outside of semver "<2"');
  });
});

describe("planRollout(facts) of a hook that pins digests", () => {
  const pin = { digest: "pin" } as const;
  const pinned = `${SITE}:2.0@${B}`;
  const cases = [
    { when: "another tag runs", runs: `${SITE}:1.0`, is: `change ${pinned}` },
    { when: "another tag runs, pinned", runs: `${SITE}:1.0@${A}`, is: `change ${pinned}` },
    { when: "the tag runs unpinned", runs: `${SITE}:2.0`, is: `change ${pinned}` },
    { when: "the tag runs with another digest", runs: `${SITE}:2.0@${A}`, is: `change ${pinned}` },
    { when: "the digest runs without a tag", runs: `${SITE}@${B}`, is: `change ${pinned}` },
    { when: "both run, whoever set them", runs: pinned, is: "already-running" },
  ];
  for (const { when, runs, is } of cases) {
    it(`is ${is.slice(0, 60)} when ${when}`, () => {
      assert.equal(said(planned(runs, pin)), is);
    });
  }

  it("records the image as it will stand in the workload", () => {
    const plan = planned(`${SITE}:1.0`, pin);
    assert.deepEqual(plan.kind === "change" && [plan.push.before, plan.push.after, plan.push.digest], [
      `${SITE}:1.0`,
      pinned,
      B,
    ]);
  });

  it("keeps the container's spelling and takes the network's host", () => {
    const event = anEvent("2.0", { repository: repository("nginx") });
    assert.equal(said(planned("nginx:1", pin, { event })), `change nginx:2.0@${B}`);
    const host = (kind: string): string => `registry${kind}.cn-shanghai.aliyuncs.com/shop/website`;
    const aliyun = anEvent("2.0", { repository: repository(host("")) });
    const plan = planned(`${host("")}:2.0@${B}`, pin, { event: aliyun, network: "vpc" });
    assert.equal(said(plan), `change ${host("-vpc")}:2.0@${B}`);
  });

  it("refuses a push without a digest, whatever runs", () => {
    const event = anEvent("2.0", { digest: null });
    for (const runs of [`${SITE}:1.0`, `${SITE}:2.0`, pinned])
      assert.deepEqual(planned(runs, pin, { event }), { kind: "no-digest", pushed: event, image: `${SITE}:2.0` });
  });

  const key = deliveryKey(anEvent("2.0"));
  const push = aPush({ key, after: pinned });
  const repetitions = [
    { when: "its image runs", push, runs: pinned, is: "duplicate" },
    { when: "it never reached the workload", push, runs: `${SITE}:1.0`, is: `change ${pinned}` },
    { when: "its image was taken back", push: { ...push, phase: "complete" }, runs: `${SITE}:1.0`, is: "undone" },
    { when: "its tag runs unpinned since", push, runs: `${SITE}:2.0`, is: "undone" },
    { when: "its tag runs with another digest since", push, runs: `${SITE}:2.0@${A}`, is: "undone" },
    {
      when: "it was set unpinned before the hook pinned",
      push: aPush({ key }),
      runs: `${SITE}:2.0`,
      is: `change ${pinned}`,
    },
    {
      when: "it was to be set unpinned and was not",
      push: aPush({ key }),
      runs: `${SITE}:1.0`,
      is: `change ${pinned}`,
    },
    {
      when: "it was set unpinned and taken back",
      push: aPush({ key, phase: "undone" }),
      runs: `${SITE}:1.0`,
      is: "undone",
    },
  ] as const;
  for (const { when, push: remembered, runs, is } of repetitions) {
    it(`is ${is.slice(0, 60)} for a repetition when ${when}`, () => {
      assert.equal(said(planned(runs, pin, { pushes: [remembered] })), is);
    });
  }

  it("is a duplicate once it was pinned after all", () => {
    const again = aPush({ key, before: `${SITE}:2.0`, after: pinned, acceptedAt: "2026-11-22T08:00:02.000Z" });
    assert.equal(said(planned(pinned, pin, { pushes: [aPush({ key }), again] })), "duplicate");
    assert.equal(isApplied(again, aContainer({ image: pinned }), aWorkload()), true);
    assert.equal(isApplied(again, aContainer({ image: `${SITE}:2.0@${A}` }), aWorkload()), false);
  });
});

describe("planRollout(facts) of a hook that ignores digests, over an image that is pinned", () => {
  const cases = [
    { when: "to the push's tag and digest", runs: `${SITE}:2.0@${B}`, is: "already-running" },
    { when: "to its tag and another digest", runs: `${SITE}:2.0@${A}`, is: `redeploy ${SITE}:2.0` },
    { when: "to another tag and its digest", runs: `${SITE}:1.0@${B}`, is: `change ${SITE}:2.0` },
    { when: "to its digest without a tag", runs: `${SITE}@${B}`, is: `change ${SITE}:2.0` },
  ];
  for (const { when, runs, is } of cases) {
    it(`is ${is} when ${when}`, () => {
      assert.equal(said(planned(runs, {})), is);
    });
  }

  it("pulls it anew by a push without a digest", () => {
    const event = anEvent("2.0", { digest: null });
    assert.equal(said(planned(`${SITE}:2.0@${B}`, {}, { event })), `redeploy ${SITE}:2.0`);
  });
});
