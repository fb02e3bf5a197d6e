import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { openSync, closeSync } from "node:fs";
import { cp, mkdir, readFile, symlink } from "node:fs/promises";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { nodeOptionsOfImage } from "../pod/entrypoint.ts";
import { freePort } from "../control-plane/network.ts";
import { run } from "../control-plane/run.ts";
import type { Watchdog } from "../control-plane/watchdog.ts";

/** A program to run as a process of its own. */
export interface ProgramOptions {
  /** Names its log in the folder. */
  readonly name: string;
  readonly folder: string;
  readonly watchdog: Watchdog;
  /** A script for Node, unless it is an executable itself. */
  readonly program: string;
  readonly isExecutable?: boolean;
  /** What the program is told of its port besides the variable PORT. */
  readonly args?: (port: number) => readonly string[];
  /** What is answered with 200 once it is ready. */
  readonly readyPath?: string;
  /** Asks whether it is ready where its path cannot be fetched. */
  readonly isReady?: (port: number) => Promise<boolean>;
  /** The only core that it may run on. */
  readonly core?: number;
  readonly execArgv?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}

/** A running program that answers at its port. */
export interface Program {
  readonly port: number;
  /** From its start to its first 200 at `/readyz`. */
  readonly readyMs: number;
  readonly residentMiB: () => Promise<number>;
  /** The processor time that it has used. */
  readonly cpuMs: () => Promise<number>;
  readonly signal: (name: NodeJS.Signals) => void;
  /** Ends it by SIGTERM; another exit code than 0 rejects. */
  readonly stop: () => Promise<void>;
}

const READY_WITHIN_MS = 60_000;

/** Builds what ships, `dist/`, into a folder of its own: what others do to the checkout meanwhile is not measured. */
export async function buildService(folder: string): Promise<string> {
  const place = join(folder, "imagehook");
  await mkdir(place);
  await cp("package.json", join(place, "package.json"));
  await symlink(resolve("node_modules"), join(place, "node_modules"));
  await run("tsc", ["-p", "tsconfig.build.json", "--outDir", join(place, "dist")]);
  return join(place, "dist", "main.js");
}

/** Starts a program and waits until it is ready. Its output goes to a file. */
export async function startProgram(options: ProgramOptions): Promise<Program> {
  const { name, folder, watchdog, program, execArgv = [], env = {}, readyPath = "/readyz" } = options;
  const port = await freePort();
  const args = options.args?.(port) ?? [];
  const [file, words] =
    options.isExecutable === true
      ? [program, args]
      : [process.execPath, [...nodeOptionsOfImage(), ...execArgv, program, ...args]];
  const log = join(folder, `${name}.log`);
  const output = openSync(log, "a");
  const startMs = performance.now();
  const child = spawn(...onCore(options.core, file, words), {
    // Nothing else of this process's environment: coverage or debugging would be measured with it.
    env: { PATH: process.env["PATH"], NODE_ENV: "production", HOST: "127.0.0.1", PORT: String(port), ...env },
    stdio: ["ignore", output, output],
  });
  closeSync(output);
  const { pid } = child;
  if (pid === undefined) throw new Error(`${program} did not start`);
  watchdog.watch(pid);
  child.once("exit", () => {
    watchdog.forget(pid);
  });
  const isReady = options.isReady ?? ((port) => isFetched(`http://127.0.0.1:${String(port)}${readyPath}`));
  await untilReady(child, () => isReady(port), log);
  const readyMs = performance.now() - startMs;
  return {
    port,
    readyMs,
    residentMiB: () => residentMiB(pid),
    cpuMs: () => cpuMs(pid),
    signal: (name) => {
      child.kill(name);
    },
    stop: async () => {
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      const [code] = (await ended) as [number | null];
      if (code !== 0) throw new Error(`${name} ended with ${String(code)}:\n${await tail(log)}`);
    },
  };
}

/** A command that runs on this core alone; `taskset` becomes it and keeps its process id. */
export const onCore = (core: number | undefined, file: string, words: readonly string[]): [string, string[]] =>
  core === undefined ? [file, [...words]] : ["taskset", ["-c", String(core), file, ...words]];

const isFetched = async (url: string): Promise<boolean> => (await fetch(url).catch(() => null))?.ok === true;

async function untilReady(child: ChildProcess, isReady: () => Promise<boolean>, log: string): Promise<void> {
  const limit = performance.now() + READY_WITHIN_MS;
  while (performance.now() < limit && child.exitCode === null) {
    if (await isReady()) return;
    await sleep(5);
  }
  child.kill("SIGKILL");
  throw new Error(`a program did not become ready; its log ends with:\n${await tail(log)}`);
}

const tail = async (log: string): Promise<string> => (await readFile(log, "utf8")).slice(-2_000);

async function residentMiB(pid: number): Promise<number> {
  const status = await readFile(`/proc/${String(pid)}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024;
}

// The 14th and 15th field, in ticks of 10 ms; the second one is the name in parentheses.
async function cpuMs(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${String(pid)}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
