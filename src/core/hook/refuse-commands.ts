import { ok, type Result } from "../result.ts";
import type { SyntaxProblem } from "./field.ts";
import type { Issue } from "./fields.ts";
import type { CommandHook } from "./hook.ts";
import type { HookReading } from "./read-hook.ts";
import type { FileReading } from "./read-hooks.ts";
import { UPGRADE_COMMAND } from "./read-script.ts";

/** Takes the hooks that run commands out of a file, each with the reason, where the operator has not switched commands on. */
export function refuseCommands(read: Result<FileReading, SyntaxProblem>): Result<FileReading, SyntaxProblem> {
  if (read.kind === "error" || read.value.kind === "not-hooks") return read;
  return ok({ kind: "hooks", hooks: read.value.hooks.map(refuse) });
}

const refuse = (reading: HookReading): HookReading =>
  reading.hook?.kind === "command"
    ? { ...reading, hook: null, issues: [...reading.issues, refusalOf(reading.hook)] }
    : reading;

function refusalOf({ command: { path, at } }: CommandHook): Issue {
  const what = path === "" ? "a hook without one is not served" : `"${path}" is not run`;
  const message =
    `execute-command: ${what}, because commands are switched off: set COMMANDS_ENABLED=true ` +
    `(in the chart commands.enabled), or use the built-in ${UPGRADE_COMMAND} or the key image-upgrade`;
  return { severity: "error", at, message };
}
