import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import process from "node:process";
import { createCommandKit, isRunning, printed, uniqueSeconds, until, type CommandKit } from "./command-kit.ts";

/** The processes of this one that start commands. */
const starters = (): readonly number[] =>
  readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const [, rest = ""] = readFileSync(`/proc/${pid}/stat`, "latin1").split(") ");
        const isOurs = Number(rest.split(" ")[1]) === process.pid && !rest.startsWith("Z");
        return isOurs && readFileSync(`/proc/${pid}/cmdline`, "latin1").includes("starter-main");
      } catch {
        return false;
      }
    })
    .map(Number);

describe("createStarter()", () => {
  let kit: CommandKit;
  let before: readonly number[];
  beforeEach(() => {
    before = starters();
    kit = createCommandKit();
  });
  afterEach(() => kit.runner.close());
  const mine = (): readonly number[] => starters().filter((pid) => !before.includes(pid));

  it("makes its process with the first command, keeps it for the next, and ends it when it is closed", async () => {
    assert.deepEqual(mine(), []);
    assert.equal(printed(await kit.shell("echo 1")), "1\n");
    const [pid] = mine();
    assert.equal(printed(await kit.shell("echo 2")), "2\n");
    assert.deepEqual(mine(), [pid]);
    await kit.runner.close();
    await until(() => mine().length === 0, "the starter ends");
  });

  it("tells of commands whose starter was killed, and starts the next by another", async () => {
    const seconds = uniqueSeconds();
    const running = kit.shell(`sleep ${seconds}`);
    await until(() => isRunning(seconds), "the command runs");
    const [pid = 0] = mine();
    process.kill(pid, "SIGKILL");
    const ending = await running;
    assert.ok(ending.kind === "killed" && ending.signal.includes("is gone"), JSON.stringify(ending));
    assert.ok(!isRunning(seconds));
    assert.equal(printed(await kit.shell("echo again")), "again\n");
    assert.notDeepEqual(mine(), [pid]);
  });

  it("is not ended by the signals that end the service", async () => {
    await kit.shell("true");
    const [pid = 0] = mine();
    process.kill(pid, "SIGINT");
    process.kill(pid, "SIGTERM");
    assert.equal(printed(await kit.shell("echo on")), "on\n");
    assert.deepEqual(mine(), [pid]);
  });

  it("gives commands nothing of the service's environment", async () => {
    process.env["STARTER_CANARY"] = "canary-7d02";
    const seen = printed(await kit.shell('env; tr "\\0" "\\n" < /proc/$PPID/environ'));
    delete process.env["STARTER_CANARY"];
    assert.ok(!seen.includes("canary-7d02"), seen);
  });
});
