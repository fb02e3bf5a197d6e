import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { emptyState, withPush, withRecord, type RolloutState } from "../../../src/core/rollout/state.ts";
import type { ClusterFailure } from "../../../src/core/rollout/cluster-failure.ts";
import type { Target } from "../../../src/core/rollout/target.ts";
import { createBoard, openView, withNotes, type Board } from "../../../src/flow/board.ts";
import { createLead, type Duty } from "../../../src/flow/lead.ts";
import type { StateSighting } from "../../../src/flow/ports.ts";
import { aPush, aTarget } from "../../support/builders.ts";
import { createFakeCluster, type FakeCluster } from "../../support/fake-cluster.ts";
import { createFakeEvents, type FakeEvents } from "../../support/fake-events.ts";
import { createFakeLog, type FakeLog } from "../../support/fake-log.ts";
import { rest, until } from "./rollouts-kit.ts";
import { UNREACHABLE } from "./upgrade-kit.ts";

const other: Target = { ...aTarget, name: "api" };
const open = (target = aTarget): RolloutState => withPush(emptyState(target), "web", aPush());
const ended = (target = aTarget): RolloutState => withRecord(open(target), "web", aPush(), { phase: "complete" });

const FORBIDDEN: ClusterFailure = {
  kind: "forbidden",
  message: "no",
  right: { verb: "update", resource: "configmaps", namespace: "imagehook", name: "imagehook-0" },
};

interface Kit {
  readonly cluster: FakeCluster;
  readonly events: FakeEvents;
  readonly log: FakeLog;
  readonly board: Board;
  readonly end: AbortController;
}

function makeKit(): Kit {
  const [cluster, events, log] = [createFakeCluster(), createFakeEvents(), createFakeLog()];
  const board = createBoard({ states: cluster.states, events, log });
  return { cluster, events, log, board, end: new AbortController() };
}

describe("createBoard(parts)", () => {
  let kit: Kit;
  let running: Promise<void>;
  beforeEach(async () => {
    kit = makeKit();
    kit.cluster.store(aTarget, open());
    kit.cluster.store(other, ended(other));
    running = kit.board.run(kit.end.signal);
    await rest();
  });
  afterEach(async () => {
    kit.end.abort();
    await running;
  });

  it("keeps the states in which something is to be done", async () => {
    assert.deepEqual(
      kit.board.busy().map(({ state }) => state.target.name),
      ["website"],
    );
    assert.deepEqual(kit.board.get(other), null);
    kit.cluster.store(other, open(other));
    kit.cluster.store(aTarget, ended());
    await rest();
    assert.deepEqual(
      kit.board.busy().map(({ state }) => state.target.name),
      ["api"],
    );
  });

  it("calls back for each change until that is ended", async () => {
    const seen: string[] = [];
    const stop = kit.board.listen(({ name }) => seen.push(name));
    kit.cluster.store(other, open(other));
    await rest();
    stop();
    kit.cluster.store(other, ended(other));
    await rest();
    assert.deepEqual(seen, ["api"]);
  });

  it("takes no state that is older than what it knows", async () => {
    const { version } = kit.cluster.stored(aTarget);
    kit.board.note(aTarget, { state: ended(), version: String(Number(version) + 1) });
    assert.equal(kit.board.get(aTarget), null);
    kit.board.note(aTarget, { state: open(), version });
    assert.equal(kit.board.get(aTarget), null);
    await rest();
  });

  it("leaves a state alone for a while that it may not change, and says so once", async () => {
    const board = createBoard({ ...kit, states: kit.cluster.states, asideMs: 30 });
    const states = withNotes(kit.cluster.states, board);
    const reading = board.run(kit.end.signal);
    await rest();
    const told: (string | null)[] = [];
    board.listen((target) => told.push(board.get(target)?.state.target.name ?? null));
    const soon = AbortSignal.timeout(5_000);
    for (const ask of [
      () => states.load(aTarget, soon),
      () => states.recall(aTarget, soon),
      () => states.save(aTarget, kit.cluster.stored(aTarget), soon),
    ]) {
      for (const call of ["load-state", "recall-state", "save-state"] as const)
        kit.cluster.interrupt(call, () => FORBIDDEN);
      assert.equal((await ask()).kind, "error");
      assert.equal(board.get(aTarget), null);
      await until("it is taken up again", () => board.get(aTarget) !== null);
    }
    assert.deepEqual(told, [null, "website", null, "website", null, "website"]);
    assert.equal(kit.log.factsOf("a state object may not be changed; nothing is done with it until it may").length, 1);
    const [event = ""] = kit.events.of("RolloutFailed");
    assert.match(
      event,
      /^Warning its rollouts are not followed and nobody is told, unless the right comes back: .* to update configmaps /,
    );
    assert.equal(kit.events.of("RolloutFailed").length, 1);
    kit.end.abort();
    await reading;
  });

  it("does not take up again what was stored or deleted meanwhile, nor what had nothing to do", async () => {
    const board = createBoard({ ...kit, states: kit.cluster.states, asideMs: 30 });
    board.putAside(aTarget, FORBIDDEN);
    assert.deepEqual(kit.events.lines, []);
    board.note(aTarget, { state: open(), version: "5" });
    board.putAside(aTarget, FORBIDDEN);
    board.note(aTarget, { state: ended(), version: "6" });
    await sleep(60);
    assert.equal(board.get(aTarget), null);
  });

  it("forgets an object that is deleted, and takes a new one of any version", async () => {
    await kit.cluster.storeText(aTarget, null);
    await rest();
    assert.equal(kit.board.get(aTarget), null);
    kit.board.note(aTarget, { state: open(), version: "1" });
    assert.notEqual(kit.board.get(aTarget), null);
  });

  it("says of an object that cannot be read once in the log and in an Event, and again when it came anew", async () => {
    for (let times = 0; times < 2; times++) await kit.cluster.storeText(other, "{");
    await rest();
    const message = "a state object cannot be read; nothing is done with it";
    assert.equal(kit.log.factsOf(message).length, 1);
    assert.deepEqual(kit.events.of("StateUnreadable"), [
      "Warning it is not JSON; nothing is followed, mailed or rolled back by it: delete it to start anew",
    ]);
    assert.notEqual(kit.board.get(aTarget), null);
    await kit.cluster.storeText(other, null);
    await kit.cluster.storeText(other, "{");
    await rest();
    assert.equal(kit.log.factsOf(message).length, 2);
  });

  it("says at debug level that its watch is interrupted, and takes no harm of a deleted object of nobody", async () => {
    const sightings: readonly StateSighting[] = [
      { kind: "failure", failure: UNREACHABLE },
      { kind: "gone", target: null, object: "imagehook-0" },
    ];
    const watch = async function* () {
      await Promise.resolve();
      yield* sightings;
    };
    await createBoard({ ...kit, states: { watch } }).run(kit.end.signal);
    assert.deepEqual(
      kit.log.lines.map(({ level, facts }) => [level, facts["reason"]]),
      [["debug", UNREACHABLE.message]],
    );
  });

  it("shows a view the changes of its workload alone", async () => {
    const view = openView(kit.board, aTarget);
    let rung = 0;
    const wait = async (): Promise<void> => {
      await view.alarm.wait(5_000, kit.end.signal);
      rung++;
    };
    const waiting = wait();
    kit.cluster.store(other, open(other));
    await rest();
    assert.equal(rung, 0);
    kit.cluster.store(aTarget, ended());
    await waiting;
    assert.deepEqual([rung, view.current()], [1, null]);
    view.close();
  });
});

