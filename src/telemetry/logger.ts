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
const SECRETS: readonly string[] = ["token", "password", "authorization"];
const REDACTED = [...SECRETS, ...SECRETS.map((name) => `*.${name}`), "*.headers"];

// A busy service writes many lines at once, an idle one soon; what is left is flushed at the exit.
const BUFFERED = { sync: false, minLength: 4096, periodicFlush: 50 } as const;

/** Opens the standard output for the log: lines are written without holding requests up, and flushed at the exit. */
export const openStandardOutput = (): DestinationStream => pino.destination({ dest: 1, ...BUFFERED });

/** Opens a file for the log, to append to it; it is made where there is none. The error says why that fails. */
export function openLogFile(file: string): Result<DestinationStream, string> {
  try {
    return ok(pino.destination({ dest: openSync(file, "a"), ...BUFFERED }));
  } catch (error) {
    return fail(`the log file ${file} cannot be opened: ${(error as NodeJS.ErrnoException).code ?? "unknown"}`);
  }
}

/** Makes the log: one line a message on the destination, JSON or text for people. */
export function createLogger({ level, format }: LogSettings, out: DestinationStream): Log {
  const destination = format === "json" ? out : textTo(out);
  const options = {
    level,
    base: null,
    timestamp: createTimestamp(),
    formatters: { level: (label: string) => ({ level: label }) },
  };
  const plain = pino(options, destination);
  const redacting = pino({ ...options, redact: { paths: REDACTED, censor: "(redacted)" } }, destination);
  const at =
    (severity: "debug" | "info" | "warn" | "error") =>
    (facts: LogFacts, message: string): void => {
      // Looking for secrets costs as much as the line itself, and most lines have no place for one.
      (isHarmless(facts) ? plain : redacting)[severity](facts, message);
    };
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}

// Many lines of a busy service fall into one millisecond.
function createTimestamp(): () => string {
  let knownMs = 0;
  let text = "";
  return () => {
    const nowMs = Date.now();
    if (nowMs !== knownMs) text = `,"time":"${new Date(nowMs).toISOString()}"`;
    knownMs = nowMs;
    return text;
  };
}

const textTo = (out: DestinationStream): DestinationStream => ({
  write: (line) => {
    out.write(toText(line));
  },
});

function isHarmless(facts: LogFacts): boolean {
  for (const name in facts) {
    const value = facts[name];
    if ((typeof value === "object" && value !== null) || SECRETS.includes(name)) return false;
  }
  return true;
}

function toText(line: string): string {
  const { time, level, msg, ...facts } = JSON.parse(line) as Record<string, unknown>;
  const rest = Object.entries(facts).map(
    ([name, value]) => `${name}=${typeof value === "string" ? quote(value) : JSON.stringify(value)}`,
  );
  return `${[String(time), String(level).toUpperCase().padEnd(5), String(msg), ...rest].join(" ")}\n`;
}

const quote = (text: string): string => (/^[\w./:@-]+$/.test(text) ? text : JSON.stringify(text));
