import assert from "node:assert/strict";
import { setImmediate as turn, setTimeout as sleep } from "node:timers/promises";
import { createRunnableManager, type Manager } from "../../../../src/flow/admission/manager.ts";
import type { Election } from "../../../../src/flow/ports.ts";
import type { Runnable } from "../../../../src/flow/admission/runnable.ts";
import { createFakeLog } from "../../../support/fake-log.ts";

/** What happened, in its order. */
type Diary = string[];

const aServer = (name: string, diary: Diary, more: Partial<Runnable> = {}): Runnable => ({
  start: async () => {
    diary.push(`${name} starts`);
    await sleep(5);
    diary.push(`${name} is up`);
  },
  stop: async () => {
    diary.push(`${name} stops`);
    await sleep(5);
    diary.push(`${name} is down`);
  },
  ...more,
});

const aLoop = (name: string, diary: Diary, more: Partial<Runnable> = {}): Runnable => ({
  start: async (signal) => {
    diary.push(`${name} runs`);
    await sleep(60_000, undefined, { signal }).catch(() => undefined);
    await sleep(5);
    diary.push(`${name} ends`);
  },
  ...more,
});

/** An election that a test decides. */
function aPlayedElection(): Election & { win: () => void; lose: () => Promise<void> } {
  let work: (signal: AbortSignal) => Promise<void> = () => Promise.resolve();
  let term: { readonly end: AbortController; readonly done: Promise<void> } | null = null;
  return {
    identity: "one",
    lead: (given, signal) => {
      work = given;
      return new Promise((resolve, reject) => {
        signal.addEventListener("abort", () => {
          term?.end.abort();
          (term?.done ?? Promise.resolve()).then(resolve, reject);
        });
      });
    },
    win: () => {
      const end = new AbortController();
      term = { end, done: work(end.signal) };
    },
    lose: async () => {
      term?.end.abort();
      await term?.done;
      term = null;
    },
  };
}

interface Running {
  readonly manager: Manager;
  readonly end: AbortController;
  readonly done: Promise<void>;
}

function run(runnables: readonly Runnable[], election: Election | null = null, stopWithinMs = 5_000): Running {
  const manager = createRunnableManager({ election, log: createFakeLog(), stopWithinMs });
  for (const runnable of runnables) manager.add(runnable);
  const end = new AbortController();
  const done = manager.start(end.signal);
  // A test may look only later; what it rejects with is then still there.
  done.catch(() => undefined);
  return { manager, end, done };
}

