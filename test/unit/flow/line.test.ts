import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { PushTimes } from "../../../src/core/rollout/order.ts";
import { createLine } from "../../../src/flow/line.ts";
import { anAcceptedPush, anEvent, aTarget } from "../../support/builders.ts";
import { image, makeUpgradeKit } from "./upgrade-kit.ts";

const timesAt = (ms: number): PushTimes => ({ pushedAt: null, acceptedAt: new Date(1_000_000 + ms).toISOString() });

// What a library may reject with.
const NO_ERROR = Object.create({ toString: () => "no error" }) as Error;

describe("createLine(paceMs)", () => {
  const begun: string[] = [];
  const task =
    (name: string, isChange = true) =>
    (): Promise<{ value: string; isChange: boolean }> => {
      begun.push(name);
      return Promise.resolve({ value: name, isChange });
    };
  beforeEach(() => {
    begun.length = 0;
  });

  it("begins the first at once, and of those that gather meanwhile the newest first", async () => {
    const line = createLine(30);
    const values = await Promise.all([3, 1, 5, 2].map((at) => line.run("web", timesAt(at), task(String(at)))));
    assert.deepEqual(values, ["3", "1", "5", "2"]);
    assert.deepEqual(begun, ["3", "5", "2", "1"]);
  });

  it("lets tasks gather only after a change", async () => {
    const line = createLine(10_000);
    await line.run("web", timesAt(1), task("1", false));
    await line.run("web", timesAt(2), task("2", false));
    assert.deepEqual(begun, ["1", "2"]);
  });

  it("holds up no other key", async () => {
    const line = createLine(10_000);
    await line.run("web", timesAt(1), task("web"));
    await line.run("worker", timesAt(1), task("worker"));
    assert.deepEqual(begun, ["web", "worker"]);
  });

  it("begins one at a time", async () => {
    const line = createLine(1);
    let [running, most] = [0, 0];
    const slow = async (): Promise<{ value: null; isChange: boolean }> => {
      most = Math.max(most, ++running);
      await sleep(2);
      running--;
      return { value: null, isChange: true };
    };
    await Promise.all([1, 2, 3, 4].map((at) => line.run("web", timesAt(at), slow)));
    assert.equal(most, 1);
  });

  it("gives a failure to whose task it is, and goes on with the others", async () => {
    const line = createLine(1);
    const outcomes = await Promise.allSettled([
      line.run("web", timesAt(1), () => Promise.reject(new Error("a bug"))),
      line.run("web", timesAt(2), () => Promise.reject(NO_ERROR)),
      line.run("web", timesAt(3), task("3")),
    ]);
    assert.deepEqual(
      outcomes.map((outcome) => (outcome.status === "fulfilled" ? outcome.value : String(outcome.reason))),
      ["Error: a bug", "Error: no error", "3"],
    );
  });
});

describe("createUpgrade(parts): a burst", () => {
  it("changes a workload at most five times for 500 pushes in two seconds, and ends on the newest", async function () {
    this.timeout(20_000);
    const kit = await makeUpgradeKit();
    const { upgrade } = kit.replica();
    const startMs = Date.now();
    // In any order: the newest push arrives in the middle.
    const order = Array.from({ length: 500 }, (_, index) => (index * 367 + 83) % 500);
    const kinds: Record<string, number> = {};
    const answered: Promise<void>[] = [];
    for (const [index, number] of order.entries()) {
      const pushedAt = new Date(startMs - 600_000 + number * 1_000).toISOString();
      const accepted = anAcceptedPush({
        events: [anEvent(`2.${String(number)}`, { pushedAt })],
        arrivedAt: new Date(startMs + index * 4),
        requestId: `request-${String(index)}`,
      });
      answered.push(
        upgrade(accepted).then(({ kind }) => {
          kinds[kind] = (kinds[kind] ?? 0) + 1;
        }),
      );
      const aheadMs = index * 4 - (Date.now() - startMs);
      if (aheadMs > 4) await sleep(aheadMs);
    }
    await Promise.all(answered);
    assert.equal(kit.running(), image("2.499"));
    const changes = kit.cluster.object(aTarget).metadata.generation - 1;
    assert.ok(changes <= 5, `${String(changes)} changes`);
    assert.deepEqual(kinds, { changed: changes, ignored: 500 - changes });
  });
});
