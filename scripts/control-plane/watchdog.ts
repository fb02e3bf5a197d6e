import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

/** The process that cleans up when this one dies, however it dies. */
export interface Watchdog {
  readonly pid: number;
  readonly watch: (pid: number) => void;
  readonly forget: (pid: number) => void;
  /** Lets it kill what it still watches and remove the folder, and waits until it has. */
  readonly finish: () => Promise<void>;
}

/** Starts the watchdog of one folder: only this process holds the other end of its pipe, so even SIGKILL ends the pipe. */
export async function startWatchdog(folder: string): Promise<Watchdog> {
  const script = join(import.meta.dirname, "watchdog.sh");
  const child = spawn(script, [folder], { stdio: ["pipe", "ignore", "ignore"], detached: true });
  await once(child, "spawn");
  const { pid } = child;
  if (pid === undefined) throw new Error(`${script} did not start`);
  child.unref();
  child.stdin.on("error", () => undefined);
  return {
    pid,
    watch: (watched) => child.stdin.write(`+${String(watched)}\n`),
    forget: (watched) => child.stdin.write(`-${String(watched)}\n`),
    finish: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.ref();
      child.stdin.end();
      await once(child, "exit");
    },
  };
}