describe("createRunnableManager({ election, log, stopWithinMs })", () => {
  it("starts servers one after the other, then loops, and stops them in the reverse order", async () => {
    const diary: Diary = [];
    const { end, done } = run([aLoop("loop", diary), aServer("first", diary), aServer("second", diary)]);
    await sleep(40);
    assert.deepEqual(diary, ["first starts", "first is up", "second starts", "second is up", "loop runs"]);
    diary.length = 0;
    end.abort();
    await done;
    assert.deepEqual(diary, ["loop ends", "second stops", "second is down", "first stops", "first is down"]);
  });

  it("runs what needs the leader last and ends it first, without an election in any process", async () => {
    const diary: Diary = [];
    const { end, done } = run([aLoop("chores", diary, { needsLeader: true }), aLoop("loop", diary)]);
    await sleep(20);
    assert.deepEqual(diary, ["loop runs", "chores runs"]);
    end.abort();
    await done;
    assert.deepEqual(diary.slice(2), ["chores ends", "loop ends"]);
  });

  it("runs what needs the leader only while this process leads, and anew each time", async () => {
    const diary: Diary = [];
    const election = aPlayedElection();
    const needsLeader = { needsLeader: true };
    const leaders = [aLoop("chores", diary, needsLeader), aServer("desk", diary, needsLeader)];
    const { end, done } = run([...leaders, aLoop("loop", diary)], election);
    await sleep(20);
    assert.deepEqual(diary.splice(0), ["loop runs"]);
    election.win();
    await sleep(20);
    assert.deepEqual(diary.splice(0), ["desk starts", "desk is up", "chores runs"]);
    await election.lose();
    assert.deepEqual(diary.splice(0), ["chores ends", "desk stops", "desk is down"]);
    election.win();
    await sleep(20);
    assert.deepEqual(diary.splice(0), ["desk starts", "desk is up", "chores runs"]);
    end.abort();
    await done;
    assert.deepEqual(diary, ["chores ends", "desk stops", "desk is down", "loop ends"]);
  });

  it("starts what is added later, and nothing once it stops", async () => {
    const diary: Diary = [];
    const { manager, end, done } = run([]);
    await turn();
    manager.add(aServer("late", diary));
    manager.add(aLoop("chores", diary, { needsLeader: true }));
    await sleep(20);
    assert.deepEqual(diary.splice(0), ["late starts", "chores runs", "late is up"]);
    end.abort();
    manager.add(aServer("too late", diary));
    await done;
    manager.add(aLoop("much too late", diary));
    await turn();
    assert.deepEqual(diary, ["chores ends", "late stops", "late is down"]);
  });

  it("calls the methods of an object as its own", async () => {
    class Desk implements Runnable {
      isOpen = false;
      async start(): Promise<void> {
        await turn();
        this.isOpen = true;
      }
      async stop(): Promise<void> {
        await turn();
        this.isOpen = false;
      }
    }
    const desk = new Desk();
    const { end, done } = run([desk]);
    await sleep(10);
    assert.equal(desk.isOpen, true);
    end.abort();
    await done;
    assert.equal(desk.isOpen, false);
  });

  it("goes on when a loop has ended by itself", async () => {
    const diary: Diary = [];
    const { end, done } = run([{ start: () => Promise.resolve() }, aServer("server", diary)]);
    await sleep(20);
    assert.deepEqual(diary, ["server starts", "server is up"]);
    end.abort();
    await done;
  });

  const broken = new Error("broken");
  const failing: readonly { readonly when: string; readonly runnable: Runnable }[] = [
    { when: "a loop", runnable: { start: () => Promise.reject(broken) } },
    {
      when: "a loop that throws at once",
      runnable: {
        start: () => {
          throw broken;
        },
      },
    },
    { when: "the leader's loop", runnable: { start: () => Promise.reject(broken), needsLeader: true } },
    { when: "a server", runnable: { start: () => Promise.reject(broken), stop: () => Promise.resolve() } },
  ];
  for (const { when, runnable } of failing)
    it(`stops everything and rejects with its error when ${when} fails`, async () => {
      const diary: Diary = [];
      const { done } = run([aServer("server", diary), runnable]);
      await assert.rejects(done, broken);
      assert.deepEqual(diary, ["server starts", "server is up", "server stops", "server is down"]);
    });

  it("starts nothing behind a server that fails, and does not stop that one", async () => {
    const diary: Diary = [];
    const start = (): Promise<void> => Promise.reject(broken);
    const { done } = run([aServer("never up", diary, { start }), aServer("next", diary), aLoop("loop", diary)]);
    await assert.rejects(done, broken);
    assert.deepEqual(diary, []);
  });

  it("rejects when a server does not stop cleanly, after the others have stopped; what fails besides is logged", async () => {
    const diary: Diary = [];
    const log = createFakeLog();
    const manager = createRunnableManager({ election: null, log, stopWithinMs: 1_000 });
    const later = new Error("broken too");
    manager.add(aServer("first", diary));
    for (const error of [later, broken]) manager.add(aServer("bad", diary, { stop: () => Promise.reject(error) }));
    const end = new AbortController();
    const done = manager.start(end.signal);
    await sleep(50);
    end.abort();
    await assert.rejects(done, broken);
    assert.equal(diary.at(-1), "first is down");
    assert.deepEqual(log.factsOf("another failure while stopping"), [{ err: later }]);
  });

  it("rejects when the election does", async () => {
    const { done } = run([], { identity: "", lead: () => Promise.reject(broken) });
    await assert.rejects(done, broken);
  });

  it("interrupts a server that is still starting, and takes its abort for no failure", async () => {
    const waits = (signal: AbortSignal): Promise<void> => sleep(60_000, undefined, { signal });
    const { end, done } = run([aServer("waiting", [], { start: waits })]);
    await sleep(10);
    end.abort();
    await done;
  });

  it("does not end the signal of a server that is up: its stop ends it, in its turn", async () => {
    let given: AbortSignal | undefined;
    const diary: Diary = [];
    const start = async (signal: AbortSignal): Promise<void> => {
      given = signal;
      await turn();
    };
    const { end, done } = run([aServer("server", diary, { start })]);
    await sleep(10);
    end.abort();
    await done;
    assert.deepEqual([given?.aborted, diary], [false, ["server stops", "server is down"]]);
  });

  it("waits a limited time for what does not end", async () => {
    const { end, done } = run([{ start: () => new Promise(() => undefined) }], null, 50);
    await turn();
    end.abort();
    await assert.rejects(done, { message: "not everything has stopped within 0.05 s" });
  });

  it("starts nothing where the signal has ended before", async () => {
    const diary: Diary = [];
    const manager = createRunnableManager({ election: null, log: createFakeLog(), stopWithinMs: 1_000 });
    manager.add(aServer("server", diary));
    await manager.start(AbortSignal.abort());
    assert.deepEqual(diary, []);
  });

  it("is started once", async () => {
    const { manager, end, done } = run([]);
    await assert.rejects(manager.start(), { message: "the manager was started before: make another one" });
    end.abort();
    await done;
  });
});
