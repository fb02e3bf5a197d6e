import assert from "node:assert/strict";
import fc from "fast-check";
import { planPushes } from "../../../../src/core/rollout/choose-push.ts";
import type { PushEvent } from "../../../../src/core/event/push-event.ts";
import type { Upgrade } from "../../../../src/core/hook/hook.ts";
import { globTags } from "../../../../src/core/image/glob-tags.ts";
import { newerTags } from "../../../../src/core/image/newer-tags.ts";
import { semverTags } from "../../../../src/core/image/semver-tags.ts";
import { made } from "../image/policies.ts";
import { aContainer, aHook, anEvent, aWorkload, digest, repository } from "../../../support/builders.ts";

const SITE = "registry.example.com/shop/website";
const OTHER = { repository: repository("registry.example.com/shop/other") };

const chosen = (image: string, ...events: [PushEvent, ...PushEvent[]]): string => chosenBy({}, image, ...events);

function chosenBy(upgrade: Partial<Upgrade>, image: string, ...events: [PushEvent, ...PushEvent[]]): string {
  const plan = planPushes({
    hook: "website",
    upgrade: aHook({ upgrade }).upgrade,
    network: "keep",
    events,
    workload: aWorkload({ containers: [aContainer({ image })] }),
    pushes: [],
    now: new Date("2026-11-22T08:00:05Z"),
    request: "request-1",
  });
  if (plan.kind === "foreign-repository") return `foreign: ${plan.pushed}`;
  if (plan.kind === "outside-policy") return plan.reason;
  if (plan.kind === "no-digest") return `no digest: ${plan.pushed.tag}`;
  return plan.kind === "change" ? plan.push.after : plan.kind;
}

describe("planPushes(facts) of several pushes", () => {
  const old = anEvent("1.9", { pushedAt: "2026-11-22T07:00:00.000Z" });
  const young = anEvent("2.1", { pushedAt: "2026-11-22T09:00:00.000Z" });
  const timeless = (tag: string): PushEvent => anEvent(tag, { pushedAt: null });

  it("takes the newest, wherever it stands", () => {
    assert.equal(chosen(`${SITE}:1.0`, old, young), `${SITE}:2.1`);
    assert.equal(chosen(`${SITE}:1.0`, young, old), `${SITE}:2.1`);
    assert.equal(chosen(`${SITE}:1.0`, old, young, anEvent("2.0")), `${SITE}:2.1`);
  });

  it("takes the newest though an older one has the tag that runs", () => {
    assert.equal(chosen(`${SITE}:1.9`, young, old), `${SITE}:2.1`);
  });

  it("stays on the tag that runs, of tags that were pushed at once", () => {
    assert.equal(chosen(`${SITE}:latest`, timeless("latest"), timeless("2.0")), `${SITE}:latest`);
    assert.equal(chosen(`${SITE}:latest`, timeless("2.0"), timeless("latest"), timeless("2.0.1")), `${SITE}:latest`);
  });

  it("takes the last of tags that were pushed at once, where none of them runs", () => {
    assert.equal(chosen(`${SITE}:1.0`, timeless("2"), timeless("2.0")), `${SITE}:2.0`);
    assert.equal(chosen(`${SITE}@sha256:${"a".repeat(64)}`, anEvent("2"), anEvent("2.0")), `${SITE}:2.0`);
    assert.equal(chosen("not an image", anEvent("2"), anEvent("2.0")), `foreign: ${SITE}`);
  });

  it("passes over another repository's, though they are newer", () => {
    assert.equal(chosen(`${SITE}:1.0`, old, { ...young, ...OTHER }), `${SITE}:1.9`);
  });

  it("is foreign when all are, by the first", () => {
    assert.equal(chosen(`${SITE}:1.0`, { ...old, ...OTHER }), `foreign: ${OTHER.repository}`);
  });
});

