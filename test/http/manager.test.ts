import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { createManager } from "../../src/assembly/admission-manager.ts";
import { createFakeLog } from "../support/fake-log.ts";

interface Managed {
  readonly child: ChildProcess;
  readonly next: () => Promise<string>;
  readonly rest: () => Promise<readonly string[]>;
  readonly exit: Promise<unknown>;
}

function startManaged(stopMs: number): Managed {
  const program = join(import.meta.dirname, "managed-process.ts");
  const child = spawn(process.execPath, [program, String(stopMs)], { stdio: ["ignore", "pipe", "inherit"] });
  const exit = once(child, "close");
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<string> => String((await lines.next()).value);
  const rest = async (): Promise<readonly string[]> => {
    const all: string[] = [];
    for (let each = await lines.next(); each.done !== true; each = await lines.next()) all.push(each.value);
    return all;
  };
  return { child, next, rest, exit };
}

describe("createManager({ signals, election, log }), in a process of its own", () => {
  const children: ChildProcess[] = [];
  const start = (stopMs: number): Managed => {
    const managed = startManaged(stopMs);
    children.push(managed.child);
    return managed;
  };
  afterEach(() => {
    for (const child of children.splice(0)) child.kill("SIGKILL");
  });

  for (const signal of ["SIGTERM", "SIGINT"] as const)
    it(`serves until ${signal}, stops what it started and lets go of the signals`, async () => {
      const { child, next, rest, exit } = start(50);
      const [, port = ""] = /^port (\d+)$/.exec(await next()) ?? [];
      const answer = await fetch(`http://127.0.0.1:${port}`, { headers: { connection: "close" } });
      assert.equal(await answer.text(), "served");
      child.kill(signal);
      assert.deepEqual(await rest(), ["stops", "is down", "0 listeners"]);
      assert.deepEqual(await exit, [0, null]);
    });

  for (const second of ["SIGTERM", "SIGINT"] as const)
    it(`does not wait when ${second} comes after SIGTERM`, async () => {
      const { child, next, rest, exit } = start(60_000);
      await next();
      child.kill("SIGTERM");
      assert.equal(await next(), "stops");
      child.kill(second);
      assert.deepEqual(await exit, [1, null]);
      assert.deepEqual(await rest(), []);
    });
});

describe("createManager({ signals: false, log })", () => {
  it("listens to no signal of the process, and stops when the given one ends", async () => {
    const before = process.listenerCount("SIGTERM");
    const manager = createManager({ signals: false, log: createFakeLog() });
    const end = new AbortController();
    const done = manager.start(end.signal);
    assert.equal(process.listenerCount("SIGTERM"), before);
    end.abort();
    await done;
  });

  it("stops by the given signal where it listens to the process as well", async () => {
    const before = process.listenerCount("SIGTERM");
    const end = new AbortController();
    const done = createManager({ log: createFakeLog() }).start(end.signal);
    assert.equal(process.listenerCount("SIGTERM"), before + 1);
    end.abort();
    await done;
    assert.equal(process.listenerCount("SIGTERM"), before);
  });
});
