import assert from "node:assert/strict";
import { createCommandKit, isRunning, printed, uniqueSeconds, until, type CommandKit } from "./command-kit.ts";

describe("createCommandRunner(parts) when the time is over", () => {
  let kit: CommandKit;
  beforeEach(() => {
    kit = createCommandKit();
  });
  afterEach(() => kit.runner.close());

  for (const capturesOutput of [true, false]) {
    it(`ends a command and its children${capturesOutput ? "" : ", its output not captured"}`, async () => {
      const [child, grandchild] = [uniqueSeconds(), uniqueSeconds()];
      const running = kit.shell(`sleep ${child} & sh -c 'sleep ${grandchild}; :' & wait`, {
        timeoutMs: 300,
        capturesOutput,
      });
      await until(() => isRunning(child) && isRunning(grandchild), "both run");
      const startedMs = Date.now();
      assert.deepEqual(await running, { kind: "timed-out", afterMs: 300, output: Buffer.alloc(0) });
      assert.ok(Date.now() - startedMs < 1_500);
      await until(() => !isRunning(child) && !isRunning(grandchild), "both are gone");
    });
  }

  it("kills those that do not listen, after the grace", async () => {
    const seconds = uniqueSeconds();
    const running = kit.shell(`trap '' TERM; echo on; sleep ${seconds} & while :; do wait; done`, { timeoutMs: 200 });
    await until(() => isRunning(seconds), "it runs");
    const startedMs = Date.now();
    const ending = await running;
    const tookMs = Date.now() - startedMs;
    assert.deepEqual(ending, { kind: "timed-out", afterMs: 200, output: Buffer.from("on\n") });
    assert.ok(tookMs > 1_500 && tookMs < 4_000, `${String(tookMs)} ms`);
    await until(() => !isRunning(seconds), "it is gone");
  });

  it("kills children that do not listen when their parent does", async () => {
    const seconds = uniqueSeconds();
    const script = `sh -c 'trap "" TERM; sleep ${seconds}' & exec sleep 9`;
    const running = kit.shell(script, { timeoutMs: 200 });
    await until(() => isRunning(seconds), "it runs");
    assert.equal((await running).kind, "timed-out");
    await until(() => !isRunning(seconds), "it is gone");
  });

  it("leaves other commands alone", async () => {
    const other = kit.shell("sleep 0.6; echo done");
    assert.equal((await kit.shell("sleep 9", { timeoutMs: 100 })).kind, "timed-out");
    assert.equal(printed(await other), "done\n");
  });

  it("lets a command end that is faster", async () => {
    assert.equal(printed(await kit.shell("sleep 0.1; echo a", { timeoutMs: 3_000 })), "a\n");
  });
});
