import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { hookText } from "./hooks-kit.ts";

const root = join(import.meta.dirname, "../..");
const TOKENS = ["0123456789abcdef-first", "0123456789abcdef-second"] as const;

describe("imagehook [serve]: the operations port", function () {
  this.timeout(30_000);
  let folder = "";
  let child: ChildProcess | undefined;
  let log = "";
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "imagehook-operations-"));
    await writeFile(join(folder, "hooks.json"), hookText("one", "web"));
    log = "";
  });
  afterEach(async () => {
    if (child?.exitCode === null) {
      child.kill("SIGTERM");
      await once(child, "close");
    }
    await rm(folder, { recursive: true });
  });

  async function start(env: NodeJS.ProcessEnv): Promise<{ port: string; operations: string }> {
    const args = [join(root, "src/main.ts"), "-ip", "127.0.0.1", "-port", "0", "-hooks", "hooks.json"];
    const { PATH, NODE_V8_COVERAGE } = process.env;
    const quiet = { PATH, NODE_V8_COVERAGE, LOG_FORMAT: "text", SHUTDOWN_DELAY: "0s" };
    child = spawn(process.execPath, args, { cwd: folder, env: { ...quiet, ...env } });
    for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk: Buffer) => (log += chunk.toString()));
    for (const limit = Date.now() + 10_000; !log.includes(" listening port=") && Date.now() < limit;) await sleep(20);
    const [, port = ""] = / listening port=(\d+)/.exec(log) ?? assert.fail(log);
    const [, operations = ""] = /operations port is open port=(\d+)/.exec(log) ?? [];
    return { port, operations };
  }
  const get = (port: string, path: string, token = ""): Promise<Response> =>
    fetch(`http://127.0.0.1:${port}${path}`, { headers: token === "" ? {} : { Authorization: `Bearer ${token}` } });

  it("counts deliveries, those to no hook under an empty name", async () => {
    const { port, operations } = await start({ OPERATIONS_PORT: "0" });
    await fetch(`http://127.0.0.1:${port}/hooks/one`, { method: "POST", body: "{}" });
    await fetch(`http://127.0.0.1:${port}/hooks/canary`, { method: "POST", body: "{}" });
    const text = await (await get(operations, "/metrics")).text();
    assert.match(text, /^imagehook_deliveries_total\{hook="one",outcome="\w+"\} 1$/m);
    assert.match(text, /^imagehook_deliveries_total\{hook="",outcome="unknown-hook"\} 1$/m);
    assert.match(text, /^imagehook_hooks\{kind="upgrade"\} 1$/m);
    assert.equal(text.includes("canary"), false);
    assert.equal((await get(port, "/metrics")).status, 404);
    assert.equal((await get(operations, "/api/v1/rollouts", TOKENS[0])).status, 404);
  });

  it("takes the API's tokens from a file, and new ones when it changes", async () => {
    const file = join(folder, "token");
    await writeFile(file, `${TOKENS[0]}\n`);
    const { operations } = await start({ OPERATIONS_PORT: "0", API_TOKEN_FILE: file });
    const statuses = (): Promise<readonly number[]> =>
      Promise.all(TOKENS.map(async (token) => (await get(operations, "/api/v1/rollouts", token)).status));
    // There is no cluster here: who is let in hears of that.
    assert.deepEqual(await statuses(), [503, 401]);
    await writeFile(file, `${TOKENS[1]}\n`);
    for (const limit = Date.now() + 5_000; (await statuses())[1] === 401 && Date.now() < limit;) await sleep(50);
    assert.deepEqual(await statuses(), [401, 503]);
    for (const token of TOKENS) assert.equal(log.includes(token), false);
  });

  it("opens no second port by itself", async () => {
    const { operations } = await start({});
    assert.equal(operations, "");
  });
});