describe("planPushes(facts) of several pushes by the hook's policy", () => {
  const at = (tag: string, hour: number): PushEvent =>
    anEvent(tag, { pushedAt: `2026-11-22T0${String(hour)}:00:00.000Z` });
  const semver = { tags: made(semverTags(">=1.2 <2", { prerelease: false })) };
  const newer = { tags: made(newerTags("number", "build-(?P<value>[0-9]+)")) };
  const glob = { tags: made(globTags("release-*")) };

  it("takes the highest version in the range, though others are newer or run", () => {
    const pushes = [at("1.9.0", 5), at("1.10.0", 4), at("2.0.0", 7), at("1.2.0", 6), at("latest", 8)] as const;
    assert.equal(chosenBy(semver, `${SITE}:1.2.0`, ...pushes), `${SITE}:1.10.0`);
    const [first, ...others] = [...pushes].reverse();
    assert.ok(first);
    assert.equal(chosenBy(semver, `${SITE}:1.2.0`, first, ...others), `${SITE}:1.10.0`);
  });

  it("takes the highest number that is newer than what runs", () => {
    const pushes = [at("build-9", 9), at("build-43", 1), at("build-100", 2), at("latest", 8)] as const;
    assert.equal(chosenBy(newer, `${SITE}:build-42`, ...pushes), `${SITE}:build-100`);
  });

  it("takes the newest of equal versions, and of those that the policy does not rank", () => {
    assert.equal(chosenBy(semver, `${SITE}:1.2.0`, at("1.3.0", 5), at("v1.3.0", 4)), `${SITE}:1.3.0`);
    assert.equal(chosenBy(semver, `${SITE}:1.2.0`, at("1.3.0", 4), at("v1.3.0", 5)), `${SITE}:v1.3.0`);
    assert.equal(chosenBy(glob, `${SITE}:x`, at("release-9", 4), at("release-1", 5), at("v1", 6)), `${SITE}:release-1`);
  });

  it("says of the first why, when all are outside", () => {
    assert.equal(
      chosenBy(newer, `${SITE}:build-42`, at("build-41", 1), at("latest", 2), at("build-40", 3)),
      'tag "build-41" is not newer than "build-42", which runs',
    );
  });

  it("says why its own are outside, and not that others are foreign", () => {
    assert.equal(
      chosenBy(glob, `${SITE}:1`, { ...at("release-1", 1), ...OTHER }, at("v1", 2), at("v2", 3)),
      'tag "v1" does not match glob "release-*"',
    );
  });

  it("passes over a push that lacks the digest which the hook pins, and says so where there is no other", () => {
    const bare = anEvent("1.9.0", { digest: null });
    const pin = { ...semver, digest: "pin" } as const;
    assert.equal(chosenBy(pin, `${SITE}:1.2.0`, bare, at("1.3.0", 1)), `${SITE}:1.3.0@${digest("b")}`);
    assert.equal(chosenBy(pin, `${SITE}:1.2.0`, at("0.1.0", 1), { ...bare, ...OTHER }, bare), "no digest: 1.9.0");
  });

  it("takes the highest of several that all lack a digest, since the registry may know it", () => {
    const bare = (tag: string): PushEvent => anEvent(tag, { digest: null });
    const pin = { ...semver, digest: "pin" } as const;
    const pushes = [bare("1.3.0"), bare("1.9.0"), bare("1.4.0"), bare("0.1.0")] as const;
    assert.equal(chosenBy(pin, `${SITE}:1.2.0`, ...pushes), "no digest: 1.9.0");
  });

  it("names the containers that there are, whatever is pushed", () => {
    const container = "nginx";
    assert.equal(chosenBy({ ...newer, container }, `${SITE}:build-42`, at("v1", 1), at("build-43", 2)), "no-container");
  });

  // Whichever order a registry names its tags in, and however many.
  it("takes the same of several in any order, by a policy that ranks them", () => {
    const dates = { tags: made(newerTags("date", null)) };
    const all = ["20260313", "20260313-10", "20260313-1200", "20260314", "20260312-2300"];
    const twice = fc
      .shuffledSubarray(all, { minLength: 1 })
      .chain((some) => fc.tuple(fc.constant(some), fc.shuffledSubarray(some, { minLength: some.length })));
    const inAnyOrder = (choose: typeof chosenBy) =>
      fc.property(twice, ([pushed, shuffled]) => {
        const [[one = "", ...more], [other = "", ...rest]] = [pushed, shuffled];
        const event = (tag: string): PushEvent => anEvent(tag, { pushedAt: null });
        assert.equal(
          choose(dates, `${SITE}:20260101`, event(one), ...more.map(event)),
          choose(dates, `${SITE}:20260101`, event(other), ...rest.map(event)),
        );
      });
    fc.assert(inAnyOrder(chosenBy), { numRuns: 1_000 });
    const unranked: typeof chosenBy = (_policy, image, ...events) => chosen(image, ...events);
    assert.ok(fc.check(inAnyOrder(unranked), { numRuns: 1_000 }).failed);
  });
});
