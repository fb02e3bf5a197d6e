import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Watchdog } from "./watchdog.ts";

/** A running process of the control plane. */
export interface Component {
  readonly name: string;
  readonly pid: number;
  readonly logFile: string;
  /** Rejects when the process ends without having been told to, with the last lines of its log. */
  readonly failed: Promise<never>;
  readonly signal: (name: "SIGSTOP" | "SIGCONT") => void;
  readonly stop: () => Promise<void>;
}

/** What to start: the log goes to `<folder>/<name>.log`, the watchdog ends the process when this one dies. */
export interface ComponentOptions {
  readonly name: string;
  readonly binary: string;
  readonly args: readonly string[];
  readonly folder: string;
  readonly watchdog: Watchdog;
  readonly env?: NodeJS.ProcessEnv;
}

const stopTimeoutMs = 15_000;

function lastLines(logFile: string): string {
  return readFileSync(logFile, "utf8").trimEnd().split("\n").slice(-15).join("\n");
}

async function endProcess(child: ChildProcess, exited: Promise<unknown>): Promise<void> {
  child.kill("SIGCONT");
  child.kill("SIGTERM");
  const limit = new AbortController();
  const killed = sleep(stopTimeoutMs, undefined, { signal: limit.signal }).then(
    () => child.kill("SIGKILL"),
    () => undefined,
  );
  await exited;
  limit.abort();
  await killed;
}

// A stop takes hold when one of the threads next runs; on a busy machine the others go on until then.
function untilStopped(pid: number): void {
  const nap = new Int32Array(new SharedArrayBuffer(4));
  const threads = `/proc/${String(pid)}/task`;
  const isStopped = (thread: string): boolean => /\) [Tt] /.test(readFileSync(`${threads}/${thread}/stat`, "utf8"));
  for (let tries = 0; tries < 500 && !readdirSync(threads).every(isStopped); tries++) Atomics.wait(nap, 0, 0, 2);
}

/** Starts a process in a session of its own: Ctrl-C at the terminal must not reach etcd before the API server has stopped. */
export async function startComponent(options: ComponentOptions): Promise<Component> {
  const { name, binary, args, folder, watchdog } = options;
  const logFile = join(folder, `${name}.log`);
  const log = openSync(logFile, "a");
  // No proxy settings, tokens or coverage folder of the caller: only what a Go program needs.
  const env = { PATH: process.env["PATH"], HOME: folder, ...options.env };
  const child = spawn(binary, args, { env, stdio: ["ignore", log, log], detached: true });
  closeSync(log);
  await once(child, "spawn");
  const { pid } = child;
  if (pid === undefined) throw new Error(`${name} did not start: ${binary}`);
  watchdog.watch(pid);
  let stopping = false;
  const exited = new Promise<string>((resolve) => {
    child.once("exit", (code, signal) => {
      watchdog.forget(pid);
      resolve(signal ?? `exit code ${String(code)}`);
    });
  });
  const failed = exited.then((how): Promise<never> => {
    if (stopping) return new Promise<never>(() => undefined);
    throw new Error(`${name} ended by itself (${how}); its log ends with:\n${lastLines(logFile)}`);
  });
  failed.catch(() => undefined);
  return {
    name,
    pid,
    logFile,
    failed,
    signal: (signal) => {
      child.kill(signal);
      if (signal === "SIGSTOP") untilStopped(pid);
    },
    stop: async () => {
      stopping = true;
      if (child.exitCode === null && child.signalCode === null) await endProcess(child, exited);
    },
  };
}

/** Repeats a check until it holds, and rejects with the last words of a component that ends meanwhile, or of the first at a timeout. */
export async function untilReady(
  components: readonly [Component, ...Component[]],
  timeoutMs: number,
  isReady: () => Promise<boolean>,
): Promise<void> {
  const limit = Date.now() + timeoutMs;
  const failures = components.map(({ failed }) => failed);
  while (!(await Promise.race([isReady(), ...failures]))) {
    if (Date.now() > limit) {
      const [{ name, logFile }] = components;
      const after = `${String(timeoutMs / 1000)} s`;
      throw new Error(`${name} is not ready after ${after}; its log ends with:\n${lastLines(logFile)}`);
    }
    await sleep(50);
  }
}
