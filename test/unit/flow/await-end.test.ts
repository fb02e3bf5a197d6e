import assert from "node:assert/strict";
import type { PushOutcome } from "../../../src/core/delivery/outcome.ts";
import { createAwaitEnd, type AwaitEnd } from "../../../src/flow/await-end.ts";
import { createBoard, withNotes, type Board } from "../../../src/flow/board.ts";
import { aHook, anAcceptedPush, aSelection, aTarget } from "../../support/builders.ts";
import { createFakeEvents } from "../../support/fake-events.ts";
import { createFakeLog } from "../../support/fake-log.ts";
import { makeRolloutsKit, rest, type RolloutsKit } from "./rollouts-kit.ts";
import { UNREACHABLE } from "./upgrade-kit.ts";

describe("createAwaitEnd(parts)", () => {
  let kit: RolloutsKit;
  let board: Board;
  let end: AbortController;
  let drain: AbortController;
  let awaitEnd: AwaitEnd;
  const waiting = (timeMs = 5_000, gone = new AbortController().signal) => ({ timeMs, gone });
  const endOf = (outcome: PushOutcome): unknown => (outcome.kind === "ended" ? outcome.end : outcome.kind);
  beforeEach(async () => {
    kit = await makeRolloutsKit();
    [end, drain] = [new AbortController(), new AbortController()];
    const { states } = kit.cluster;
    board = createBoard({ states, events: createFakeEvents(), log: createFakeLog() });
    void board.run(end.signal);
    awaitEnd = createAwaitEnd({ board, states: withNotes(states, board), drain: drain.signal });
    kit.start();
  });
  afterEach(() => {
    end.abort();
    kit.end();
  });

  it("gives the end when it comes", async () => {
    const ending = awaitEnd(await kit.push("2.0"), aTarget, waiting());
    await rest();
    kit.cluster.finish(aTarget);
    assert.deepEqual(endOf(await ending), { phase: "complete", reason: "1 of 1 pods run the new image" });
  });

  it("gives an end that came before somebody waited", async () => {
    const outcome = await kit.push("2.0");
    kit.cluster.finish(aTarget);
    await kit.settled();
    assert.partialDeepStrictEqual(endOf(await awaitEnd(outcome, aTarget, waiting())), { phase: "complete" });
  });

  it("lets a repetition wait for the push that it repeats", async () => {
    const push = anAcceptedPush();
    await kit.push("2.0", { events: push.events });
    const again = await kit.push("2.0", { events: push.events });
    assert.equal(again.kind, "skipped");
    const ending = awaitEnd(again, aTarget, waiting());
    await rest();
    kit.cluster.finish(aTarget);
    assert.partialDeepStrictEqual(endOf(await ending), { phase: "complete" });
    await kit.settled();
    assert.partialDeepStrictEqual(endOf(await awaitEnd(again, aTarget, waiting())), { phase: "complete" });
  });

  it("gives none at the end of its time, when the caller goes, and at a drain", async () => {
    const outcome = await kit.push("2.0");
    assert.equal(endOf(await awaitEnd(outcome, aTarget, waiting(20))), null);
    const gone = new AbortController();
    const left = awaitEnd(outcome, aTarget, waiting(5_000, gone.signal));
    gone.abort();
    assert.equal(endOf(await left), null);
    const drained = awaitEnd(outcome, aTarget, waiting());
    drain.abort();
    assert.equal(endOf(await drained), null);
    assert.equal(endOf(await awaitEnd(outcome, aTarget, waiting())), null);
  });

  it("hears of the end from the board where the state cannot be read", async () => {
    const outcome = await kit.push("2.0");
    await rest();
    kit.cluster.interrupt("load-state", () => UNREACHABLE);
    const ending = awaitEnd(outcome, aTarget, waiting());
    await rest();
    kit.cluster.finish(aTarget);
    assert.partialDeepStrictEqual(endOf(await ending), { phase: "complete" });
  });

  it("is no matter of what changed nothing, or has no one workload", async () => {
    const ignored: PushOutcome = { kind: "ignored", reason: "no tag" };
    assert.equal(await awaitEnd(ignored, aTarget, waiting()), ignored);
    const changed = await kit.push("2.0");
    assert.equal(await awaitEnd(changed, aSelection(), waiting()), changed);
  });

  it("waits for each of several workloads", async () => {
    const changed = await kit.push("2.0", { hook: aHook() });
    assert.ok(changed.kind === "changed");
    const several: PushOutcome = {
      kind: "several",
      workloads: [
        { target: aTarget, outcome: changed },
        { target: { ...aTarget, name: "api" }, outcome: { kind: "ignored", reason: "older" } },
      ],
    };
    const ending = awaitEnd(several, aSelection(), waiting());
    await rest();
    kit.cluster.finish(aTarget);
    const outcome = await ending;
    assert.deepEqual(outcome.kind === "several" && outcome.workloads.map((one) => one.outcome.kind), [
      "ended",
      "ignored",
    ]);
  });

  it("answers at once whoever comes when five hundred wait", async () => {
    const outcome = await kit.push("2.0");
    const many = Array.from({ length: 500 }, () => awaitEnd(outcome, aTarget, waiting()));
    assert.equal(endOf(await awaitEnd(outcome, aTarget, waiting())), null);
    kit.cluster.finish(aTarget);
    const ends = await Promise.all(many);
    assert.ok(ends.every((one) => endOf(one) !== null));
  });
});
