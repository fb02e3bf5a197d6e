import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { stepOutcome, type Outcome } from "./outcome.ts";

/** Runs a command as one check, showing its output as it comes (`live`) or only when it fails. */
export async function runCommand(name: string, command: readonly string[], show: "live" | "failed"): Promise<Outcome> {
  const [program = "", ...args] = command;
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
  if (show === "live") {
    child.stdout.pipe(process.stdout, { end: false });
    child.stderr.pipe(process.stderr, { end: false });
  }
  const ended = new Promise<string | undefined>((resolve) => {
    child.once("error", (error) => {
      resolve(error.message);
    });
    child.once("close", (code, signal) => {
      resolve(code === 0 ? undefined : `ended with ${signal ?? String(code)}`);
    });
  });
  const [failure, stdout, stderr] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  const output = show === "failed" ? `\n${stdout}${stderr}`.trimEnd() : "";
  return stepOutcome(name, failure === undefined ? undefined : `${command.join(" ")} ${failure}${output}`);
}
