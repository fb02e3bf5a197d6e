import assert from "node:assert/strict";
import { newerTags } from "../../../src/core/image/newer-tags.ts";
import { aSkipped, aHook, anAcceptedPush, anEvent, aTarget, repository } from "../../support/builders.ts";
import { made } from "../core/image/policies.ts";
import { changed, deliver, outcomeOf, rule, TOKEN } from "./push-kit.ts";
import { firstOf, image, makeUpgradeKit, REFUSED, UNREACHABLE, type UpgradeKit } from "./upgrade-kit.ts";

describe("createPush(proofs, upgrade): a dry run", () => {
  const token = `token=${TOKEN}`;
  const set = aHook({ rule, upgrade: { isDryRun: true } });
  const cases = [
    { when: "nothing says so", query: token, hook: aHook({ rule }), isDryRun: false },
    { when: "the request says true", query: `${token}&dry-run=true`, hook: aHook({ rule }), isDryRun: true },
    { when: "the request says false", query: `${token}&dry-run=false`, hook: aHook({ rule }), isDryRun: false },
    { when: "the hook says so", query: token, hook: set, isDryRun: true },
    { when: "both say so", query: `${token}&dry-run=true`, hook: set, isDryRun: true },
    { when: "the request would switch the hook's off", query: `${token}&dry-run=false`, hook: set, isDryRun: true },
  ];
  for (const { when, query, hook, isDryRun } of cases) {
    it(`is ${isDryRun ? "made" : "not made"} when ${when}`, async () => {
      const { outcome, upgraded } = await deliver({ query }, hook);
      assert.deepEqual(outcomeOf(outcome), isDryRun ? { kind: "dry-run", would: changed } : changed);
      assert.deepEqual(
        upgraded.map((accepted) => accepted.isDryRun),
        [isDryRun],
      );
    });
  }

  for (const value of ["", "1", "True", "yes", "true "]) {
    it(`is neither with dry-run=${JSON.stringify(value)}`, async () => {
      for (const hook of [aHook({ rule }), set]) {
        const { outcome, upgraded } = await deliver({ query: `${token}&dry-run=${value}` }, hook);
        const is = { kind: "bad-request", field: "dry-run", reason: "is neither true nor false" };
        assert.deepEqual([outcomeOf(outcome), upgraded], [is, []]);
      }
    });
  }

  it("is refused when it is asked for twice", async () => {
    const { outcome, upgraded } = await deliver({ query: `${token}&dry-run=true&dry-run=true` });
    const is = { kind: "bad-request", field: "dry-run", reason: "is given more than once in the URL" };
    assert.deepEqual([outcomeOf(outcome), upgraded], [is, []]);
  });

  for (const query of ["dry-run=true", "dry-run=maybe", "token=wrong&dry-run=true"]) {
    it(`tells a caller without a token nothing: ${query}`, async () => {
      for (const hook of [aHook({ rule }), set]) {
        const { outcome, upgraded } = await deliver({ query }, hook);
        assert.partialDeepStrictEqual([outcomeOf(outcome), upgraded], [{ kind: "mismatch" }, []]);
      }
    });
  }

  const refusals = [
    { when: "the body has no tag", body: "{}", is: { kind: "ignored", reason: "no tag" } },
    { when: "the body is no JSON", body: "tag=2.0", is: { kind: "bad-request", field: "body" } },
    { when: "the URL names another target", query: "&ns=other", is: { kind: "not-allowed" } },
  ];
  for (const { when, body, query = "", is } of refusals) {
    it(`says what would be said when ${when}`, async () => {
      const { outcome, upgraded, refused } = await deliver({
        query: `${token}&dry-run=true${query}`,
        ...(body !== undefined && { body }),
      });
      assert.partialDeepStrictEqual(outcomeOf(outcome), { kind: "dry-run", would: is });
      assert.deepEqual([upgraded, refused], [[], []]);
    });
  }
});

describe("createPush(proofs, upgrade): a dry run of a registry-wide sender", () => {
  const upgrade = { registry: { kind: "fixed", value: "harbor" } } as const;

  it("says what that sender would hear, and records no Event", async () => {
    const body = '"no object"';
    const real = await deliver({ body }, aHook({ rule, upgrade }));
    const dry = await deliver({ body }, aHook({ rule, upgrade: { ...upgrade, isDryRun: true } }));
    assert.partialDeepStrictEqual(outcomeOf(real.outcome), { kind: "refused" });
    assert.deepEqual(outcomeOf(dry.outcome), { kind: "dry-run", would: outcomeOf(real.outcome) });
    assert.deepEqual([real.refused.length, dry.refused.length], [1, 0]);
  });
});

describe("createUpgrade(parts): a dry run", () => {
  let kit: UpgradeKit;
  beforeEach(async () => {
    kit = await makeUpgradeKit();
  });
  const dryRun = (over: Parameters<typeof anAcceptedPush>[0] = {}) =>
    kit.upgrade(anAcceptedPush({ ...over, isDryRun: true }));

  // The cluster's object, the state object, Events and what is counted.
  const traces = (): unknown => [
    structuredClone(kit.cluster.object(aTarget)),
    kit.cluster.stored(aTarget),
    kit.events,
    kit.changed,
  ];

  it("says what would be changed after fresh reads, and leaves no trace", async () => {
    const before = JSON.stringify(traces());
    const outcome = await dryRun();
    const { push, redeploys } = firstOf(outcome);
    assert.deepEqual([push?.before, push?.after, redeploys], [image("1.0"), image("2.0"), false]);
    assert.equal(JSON.stringify(traces()), before);
    assert.deepEqual(kit.cluster.calls, ["read", "load-state"]);
  });

  it("says what would be redeployed, and leaves no trace", async () => {
    const before = JSON.stringify(traces());
    const outcome = await dryRun({ events: [anEvent("1.0")] });
    assert.equal(firstOf(outcome).redeploys, true);
    assert.equal(JSON.stringify(traces()), before);
  });

  it("does not believe its memory", async () => {
    await kit.upgrade(anAcceptedPush());
    await kit.cluster.editImage(aTarget, "web", image("1.5"));
    const outcome = await dryRun({ events: [anEvent("2.1")] });
    assert.equal(firstOf(outcome).push?.before, image("1.5"));
  });

  it("leaves the push new: it is carried out afterwards", async () => {
    await dryRun();
    assert.equal((await kit.upgrade(anAcceptedPush())).kind, "changed");
    assert.deepEqual(await dryRun(), aSkipped("duplicate", image("2.0")));
    assert.equal(kit.pushes().length, 1);
  });

  it("says what would be refused", async () => {
    const tags = made(newerTags("semver", null));
    const hook = aHook({ upgrade: { tags } });
    await kit.cluster.editImage(aTarget, "web", image("2.0.0"));
    assert.deepEqual(await dryRun({ hook, events: [anEvent("1.0.0")] }), {
      kind: "ignored",
      reason: 'tag "1.0.0" is not newer than "2.0.0", which runs',
    });
    const foreign = anEvent("2.0", { repository: repository("nginx") });
    assert.equal((await dryRun({ events: [foreign] })).kind, "foreign-repository");
    assert.deepEqual(kit.notices(), []);
  });

  it("fails as the cluster does", async () => {
    kit.cluster.interrupt("read", () => UNREACHABLE);
    assert.deepEqual(await dryRun(), { kind: "cluster", failure: UNREACHABLE });
    kit.cluster.interrupt("load-state", () => REFUSED);
    assert.deepEqual(await dryRun(), { kind: "cluster", failure: REFUSED });
    assert.deepEqual([kit.notices(), kit.events], [[], []]);
  });
});
