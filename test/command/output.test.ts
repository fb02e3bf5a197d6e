import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { createCommandKit, isRunning, printed, uniqueSeconds, until, type CommandKit } from "./command-kit.ts";

const MAX_BYTES = 4 * 1024 * 1024;
const CUT = "\n(the rest of the output is cut)\n";
const openFiles = (): number => readdirSync("/proc/self/fd").length;

describe("createOutputPipes(folder)", () => {
  let kit: CommandKit;
  beforeEach(() => {
    kit = createCommandKit();
  });
  afterEach(() => kit.runner.close());

  const orders = {
    "both outputs": "echo a; echo b >&2; echo c",
    "both outputs by their paths": "echo a > /dev/stdout; echo b > /dev/stderr; echo c >> /dev/stdout",
    "outputs of children": "sh -c 'echo a'; (echo b >&2); echo c | cat",
  };
  for (const [what, script] of Object.entries(orders)) {
    it(`keeps ${what} in order, a hundred times`, async () => {
      for (let round = 0; round < 100; round++) assert.equal(printed(await kit.shell(script)), "a\nb\nc\n");
    });
  }

  it("keeps every byte as it is", async () => {
    const ending = await kit.run({ path: "printf", arguments: ["\\000\\377\\r\\n\\200"] });
    assert.deepEqual("output" in ending && ending.output, Buffer.from([0, 255, 13, 10, 128]));
  });

  it("shows what a child in the background prints before it ends", async () => {
    assert.equal(printed(await kit.shell("(sleep 0.2; echo later) & echo now")), "now\nlater\n");
  });

  const sizes = [
    { bytes: MAX_BYTES, shown: MAX_BYTES },
    { bytes: MAX_BYTES + 1, shown: MAX_BYTES + CUT.length },
    { bytes: 3 * MAX_BYTES, shown: MAX_BYTES + CUT.length },
  ];
  for (const { bytes, shown } of sizes) {
    it(`shows ${String(shown)} bytes of ${String(bytes)}, and lets the command end`, async () => {
      const out = printed(await kit.run({ path: "head", arguments: ["-c", String(bytes), "/dev/zero"] }));
      assert.equal(out.length, shown);
      assert.equal(out.endsWith(CUT), shown > MAX_BYTES);
    });
  }

  it("mixes nothing up when many run at once, again and again", async () => {
    for (let round = 0; round < 3; round++) {
      const names = Array.from({ length: 20 }, (_each, index) => `${String(round)}-${String(index)}`);
      const seen = await Promise.all(names.map((name) => kit.shell(`echo ${name}; sleep 0.05; echo ${name} >&2`)));
      assert.deepEqual(
        seen.map(printed),
        names.map((name) => `${name}\n${name}\n`),
      );
    }
  });

  // Each leaves a child behind that holds its output open, and prints when the run is over.
  const leftovers = {
    "that stays when its parent ends": { script: "(sleep 0.6; echo LEAK) & echo now", kind: "exited" },
    "that left the group of a run that is late": {
      script: "setsid sh -c 'sleep 0.6; echo LEAK' & echo now; sleep 9",
      kind: "timed-out",
    },
  };
  for (const [what, { script, kind }] of Object.entries(leftovers)) {
    it(`shows no other run what a child prints ${what}`, async () => {
      const late = await kit.shell(script, { timeoutMs: 200 });
      assert.equal(late.kind, kind);
      assert.equal("output" in late && late.output.toString(), "now\n");
      const untilMs = Date.now() + 900;
      let runs = 0;
      for (; Date.now() < untilMs; runs++) assert.equal(printed(await kit.shell("echo mine; sleep 0.02")), "mine\n");
      assert.ok(runs > 3, String(runs));
    });
  }

  it("does not wait beyond the time for a child that holds the output open", async () => {
    const seconds = uniqueSeconds();
    const startedMs = Date.now();
    const [now, pid] = printed(await kit.shell(`sleep ${seconds} & echo now; echo $!`, { timeoutMs: 300 })).split("\n");
    const tookMs = Date.now() - startedMs;
    assert.ok(tookMs >= 290 && tookMs < 2_000, `${String(tookMs)} ms`);
    assert.equal(now, "now");
    assert.ok(isRunning(seconds));
    process.kill(Number(pid));
    await until(() => !isRunning(seconds), "the child is gone");
  });

  it("shows what a command printed last before its time was over", async () => {
    const ending = await kit.shell("trap 'echo bye; exit' TERM; echo now; while :; do sleep 0.02; done", {
      timeoutMs: 200,
    });
    assert.ok(ending.kind === "timed-out");
    assert.match(ending.output.toString(), /^now\n(?:Terminated\n)?bye\n$/);
  });

  it("leaves no file descriptor open, however runs end", async function () {
    this.timeout(60_000);
    const round = (): Promise<unknown> =>
      Promise.all([
        kit.shell("echo a"),
        kit.shell("exit 1"),
        kit.shell("echo a", { capturesOutput: false }),
        kit.run({ path: "/nowhere/x" }),
        kit.run({ path: "/bin/sh", directory: "/nowhere" }),
        kit.run({ arguments: ["\0"] }),
        kit.run({ arguments: ["x".repeat(200_000)] }),
        kit.shell("sleep 9", { timeoutMs: 5 }),
      ]);
    await round();
    await sleep(50);
    const before = openFiles();
    for (let each = 0; each < 25; each++) await round();
    await until(() => openFiles() <= before, `${String(before)} open files again`);
  });
});
