import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

const script = fileURLToPath(new URL("../../scripts/cluster", import.meta.url));
// Below npm the script leaves the dependencies alone, which this very process uses.
const env = { ...process.env, npm_lifecycle_event: "test" };

describe("scripts/cluster", function () {
  this.timeout(90_000);

  it("starts a control plane, prints the versions and stops it with --once", async () => {
    const child = spawn(script, ["--once"], { env, stdio: ["ignore", "pipe", "pipe"] });
    const [stdout, stderr, exit] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
    assert.deepEqual(exit, [0, null], stdout + stderr);
    assert.match(stdout, /Server Version: v1\.36\.\d+\n/);
    assert.match(stdout, /Helm Version: v[34]\.\d+\.\d+/);
    assert.match(stdout, /\nstopped\n$/);
  });

  it("keeps it until Ctrl-C and then removes all of it", async () => {
    const child = spawn(script, [], { env, stdio: ["ignore", "pipe", "inherit"] });
    const exited = once(child, "exit");
    let stdout = "";
    const ready = new Promise<void>((resolve) => {
      child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
        stdout += chunk;
        if (stdout.includes("Ctrl-C stops it")) resolve();
      });
    });
    await Promise.race([ready, exited]);
    const kubeconfig = /export KUBECONFIG=(\S+)/.exec(stdout)?.[1] ?? "no kubeconfig printed";
    assert.equal(existsSync(kubeconfig), true, stdout);
    child.kill("SIGINT");
    assert.deepEqual(await exited, [0, null], stdout);
    assert.equal(existsSync(kubeconfig), false);
  });

  it("refuses an unknown option with the usage", async () => {
    const child = spawn(script, ["--bogus"], { env, stdio: ["ignore", "ignore", "pipe"] });
    const [stderr, exit] = await Promise.all([text(child.stderr), once(child, "exit")]);
    assert.deepEqual(exit, [1, null]);
    assert.match(stderr, /Unknown option '--bogus'[^]*usage: scripts\/cluster/);
  });
});
