import assert from "node:assert/strict";
import { newerTags } from "../../../src/core/image/newer-tags.ts";
import { semverTags } from "../../../src/core/image/semver-tags.ts";
import { templateOf } from "../../support/api-object.ts";
import { aSkipped, aHook, anAcceptedPush, anEvent, aTarget, digest } from "../../support/builders.ts";
import { made } from "../core/image/policies.ts";
import { firstOf, image, makeUpgradeKit, type UpgradeKit } from "./upgrade-kit.ts";

describe("createUpgrade(parts): a hook with a policy of tags", () => {
  let kit: UpgradeKit;
  beforeEach(async () => {
    kit = await makeUpgradeKit();
  });
  const semver = aHook({ upgrade: { tags: made(semverTags(">=1.2 <2", { prerelease: false })) } });
  const newer = aHook({ upgrade: { tags: made(newerTags("number", "build-(?P<value>[0-9]+)")) } });

  it("ignores a tag outside of it and says the rule and the value", async () => {
    assert.deepEqual(await kit.upgrade(anAcceptedPush({ hook: semver, events: [anEvent("1.0.9")] })), {
      kind: "ignored",
      reason: 'tag "1.0.9" is outside of semver ">=1.2 <2"',
    });
    assert.deepEqual([kit.running(), kit.pushes()], [image("1.0"), []]);
  });

  it("never goes back, whatever comes in which order", async () => {
    const seen: (string | undefined)[] = [];
    for (const tag of ["build-9", "build-10", "build-9", "latest", "build-11", "build-10"]) {
      kit.clock.advance(60_000);
      const pushedAt = kit.clock.now().toISOString();
      await kit.upgrade(anAcceptedPush({ hook: newer, events: [anEvent(tag, { pushedAt })] }));
      seen.push(kit.running()?.split(":")[1]);
    }
    assert.deepEqual(seen, ["build-9", "build-10", "build-10", "build-10", "build-11", "build-11"]);
  });

  it("is no step back behind a tag that someone else set meanwhile", async () => {
    await kit.upgrade(anAcceptedPush({ hook: newer, events: [anEvent("build-9")] }));
    await kit.cluster.editImage(aTarget, "web", image("build-12"));
    // The plan is made on what is remembered, and its patch finds otherwise.
    assert.deepEqual(await kit.upgrade(anAcceptedPush({ hook: newer, events: [anEvent("build-10")] })), {
      kind: "ignored",
      reason: 'tag "build-10" is not newer than "build-12", which runs',
    });
    assert.deepEqual([kit.running(), kit.pushes().length], [image("build-12"), 1]);
  });

  it("takes the best of several pushes in one body", async () => {
    const events = [anEvent("1.3.0"), anEvent("1.10.0"), anEvent("2.0.0"), anEvent("1.9.0")] as const;
    await kit.upgrade(anAcceptedPush({ hook: semver, events }));
    assert.deepEqual([kit.running(), kit.pushes().length], [image("1.10.0"), 1]);
  });
});

describe("createUpgrade(parts): a hook that pins digests", () => {
  let kit: UpgradeKit;
  beforeEach(async () => {
    kit = await makeUpgradeKit();
  });
  const hook = aHook({ upgrade: { digest: "pin" } });
  const pushed = (digit: string, hour: string): ReturnType<typeof anAcceptedPush> =>
    anAcceptedPush({
      hook,
      events: [anEvent("2.0", { digest: digest(digit), pushedAt: `2026-11-22T${hour}:00:00Z` })],
    });
  const pinned = (digit: string): string => `${image("2.0")}@${digest(digit)}`;

  it("sets tag and digest, and changes nothing else for a tag that moves", async () => {
    for (const [digit, hour] of [
      ["b", "08"],
      ["c", "09"],
      ["b", "10"],
    ] as const) {
      kit.clock.advance(3_600_000);
      const outcome = await kit.upgrade(pushed(digit, hour));
      assert.equal(firstOf(outcome).redeploys, false, digit);
      assert.equal(kit.running(), pinned(digit));
    }
    const { metadata, spec } = templateOf(kit.cluster.object(aTarget));
    assert.equal(metadata.annotations, undefined);
    assert.deepEqual(
      spec.containers.map(({ imagePullPolicy }) => imagePullPolicy),
      ["IfNotPresent", "IfNotPresent"],
    );
  });

  it("does nothing for the same digest again, once or sent anew", async () => {
    await kit.upgrade(pushed("b", "08"));
    const outcomes = [await kit.upgrade(pushed("b", "08")), await kit.upgrade(pushed("b", "09"))];
    assert.deepEqual(outcomes, [aSkipped("duplicate", pinned("b")), aSkipped("already-running", pinned("b"))]);
    assert.equal(kit.cluster.object(aTarget).metadata.generation, 2);
  });

  it("pins by the same push sent again what it set before it was told to pin", async () => {
    await kit.upgrade({ ...pushed("b", "08"), hook: aHook() });
    kit.clock.advance(60_000);
    assert.equal((await kit.upgrade(pushed("b", "08"))).kind, "changed");
    assert.equal(kit.running(), pinned("b"));
    assert.equal((await kit.upgrade(pushed("b", "08"))).kind, "skipped");
  });

  it("refuses a push without a digest and says what to do", async () => {
    const accepted = anAcceptedPush({ hook, events: [anEvent("2.0", { digest: null })] });
    assert.deepEqual(await kit.upgrade(accepted), {
      kind: "not-allowed",
      reason:
        "the push of registry.example.com/shop/website:2.0 brings no digest, which this hook pins: let its registry send one, or set image.digest to ignore",
    });
    assert.deepEqual([kit.running(), kit.pushes()], [image("1.0"), []]);
  });
});