describe("createLead(board, duties, log)", () => {
  let kit: Kit;
  let running: Promise<unknown>;
  const done: string[] = [];
  const aDuty = (over: Partial<Duty> = {}): Duty => ({
    name: "follow",
    isDue: (state) => Object.keys(state.containers).length > 0,
    run: async (target, view, signal) => {
      done.push(`begins ${target.name}`);
      while (view.current() !== null && !signal.aborted) await view.alarm.wait(5_000, signal);
      done.push(`ends ${target.name}`);
    },
    ...over,
  });
  const lead = (...duties: readonly Duty[]): void => {
    running = Promise.all([kit.board.run(kit.end.signal), createLead(kit.board, duties, kit.log)(kit.end.signal)]);
  };
  beforeEach(() => {
    kit = makeKit();
    done.length = 0;
  });
  afterEach(async () => {
    kit.end.abort();
    await running;
  });

  it("does what is due for each workload, once at a time", async () => {
    kit.cluster.store(aTarget, open());
    lead(aDuty());
    await rest();
    kit.cluster.store(other, open(other));
    kit.cluster.store(aTarget, withPush(open(), "web", aPush({ key: "another" })));
    await rest();
    kit.cluster.store(aTarget, ended());
    await rest();
    assert.deepEqual(done, ["begins website", "begins api", "ends website"]);
  });

  it("begins again what is due again, after a pause", async () => {
    kit.cluster.store(aTarget, open());
    lead(aDuty({ run: () => Promise.resolve(void done.push("done")) }));
    await sleep(250);
    assert.ok(done.length >= 2 && done.length <= 4, String(done.length));
  });

  it("logs a duty that throws, and goes on with the others", async () => {
    kit.cluster.store(aTarget, open());
    kit.cluster.store(other, open(other));
    const run: Duty["run"] = ({ name }) =>
      name === "api" ? Promise.resolve(void done.push(name)) : Promise.reject(new Error("a bug"));
    lead(aDuty({ run }));
    await until("the other one is done again", () => done.length > 1);
    assert.partialDeepStrictEqual(kit.log.factsOf("a duty failed"), [
      { duty: "follow", workload: "deployment/shop/website" },
    ]);
  });

  it("ends its duties with the signal before it ends, and begins none after it", async () => {
    kit.cluster.store(aTarget, open());
    lead(aDuty());
    await rest();
    kit.end.abort();
    await running;
    assert.deepEqual(done, ["begins website", "ends website"]);
    await createLead(kit.board, [aDuty()], kit.log)(kit.end.signal);
    assert.equal(done.length, 2);
  });
});
