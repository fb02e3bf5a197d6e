import { spawn } from "node:child_process";
import { closeSync, constants, openSync } from "node:fs";
import process from "node:process";
import { codeOf } from "../core/error-code.ts";
import type { StartAnswer, StartRequest } from "./start-request.ts";

// A process of its own, because starting a program copies the tables of the starter's memory: this one is small, and
// the service answers others meanwhile. It lives as long as the service does.
const answer = (text: StartAnswer): void => {
  process.send?.(text);
};

function start({ id, program, argv0, arguments: args, environment, directory, output }: StartRequest): void {
  let out: number | null = null;
  try {
    out = output === null ? null : openSync(output, constants.O_WRONLY);
    const child = spawn(program, args, {
      argv0,
      env: Object.fromEntries(environment),
      detached: true,
      stdio: ["ignore", out ?? "ignore", out ?? "ignore"],
      ...(directory !== "" && { cwd: directory }),
    });
    child.on("error", (error) => {
      answer({ id, kind: "failed", code: codeOf(error) });
    });
    child.once("exit", (code, signal) => {
      answer({ id, kind: "exited", code, signal });
    });
    if (child.pid !== undefined) answer({ id, kind: "started", pid: child.pid });
  } catch (error) {
    answer({ id, kind: "failed", code: codeOf(error) });
  } finally {
    if (out !== null) closeSync(out);
  }
}

process.on("message", (request) => {
  start(request as StartRequest);
});
process.once("disconnect", () => process.exit(0));
// The service ends what it accepted first, and this with it.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => undefined);
