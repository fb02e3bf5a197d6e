import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { get } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { TLSSocket } from "node:tls";
import { makeAuthority } from "../support/certificate.ts";
import { hookText } from "./hooks-kit.ts";

const root = join(import.meta.dirname, "../..");

interface Run {
  /** The log so far. */
  readonly log: () => string;
  /** Waits for a text in the log, and gives what a pattern finds in it. */
  readonly sees: (pattern: RegExp) => Promise<RegExpExecArray>;
  readonly stop: () => Promise<{ code: number | null; err: string }>;
}

// Without whatever the surroundings say about a cluster, hooks or mail.
function start(folder: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Run {
  const child = spawn(process.execPath, [join(root, "src/main.ts"), ...args], {
    cwd: folder,
    env: { PATH: process.env["PATH"], LOG_FORMAT: "text", SHUTDOWN_DELAY: "0s", ...coverage(), ...env },
  });
  let log = "";
  child.stdout.on("data", (chunk: Buffer) => (log += chunk.toString("utf8")));
  const closed = once(child, "close");
  const err = text(child.stderr);
  return {
    log: () => log,
    sees: async (pattern) => {
      for (const limit = Date.now() + 10_000; Date.now() < limit;) {
        await sleep(20);
        const found = pattern.exec(log);
        if (found !== null) return found;
        if (child.exitCode !== null) break;
      }
      child.kill("SIGKILL");
      return assert.fail(`${String(pattern)} is not in: ${log} ${await err}`);
    },
    stop: async () => {
      child.kill("SIGTERM");
      await closed;
      return { code: child.exitCode, err: await err };
    },
  };
}

const coverage = (): NodeJS.ProcessEnv => {
  const directory = process.env["NODE_V8_COVERAGE"];
  return directory === undefined ? {} : { NODE_V8_COVERAGE: directory };
};

describe("imagehook [serve]", function () {
  this.timeout(30_000);
  const authority = makeAuthority();
  let folder = "";
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "imagehook-serve-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const LISTENING = /listening port=(\d+) hooks=(\d+)/;
  const onLoopback = ["-ip", "127.0.0.1", "-port", "0"];

  it("serves a hooks file without any cluster, and /readyz?verbose says so", async () => {
    const run = start(root, ["-hooks", "examples/hooks.json", ...onLoopback]);
    const [, port, hooks] = await run.sees(LISTENING);
    const readiness = await fetch(`http://127.0.0.1:${String(port)}/readyz?verbose`);
    assert.deepEqual([readiness.status, await readiness.text()], [200, "ok\nAPI server: no cluster is configured\n"]);
    const { code } = await run.stop();
    assert.deepEqual([hooks, code], ["2", 0]);
    assert.match(run.log(), /hook is served hook=website file=examples\/hooks\.json /);
  });

  it("reads ./hooks.json when nothing names a file, and loads it when it comes", async function () {
    // A machine that has the directory of the image reads that one.
    if (existsSync("/etc/webhook/source")) assert.fail("/etc/webhook/source exists on this machine");
    const run = start(folder, onLoopback);
    await run.sees(LISTENING);
    assert.match(run.log(), /hooks cannot be read path=hooks\.json code=ENOENT/);
    await writeFile(join(folder, "hooks.json"), hookText("one", "web"));
    await run.sees(/hook is served hook=one file=hooks\.json/);
    assert.equal((await run.stop()).code, 0);
  });

  it("takes flags from WEBHOOK_CMD, which those of the command line win over", async () => {
    await writeFile(join(folder, "a b.txt"), hookText("one", "web"));
    await writeFile(join(folder, "c.txt"), hookText("two", "web"));
    const run = start(folder, ["-hooks=c.txt", "-urlprefix", "", ...onLoopback], {
      WEBHOOK_CMD: "-hooks 'a b.txt' -port 1 -urlprefix in -header X-A='b c' -x-request-id -pidfile x",
    });
    const [, port] = await run.sees(LISTENING);
    const answer = await fetch(`http://127.0.0.1:${String(port)}/two`, {
      method: "POST",
      headers: { "X-Request-Id": "r1" },
    });
    await run.stop();
    assert.deepEqual(
      [answer.status, await answer.text(), answer.headers.get("x-a"), answer.headers.get("x-request-id")],
      [200, "Hook rules were not satisfied.", "b c", "r1"],
    );
    assert.match(run.log(), /hook is served hook=one file="a b\.txt"[^]*hook is served hook=two file=c\.txt/);
    assert.match(run.log(), /WARN {2}WEBHOOK_CMD: -pidfile changes nothing: no pid file is written/);
  });

  it("appends its log to a file", async () => {
    await writeFile(join(folder, "log"), "before\n");
    const run = start(folder, ["-logfile", "log", ...onLoopback], { LOG_LEVEL: "error" });
    let written = "";
    for (const limit = Date.now() + 10_000; Date.now() < limit && !LISTENING.test(written);) {
      await sleep(20);
      written = await readFile(join(folder, "log"), "utf8");
    }
    const { code } = await run.stop();
    written = await readFile(join(folder, "log"), "utf8");
    assert.deepEqual([code, run.log()], [0, ""]);
    assert.match(written, /^before\n[^]*listening port=[^]*stopped\n$/);
  });

  it("serves a renewed certificate without a restart, and fails no request meanwhile", async () => {
    const lay = async (): Promise<void> => {
      const { cert, key } = authority.issue();
      for (const [name, pem] of Object.entries({ "cert.pem": cert, "key.pem": key })) {
        await writeFile(join(folder, `${name}.new`), pem);
        await rename(join(folder, `${name}.new`), join(folder, name));
      }
    };
    await lay();
    const run = start(folder, ["-secure", ...onLoopback]);
    const [, port] = await run.sees(LISTENING);
    const serials: string[] = [];
    const until = async (count: number): Promise<void> => {
      for (const limit = Date.now() + 8_000; new Set(serials).size < count;) {
        assert.ok(Date.now() < limit, `saw ${String(new Set(serials).size)} certificates`);
        serials.push(await serialOf(Number(port), authority.cert));
      }
    };
    await until(1);
    await lay();
    await until(2);
    await lay();
    await until(3);
    assert.equal((await run.stop()).code, 0);
    assert.ok(serials.length >= 20, `only ${String(serials.length)} requests were made`);
    assert.equal(run.log().match(/certificate is renewed/g)?.length, 2);
  });

  const failures = [
    { args: ["-secure", "-cert", "nowhere.pem", ...onLoopback], code: 1, says: /nowhere\.pem: cannot be read: ENOENT/ },
    { args: ["-logfile", "no/where", ...onLoopback], code: 1, says: /the log file no\/where cannot be opened: ENOENT/ },
    {
      args: ["-port", "http", "-x-request-id-limit=a"],
      code: 2,
      says: /-port: must be a port number\n-x-request-id-limit: /,
    },
    { args: ["-prot", "1"], code: 2, says: /unknown option '--prot'\n\(Did you mean --port\?\)/ },
  ];
  for (const { args, code, says } of failures) {
    it(`exits with ${String(code)} for ${args.slice(0, 3).join(" ")}, and says why`, async () => {
      const child = spawn(process.execPath, [join(root, "src/main.ts"), ...args], { cwd: folder });
      const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
      assert.equal(child.exitCode, code, out + err);
      assert.match(out + err, says);
    });
  }

  it("prints its name and the version of package.json", async () => {
    const { version } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as { version: string };
    const child = spawn(process.execPath, [join(root, "src/main.ts"), "-version"], { cwd: folder });
    const [out] = await Promise.all([text(child.stdout), once(child, "close")]);
    assert.deepEqual([child.exitCode, out], [0, `imagehook ${version}\n`]);
  });
});

/** The serial number of the certificate that answers GET / on a connection of its own. */
async function serialOf(port: number, ca: string): Promise<string> {
  return new Promise((resolve, reject) => {
    get({ host: "127.0.0.1", port, ca, agent: false, path: "/" }, (response) => {
      const { socket } = response;
      assert.ok(socket instanceof TLSSocket);
      const { serialNumber } = socket.getPeerCertificate();
      response.resume();
      response.once("end", () => {
        if (response.statusCode === 200) resolve(serialNumber);
        else reject(new Error(`answered ${String(response.statusCode)}`));
      });
    }).once("error", reject);
  });
}
