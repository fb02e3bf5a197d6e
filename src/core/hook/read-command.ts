import { parseDuration } from "../duration.ts";
import type { FieldReader } from "./fields.ts";
import { openMap } from "./fields.ts";
import type { CommandAction, FileArgument } from "./hook.ts";
import { readArgumentField, type MatchReading } from "./read-match.ts";
import type { Argument } from "./argument.ts";

const MAX_RUNS = 1_000;
const MAX_TIMEOUT_MS = 24 * 3_600_000;

/** Reads the command of a hook that runs one. What the peer finds out only at a request is a warning here. */
export function readCommand(hook: FieldReader, environment: readonly Argument[], reading: MatchReading): CommandAction {
  const path = hook.text("execute-command", "");
  return {
    path,
    directory: hook.text("command-working-directory", ""),
    arguments: hook
      .list("pass-arguments-to-command")
      .map((item) => readArgumentField(item, "pass-arguments-to-command", reading)),
    environment,
    files: hook.list("pass-file-to-command").flatMap((item): readonly FileArgument[] => {
      const argument = readArgumentField(item, "pass-file-to-command", reading);
      const isBase64 = openMap(item, "pass-file-to-command", [])?.flag("base64decode") ?? false;
      return argument === null ? [] : [{ argument, isBase64 }];
    }),
    output: readOutput(hook),
    limits: {
      timeoutMs: readTimeout(hook),
      concurrency: readCount(hook, "max-concurrency", 1),
      queue: readCount(hook, "max-queue", 0),
    },
    at: hook.placeOf("execute-command"),
  };
}

function readOutput(hook: FieldReader): CommandAction["output"] {
  const isShown = hook.flag("include-command-output-in-response");
  const showsFailures = hook.flag("include-command-output-in-response-on-error");
  if (!isShown) return "hidden";
  return showsFailures ? "shown-of-failures-too" : "shown";
}

function readTimeout(hook: FieldReader): number | null {
  const text = hook.text("command-timeout", "");
  if (text === "") return null;
  const timeoutMs = parseDuration(text);
  if (timeoutMs !== null && timeoutMs > 0 && timeoutMs <= MAX_TIMEOUT_MS) return timeoutMs;
  hook.error("command-timeout", `"${text}" is no time between 1ms and 24h, such as 90s or 5m`);
  return null;
}

function readCount(hook: FieldReader, key: string, min: number): number | null {
  const text = hook.text(key, "");
  if (text === "") return null;
  const count = /^\d{1,4}$/.test(text) ? Number(text) : -1;
  if (count >= min && count <= MAX_RUNS) return count;
  hook.error(key, `"${text}" is no number from ${String(min)} to ${String(MAX_RUNS)}`);
  return null;
}
