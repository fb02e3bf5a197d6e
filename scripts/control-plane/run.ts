import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";

/** What a finished command printed; commands that fail reject with this in their message. */
export interface Output {
  readonly stdout: string;
  readonly stderr: string;
}

/** How to run a command: its environment replaces the caller's where given. */
export interface RunOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly stdin?: string;
  readonly onStderr?: (chunk: string) => void;
}

/** Runs a command to its end and rejects with its stderr when it does not exit with 0. */
export async function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<Output> {
  const { cwd, env = process.env } = options;
  const child = spawn(command, args, { cwd, env, stdio: "pipe" });
  const ended = new Promise<string | undefined>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      resolve(code === 0 ? undefined : (signal ?? `exit code ${String(code)}`));
    });
  });
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => options.onStderr?.(chunk));
  // A command that does not read its input may close it first: its exit code says what happened.
  child.stdin.on("error", () => undefined);
  child.stdin.end(options.stdin ?? "");
  const [failure, stdout, stderr] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  if (failure === undefined) return { stdout, stderr };
  throw new Error(`${[command.replace(/^.*\//, ""), ...args].join(" ")}: ${failure}\n${(stderr + stdout).trim()}`);
}
