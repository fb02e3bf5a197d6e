import assert from "node:assert/strict";
import { openRollouts } from "../../../src/core/rollout/rollouts.ts";
import { withRecord } from "../../../src/core/rollout/state.ts";
import { createClaims } from "../../../src/flow/claims.ts";
import { settle, type End, type SettleParts } from "../../../src/flow/settle.ts";
import { aHook, anAcceptedPush, aTarget } from "../../support/builders.ts";
import { createFakeEvents } from "../../support/fake-events.ts";
import { createFakeLog } from "../../support/fake-log.ts";
import { CONFLICT, makeUpgradeKit, UNREACHABLE, type UpgradeKit } from "./upgrade-kit.ts";

const COMPLETE: End = { result: { kind: "complete" }, message: "all run it", phase: "complete", replaced: [] };

describe("settle(rollout, ending, parts)", () => {
  let kit: UpgradeKit;
  let ends: string[];
  const [log, claims] = [createFakeLog(), createClaims()];
  const partsOf = (over: Partial<SettleParts> = {}): SettleParts => ({
    states: kit.cluster.states,
    events: createFakeEvents(),
    findHook: () => aHook(),
    channelsOf: () => ["mail", "chat"],
    claims,
    identity: "process-1",
    clock: kit.clock,
    log,
    onEnded: ({ hook }, end, tookMs) => ends.push(`${hook} ${end.phase} ${String(tookMs)}`),
    ...over,
  });
  const end = async (how: End = COMPLETE, over: Partial<SettleParts> = {}): Promise<boolean> => {
    const [rollout] = openRollouts(kit.cluster.stored(aTarget).state);
    assert.ok(rollout);
    return settle(rollout, { target: aTarget, end: how, latest: null }, partsOf(over));
  };
  beforeEach(async () => {
    kit = await makeUpgradeKit();
    ends = [];
    log.clear();
    await kit.upgrade(anAcceptedPush());
    kit.clock.advance(89_999);
    kit.cluster.calls.length = 0;
  });

  it("records the end and the claimed notices in one write", async () => {
    assert.equal(await end(), true);
    assert.deepEqual(kit.cluster.calls, ["recall-state", "save-state"]);
    const now = kit.clock.now();
    assert.partialDeepStrictEqual(kit.pushes(), [
      { phase: "complete", reason: "all run it", endedAt: now.toISOString() },
    ]);
    const claimedUntil = new Date(now.getTime() + 120_000).toISOString();
    assert.partialDeepStrictEqual(
      kit.notices(),
      ["mail", "chat"].map((channel) => ({ channel, state: "waiting", claimedBy: "process-1", claimedUntil })),
    );
    assert.ok(kit.notices().every(({ id }) => claims.has(id)));
    assert.deepEqual(ends, ["website complete 90000"]);
  });

  const silent: readonly (readonly [string, End, Partial<SettleParts>])[] = [
    ["the hook is gone", COMPLETE, { findHook: () => "gone" }],
    ["nobody is to be told", COMPLETE, { channelsOf: () => [] }],
    ["there is nothing to tell", { ...COMPLETE, result: null }, {}],
  ];
  for (const [when, how, over] of silent) {
    it(`records the end without a notice where ${when}`, async () => {
      assert.equal(await end(how, over), true);
      assert.deepEqual([kit.pushes()[0]?.phase, kit.notices()], ["complete", []]);
    });
  }

  it("is written again after a lost race, beside what the other one wrote, and is reported once", async () => {
    const other = { ...kit.cluster.stored(aTarget).state, marker: "other" };
    kit.cluster.interrupt("save-state", () => {
      kit.cluster.store(aTarget, other);
      return undefined;
    });
    assert.equal(await end(), true);
    assert.partialDeepStrictEqual(kit.cluster.stored(aTarget).state, { marker: "other" });
    assert.deepEqual([kit.pushes()[0]?.phase, kit.notices().length, ends.length], ["complete", 2, 1]);
  });

  it("gives up at once where it may not read the state, and says so", async () => {
    const right = { verb: "get", resource: "configmaps", namespace: "imagehook", name: "imagehook-0" };
    kit.cluster.interrupt("recall-state", () => ({ kind: "forbidden", message: "no", right }));
    assert.equal(await end(), false);
    assert.deepEqual([kit.cluster.calls, ends], [["recall-state"], []]);
  });

  it("puts no second notice beside that of another one that was quicker", async () => {
    const [rollout] = openRollouts(kit.cluster.stored(aTarget).state);
    assert.ok(rollout);
    const ending = { target: aTarget, end: COMPLETE, latest: null };
    assert.equal(await settle(rollout, ending, partsOf({ identity: "process-2" })), true);
    const notices = kit.notices();
    assert.equal(await settle(rollout, { ...ending, end: { ...COMPLETE, phase: "failed" } }, partsOf()), true);
    assert.deepEqual([kit.notices(), kit.pushes()[0]?.phase, ends.length], [notices, "complete", 1]);
  });

  it("forgets its claims where another one was quicker", async () => {
    const own = createClaims();
    kit.cluster.interrupt("save-state", () => {
      const { state } = kit.cluster.stored(aTarget);
      const [push] = kit.pushes();
      if (push !== undefined) kit.cluster.store(aTarget, withRecord(state, "web", push, { phase: "undone" }));
      return undefined;
    });
    let added: readonly string[] = [];
    const claimsOf = {
      ...own,
      add: (ids: readonly string[]) => {
        added = ids;
        own.add(ids);
      },
    };
    assert.equal(await end(COMPLETE, { claims: claimsOf }), true);
    assert.equal(added.length, 2);
    assert.ok(added.every((id) => !own.has(id)));
    assert.deepEqual([kit.pushes()[0]?.phase, kit.notices(), ends], ["undone", [], []]);
  });

  it("says that it could not be recorded yet, and reports nothing", async function () {
    this.timeout(10_000);
    kit.cluster.interrupt("recall-state", () => UNREACHABLE);
    for (let tries = 0; tries < 4; tries++) kit.cluster.interrupt("save-state", () => CONFLICT);
    assert.equal(await end(), false);
    assert.deepEqual([kit.pushes()[0]?.phase, ends], ["accepted", []]);
    assert.deepEqual(log.factsOf("the end of a rollout could not be recorded yet"), [
      { hook: "website", requestId: "request-1" },
    ]);
  });

  it("is recorded once though the answer to its write is lost", async () => {
    kit.cluster.interrupt("save-state", () => UNREACHABLE, "after");
    assert.equal(await end(), true);
    assert.deepEqual([kit.pushes()[0]?.phase, kit.notices().length, ends.length], ["complete", 2, 1]);
    assert.ok(kit.notices().every(({ id }) => claims.has(id)));
  });
});
