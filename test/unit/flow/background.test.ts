import assert from "node:assert/strict";
import { once } from "node:events";
import { setImmediate as nextTurn } from "node:timers/promises";
import { createBackground } from "../../../src/flow/background.ts";
import { createFakeLog } from "../../support/fake-log.ts";

const untilAborted = async (signal: AbortSignal): Promise<void> => {
  if (!signal.aborted) await once(signal, "abort");
};

describe("createBackground(log)", () => {
  it("counts the tasks that run", async () => {
    const background = createBackground(createFakeLog());
    assert.equal(background.count(), 0);
    background.run("short", () => Promise.resolve());
    background.run("long", untilAborted);
    assert.equal(background.count(), 2);
    await nextTurn();
    assert.equal(background.count(), 1);
    await background.stop();
    assert.equal(background.count(), 0);
  });

  it("tells all tasks to end and waits until they have", async () => {
    const background = createBackground(createFakeLog());
    const ended: string[] = [];
    for (const name of ["a", "b"]) {
      background.run(name, async (signal) => {
        await untilAborted(signal);
        await nextTurn();
        ended.push(name);
      });
    }
    await background.stop();
    assert.deepEqual(ended, ["a", "b"]);
  });

  const failures = {
    rejects: () => Promise.reject(new Error("broken")),
    throws: () => {
      throw new Error("broken");
    },
  };
  for (const [how, task] of Object.entries(failures)) {
    it(`logs a task that ${how} and harms no other`, async () => {
      const log = createFakeLog();
      const background = createBackground(log);
      background.run("bad", task);
      background.run("good", untilAborted);
      await nextTurn();
      assert.equal(background.count(), 1);
      await background.stop();
      assert.deepEqual(log.lines, [
        { level: "error", message: "background task failed", facts: { task: "bad", err: new Error("broken") } },
      ]);
    });
  }

  it("stops at once when nothing runs", async () => {
    await createBackground(createFakeLog()).stop();
  });
});
