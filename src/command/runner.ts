import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { CommandEnding } from "../core/delivery/outcome.ts";
import type { Invocation } from "../core/hook/invocation.ts";
import { ok } from "../core/result.ts";
import type { Log } from "../flow/ports.ts";
import { writeInputFiles } from "./input-files.ts";
import { lookPath } from "./look-path.ts";
import { createOutputPipes, type OutputPipe } from "./output-pipes.ts";
import type { Exit } from "./start-request.ts";
import { createStarter, GONE, type Starter } from "./starter.ts";

/** Runs the commands of hooks. */
export interface CommandRunner {
  readonly run: (invocation: Invocation) => Promise<CommandEnding>;
  /** Ends the process that starts commands, and removes what was kept in the file system. */
  readonly close: () => Promise<void>;
}

type Variables = readonly (readonly [name: string, value: string])[];

/** What a runner needs. */
export interface RunnerParts {
  /** What every command inherits; nothing else of the service's environment. */
  readonly inherited: Variables;
  /** Sends a signal to a process, or to the group of a negative number; throws when there is none. */
  readonly kill: (pid: number, signal: "SIGTERM" | "SIGKILL") => void;
  readonly log: Log;
}

// Between asking a group of processes to end and ending it.
const GRACE_MS = 2_000;
const LAST_OUTPUT_MS = 100;
const NOTHING = Buffer.alloc(0);

/** Makes a runner. Each command is the head of a process group of its own, so that its children end with it. */
export function createCommandRunner({ inherited, kill, log }: RunnerParts): CommandRunner {
  let folder: Promise<string> | null = null;
  // Made with the first command: a service that runs none needs no place to write.
  const ownFolder = (): Promise<string> =>
    (folder ??= mkdtemp(join(tmpdir(), "imagehook-commands-")).catch((error: unknown) => {
      folder = null;
      throw error;
    }));
  const pipes = createOutputPipes(ownFolder);
  const path = inherited.find(([name]) => name === "PATH")?.[1] ?? "";

  const starter = createStarter();

  const signalGroup: SignalGroup = (pid, signal) => {
    try {
      kill(-pid, signal);
    } catch {
      // The group is gone.
    }
  };
  const run = async (invocation: Invocation): Promise<CommandEnding> => {
    const found = await lookPath(invocation.path, invocation.directory, path);
    if (found.kind === "error") return { kind: "not-started", reason: found.error };
    const files = await writeInputFiles(invocation, ownFolder);
    for (const reason of files.problems) log.warn({ command: invocation.path, reason }, "command runs without a file");
    const environment = mergeEnvironment([...inherited, ...invocation.environment, ...files.environment]);
    const ending = await runWithOutput(found.value, invocation, environment);
    for (const reason of await files.remove())
      log.warn({ command: invocation.path, reason }, "a file of a command stays");
    return ending;
  };
  const runWithOutput = async (
    program: string,
    invocation: Invocation,
    environment: Variables,
  ): Promise<CommandEnding> => {
    const pipe = invocation.capturesOutput ? await pipes.open() : ok(null);
    if (pipe.kind === "error") return { kind: "not-started", reason: pipe.error };
    const ending = await runProgram(program, invocation, { environment, pipe: pipe.value, starter, signalGroup });
    const output = pipe.value?.output() ?? NOTHING;
    await pipe.value?.close();
    return ending.kind === "not-started" ? ending : { ...ending, output };
  };
  const close = async (): Promise<void> => {
    starter.close();
    if (folder !== null) await rm(await folder, { recursive: true, force: true });
  };
  return { run, close };
}

// Of a variable given twice the last value counts, and its place.
function mergeEnvironment(pairs: Variables): Variables {
  const merged = new Map<string, string>();
  for (const [name, value] of pairs) {
    merged.delete(name);
    merged.set(name, value);
  }
  return [...merged];
}

type SignalGroup = (pid: number, signal: "SIGTERM" | "SIGKILL") => void;

interface Surroundings {
  readonly environment: Variables;
  readonly pipe: OutputPipe | null;
  readonly starter: Starter;
  readonly signalGroup: SignalGroup;
}

async function runProgram(
  program: string,
  { path, arguments: args, directory, timeoutMs }: Invocation,
  surroundings: Surroundings,
): Promise<CommandEnding> {
  const { environment, pipe, starter } = surroundings;
  const output = pipe?.path ?? null;
  const asked = starter.start({ program, argv0: path, arguments: args, environment, directory, output });
  const started = await asked.started;
  pipe?.closeOwnEnd();
  if (started.kind === "error") return { kind: "not-started", reason: started.error };
  return followed({ pid: started.value, exited: asked.exited }, timeoutMs, surroundings);
}

/** A program that runs. */
interface Running {
  readonly pid: number;
  readonly exited: Promise<Exit>;
}

async function followed(
  { pid, exited }: Running,
  timeoutMs: number,
  { pipe, signalGroup }: Surroundings,
): Promise<CommandEnding> {
  const end = new AbortController();
  const isLate = new Promise<"late">((resolve) => {
    const timer = setTimeout(resolve, timeoutMs, "late");
    end.signal.addEventListener("abort", () => {
      clearTimeout(timer);
    });
  });
  try {
    const first = await Promise.race([exited, isLate]);
    if (first === "late") {
      await endGroup(pid, exited, signalGroup);
      // What was printed last is still in the pipe; a child that left the group may hold it open.
      await Promise.race([pipe?.ended, sleep(LAST_OUTPUT_MS, undefined, { ref: false })]);
      return { kind: "timed-out", afterMs: timeoutMs, output: NOTHING };
    }
    // Nobody would end it when its time is over.
    if (first.signal === GONE) signalGroup(pid, "SIGKILL");
    // A child in the background may write on; the answer waits for it, but not beyond the time.
    await Promise.race([pipe?.ended, isLate]);
    const { code, signal } = first;
    return code === null
      ? { kind: "killed", signal: String(signal), output: NOTHING }
      : { kind: "exited", code, output: NOTHING };
  } finally {
    end.abort();
  }
}

async function endGroup(pid: number, exited: Promise<unknown>, signalGroup: SignalGroup): Promise<void> {
  signalGroup(pid, "SIGTERM");
  const timer = setTimeout(() => {
    signalGroup(pid, "SIGKILL");
  }, GRACE_MS);
  await exited;
  clearTimeout(timer);
  // Those of its children that did not listen.
  signalGroup(pid, "SIGKILL");
}
