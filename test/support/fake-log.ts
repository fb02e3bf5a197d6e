import { inspect } from "node:util";
import type { Clock, Log, LogFacts } from "../../src/flow/ports.ts";

/** A line that was logged. */
interface LoggedLine {
  readonly level: keyof Log;
  readonly message: string;
  readonly facts: LogFacts;
}

/** A log that keeps its lines. */
export interface FakeLog extends Log {
  readonly lines: readonly LoggedLine[];
  /** The facts of the lines of one message. */
  readonly factsOf: (message: string) => readonly LogFacts[];
  /** Everything that was logged, for searches. */
  readonly text: () => string;
  readonly clear: () => void;
}

/** Makes an empty log. */
export function createFakeLog(): FakeLog {
  const lines: LoggedLine[] = [];
  const at =
    (level: keyof Log) =>
    (facts: LogFacts, message: string): void => {
      lines.push({ level, message, facts });
    };
  return {
    debug: at("debug"),
    info: at("info"),
    warn: at("warn"),
    error: at("error"),
    lines,
    factsOf: (message) => lines.filter((line) => line.message === message).map(({ facts }) => facts),
    text: () => inspect(lines, { depth: 12, maxArrayLength: null, maxStringLength: null }),
    clear: () => {
      lines.length = 0;
    },
  };
}

/** A clock that stands still until it is put forward. */
export interface FakeClock extends Clock {
  readonly advance: (ms: number) => void;
}

/** Makes a clock that shows a time. */
export function createFakeClock(start = "2026-11-22T08:00:05.000Z"): FakeClock {
  let nowMs = new Date(start).getTime();
  return {
    now: () => new Date(nowMs),
    advance: (ms) => {
      nowMs += ms;
    },
  };
}
