import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

/** A run of scripts/demo and what it prints. */
export interface DemoRun {
  readonly pid: number;
  readonly printed: () => string;
  /** Waits until it has printed this; rejects when it ends before. */
  readonly until: (text: string) => Promise<void>;
  readonly interrupt: () => void;
  readonly closeOutput: () => void;
  readonly ended: Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }>;
}

const script = fileURLToPath(new URL("../../scripts/demo", import.meta.url));

/** Starts scripts/demo; its output is no terminal. */
export function startDemo(args: readonly string[], env: NodeJS.ProcessEnv = {}): DemoRun {
  // Below npm the script leaves the dependencies alone, which this very process uses.
  const child = spawn(script, args, {
    env: { ...process.env, npm_lifecycle_event: "test", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    stdout += chunk;
  });
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    stderr += chunk;
  });
  let isOver = false;
  const ended = once(child, "close").then(([code]: unknown[]) => {
    isOver = true;
    return { code: typeof code === "number" ? code : null, stdout, stderr };
  });
  return {
    pid: child.pid ?? 0,
    printed: () => stdout + stderr,
    until: async (text) => {
      while (!stdout.includes(text)) {
        if (isOver) throw new Error(`scripts/demo ended before it printed "${text}":\n${stdout}${stderr}`);
        await Promise.race([once(child.stdout, "data"), ended]);
      }
    },
    interrupt: () => {
      child.kill("SIGINT");
    },
    closeOutput: () => {
      child.stdout.destroy();
    },
    ended,
  };
}

/** Finds what a run printed by an expression with one group. */
export function found(text: string, expression: RegExp): string {
  const value = expression.exec(text)?.[1];
  if (value === undefined) throw new Error(`${String(expression)} is not in:\n${text}`);
  return value;
}

/** What a run left: processes that name one of its folders or are the service, and the folders themselves. */
export async function leftovers(printed: string): Promise<readonly string[]> {
  const folders = [...new Set(printed.match(/\/[\w./-]*\/imagehook-(?:demo|cluster)-\w{6}/g))];
  if (folders.length === 0) return ["no folder was printed, so none could be looked for"];
  const service = /process (\d+)/.exec(printed)?.[1];
  const processes = await Promise.all(
    (await readdir("/proc"))
      .filter((name) => /^\d+$/.test(name))
      .map(async (pid) => {
        const line = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
        const isOurs = pid === service || folders.some((folder) => line.includes(folder));
        return isOurs ? [`process ${pid}: ${line.replaceAll("\0", " ")}`] : [];
      }),
  );
  return [...processes.flat(), ...folders.filter((folder) => existsSync(folder))];
}
