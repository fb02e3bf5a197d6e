import { openSync } from "node:fs";
import { pino, type DestinationStream } from "pino";
import { fail, ok, type Result } from "../core/result.ts";
import type { Log, LogFacts } from "../flow/ports.ts";

/** How the log is written. */
export interface LogSettings {
  readonly level: "debug" | "info" | "warn" | "error";
  readonly format: "json" | "text";
}

// Nothing of these names is ever logged on purpose: this is the second lock.
const REDACTED = ["token", "password", "authorization", "*.token", "*.password", "*.authorization", "*.headers"];

/** Opens the standard output for the log: lines are written without holding requests up, and flushed at the exit. */
export const openStandardOutput = (): DestinationStream => pino.destination({ dest: 1, sync: false });

/** Opens a file for the log, to append to it; it is made where there is none. The error says why that fails. */
export function openLogFile(file: string): Result<DestinationStream, string> {
  try {
    return ok(pino.destination({ dest: openSync(file, "a"), sync: false }));
  } catch (error) {
    return fail(`the log file ${file} cannot be opened: ${(error as NodeJS.ErrnoException).code ?? "unknown"}`);
  }
}

/** Makes the log: one line a message on the destination, JSON or text for people. */
export function createLogger({ level, format }: LogSettings, out: DestinationStream): Log {
  const logger = pino(
    {
      level,
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: REDACTED, censor: "(redacted)" },
    },
    format === "json"
      ? out
      : {
          write: (line: string) => {
            out.write(toText(line));
          },
        },
  );
  const at =
    (severity: "debug" | "info" | "warn" | "error") =>
    (facts: LogFacts, message: string): void => {
      logger[severity](facts, message);
    };
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}

function toText(line: string): string {
  const { time, level, msg, ...facts } = JSON.parse(line) as Record<string, unknown>;
  const rest = Object.entries(facts).map(
    ([name, value]) => `${name}=${typeof value === "string" ? quote(value) : JSON.stringify(value)}`,
  );
  return `${[String(time), String(level).toUpperCase().padEnd(5), String(msg), ...rest].join(" ")}\n`;
}

const quote = (text: string): string => (/^[\w./:@-]+$/.test(text) ? text : JSON.stringify(text));
