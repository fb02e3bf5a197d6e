import assert from "node:assert/strict";
import { setImmediate as nextTurn } from "node:timers/promises";
import fc from "fast-check";
import { createTurns, type Turn, type TurnLimits, type Turns } from "../../../src/flow/turns.ts";

interface Place {
  readonly turn: Turn;
  isDue: boolean;
}

function take(turns: Pick<Turns, "ask">, key: string, limits: TurnLimits): Place {
  const turn = turns.ask(key, limits);
  assert.ok(turn.kind === "turn");
  const place: Place = { turn, isDue: false };
  void turn.isDue.then(() => {
    place.isDue = true;
  });
  return place;
}

async function dueOf(places: readonly Place[]): Promise<readonly boolean[]> {
  await nextTurn();
  return places.map(({ isDue }) => isDue);
}

const limits = { concurrency: 2, queue: 2 };

describe("createTurns()", () => {
  it("lets as many run as may, and the others in the order they came", async () => {
    const turns = createTurns();
    const [a, b, c, d] = [1, 2, 3, 4].map(() => take(turns, "x", limits)) as [Place, Place, Place, Place];
    assert.deepEqual(await dueOf([a, b, c, d]), [true, true, false, false]);
    b.turn.leave();
    assert.deepEqual(await dueOf([c, d]), [true, false]);
    a.turn.leave();
    assert.deepEqual(await dueOf([c, d]), [true, true]);
  });

  it("turns those away for whom there is no place to wait, and says how many run and wait", () => {
    const turns = createTurns();
    const places = [1, 2, 3, 4].map(() => take(turns, "x", limits));
    assert.deepEqual(turns.ask("x", limits), { kind: "busy", running: 2, waiting: 2 });
    places[0]?.turn.leave();
    assert.equal(turns.ask("x", limits).kind, "turn");
    assert.equal(turns.ask("x", limits).kind, "busy");
  });

  it("lets nobody wait with a queue of 0", () => {
    const turns = createTurns();
    take(turns, "x", { concurrency: 1, queue: 0 });
    assert.deepEqual(turns.ask("x", { concurrency: 1, queue: 0 }), { kind: "busy", running: 1, waiting: 0 });
  });

  it("keeps keys apart", async () => {
    const turns = createTurns();
    const places = ["x", "y"].map((key) => take(turns, key, { concurrency: 1, queue: 0 }));
    assert.deepEqual(await dueOf(places), [true, true]);
  });

  it("passes over who has left while waiting, and gives the place to wait on", async () => {
    const turns = createTurns();
    const one = { concurrency: 1, queue: 2 };
    const [a, b, c] = [1, 2, 3].map(() => take(turns, "x", one)) as [Place, Place, Place];
    b.turn.leave();
    const d = take(turns, "x", one);
    a.turn.leave();
    assert.deepEqual(await dueOf([b, c, d]), [false, true, false]);
    c.turn.leave();
    assert.deepEqual(await dueOf([b, d]), [false, true]);
  });

  it("gives a place up once, however often it is left", async () => {
    const turns = createTurns();
    const one = { concurrency: 1, queue: 3 };
    const a = take(turns, "x", one);
    a.turn.leave();
    const [b, c] = [1, 2].map(() => take(turns, "x", one)) as [Place, Place];
    a.turn.leave();
    const d = take(turns, "x", one);
    assert.deepEqual(await dueOf([b, c, d]), [true, false, false]);
  });

  it("starts no more than a lowered limit allows, and those who wait first when it is raised", async () => {
    const turns = createTurns();
    const [a, b, c] = [1, 2, 3].map(() => take(turns, "x", limits)) as [Place, Place, Place];
    const d = take(turns, "x", { concurrency: 1, queue: 2 });
    a.turn.leave();
    assert.deepEqual(await dueOf([b, c, d]), [true, false, false]);
    b.turn.leave();
    assert.deepEqual(await dueOf([c, d]), [true, false]);
    const e = take(turns, "x", { concurrency: 2, queue: 2 });
    assert.deepEqual(await dueOf([d, e]), [true, false]);
  });

  it("goes by the limits of each who asks, as hooks files change", async () => {
    const turns = createTurns();
    take(turns, "x", { concurrency: 1, queue: 1 });
    const more = take(turns, "x", { concurrency: 2, queue: 1 });
    assert.deepEqual(await dueOf([more]), [true]);
    assert.equal(turns.ask("x", { concurrency: 1, queue: 0 }).kind, "busy");
  });
});

interface Guest extends Place {
  hasLeft: boolean;
}

function faultOf(dues: readonly boolean[], { concurrency, queue }: TurnLimits): string | undefined {
  const running = dues.filter((isDue) => isDue).length;
  if (running !== Math.min(concurrency, dues.length)) return "not as many run as may";
  if (dues.slice(0, running).includes(false)) return "one overtook another";
  return dues.length > concurrency + queue ? "too many wait" : undefined;
}

// Asks for a turn, or lets one of those who came leave, as the step says.
function takeStep(ask: Turns["ask"], step: number, guests: Guest[], limits: TurnLimits): string | undefined {
  const present = guests.filter(({ hasLeft }) => !hasLeft);
  if (step >= 50) {
    const leaving = present[step % (present.length + 1)];
    leaving?.turn.leave();
    if (leaving !== undefined) leaving.hasLeft = true;
    return undefined;
  }
  const turn = ask("x", limits);
  if (turn.kind === "busy")
    return present.length < limits.concurrency + limits.queue ? "turned away though there is a place" : undefined;
  const guest = { turn, isDue: false, hasLeft: false };
  void turn.isDue.then(() => (guest.isDue = true));
  guests.push(guest);
  return undefined;
}

async function findFault(ask: Turns["ask"], steps: readonly number[], by: TurnLimits): Promise<string | undefined> {
  const guests: Guest[] = [];
  for (const step of steps) {
    const fault = takeStep(ask, step, guests, by);
    await nextTurn();
    const dues = guests.flatMap(({ hasLeft, isDue }) => (hasLeft ? [] : [isDue]));
    const found = fault ?? faultOf(dues, by);
    if (found !== undefined) return found;
  }
  return undefined;
}

const steps = fc.array(fc.nat(99), { maxLength: 30 });
const anyLimits = fc.record({ concurrency: fc.integer({ min: 1, max: 4 }), queue: fc.nat(4) });

describe("createTurns() with random comings and goings", () => {
  it("lets exactly as many run as may, in order", async function () {
    this.timeout(30_000);
    await fc.assert(
      fc.asyncProperty(steps, anyLimits, async (given, by) => {
        assert.equal(await findFault(createTurns().ask, given, by), undefined);
      }),
      { numRuns: 300 },
    );
  });

  it("is shown to be wrong where one too many may run", async function () {
    this.timeout(30_000);
    const broken = (): Turns["ask"] => {
      const turns = createTurns();
      return (key, { concurrency, queue }) => turns.ask(key, { concurrency: concurrency + 1, queue: queue - 1 });
    };
    const run = await fc.check(
      fc.asyncProperty(steps, anyLimits, async (given, by) => (await findFault(broken(), given, by)) === undefined),
      { numRuns: 1_000 },
    );
    assert.equal(run.failed, true);
  });
});
