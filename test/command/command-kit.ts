import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import type { Invocation } from "../../src/core/hook/invocation.ts";
import type { CommandEnding } from "../../src/core/delivery/outcome.ts";
import { createCommandRunner, type CommandRunner } from "../../src/command/runner.ts";
import { anInvocation } from "../support/command-hook.ts";
import { createFakeLog, type FakeLog } from "../support/fake-log.ts";

/** What commands of these tests inherit. */
export const PATH = process.env["PATH"] ?? "/usr/bin:/bin";

/** A runner of real processes, and what it logged. */
export interface CommandKit {
  readonly runner: CommandRunner;
  readonly log: FakeLog;
  readonly run: (over: Partial<Invocation>) => Promise<CommandEnding>;
  /** Runs a script of the shell, its output captured. */
  readonly shell: (script: string, over?: Partial<Invocation>) => Promise<CommandEnding>;
}

/** Makes a runner whose commands inherit PATH and one variable more. */
export function createCommandKit(): CommandKit {
  const log = createFakeLog();
  const inherited = [
    ["PATH", PATH],
    ["LANG", "C"],
  ] as const;
  const runner = createCommandRunner({ inherited, kill: (pid, signal) => process.kill(pid, signal), log });
  const run: CommandKit["run"] = (over) => runner.run(anInvocation(over));
  return { runner, log, run, shell: (script, over = {}) => run({ path: "sh", arguments: ["-c", script], ...over }) };
}

/** What a command printed that ended with 0. */
export function printed(ending: CommandEnding): string {
  assert.ok(ending.kind === "exited", JSON.stringify(ending));
  assert.equal(ending.code, 0, ending.output.toString());
  return ending.output.toString();
}

/** True while a process runs that has the text among its arguments. */
export const isRunning = (text: string): boolean =>
  readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .some((pid) => argumentsOf(pid).includes(text));

function argumentsOf(pid: string): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "latin1").split("\0");
  } catch {
    return [];
  }
}

/** Waits until something is so; fails when it does not come to be within five seconds. */
export async function until(isSo: () => boolean, what: string): Promise<void> {
  for (let round = 0; round < 500; round++) {
    if (isSo()) return;
    await sleep(10);
  }
  assert.fail(`not within five seconds: ${what}`);
}

let count = 0;

/** A number of seconds for `sleep` that no other process is given. */
export const uniqueSeconds = (): string => `300.${String(process.pid)}${String(++count)}`;
