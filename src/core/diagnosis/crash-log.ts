import { printable } from "../notice/printable.ts";

/** The last lines that a crashed container printed. They may hold secrets: for the mail to its owners alone. */
export interface CrashLog {
  readonly pod: string;
  readonly container: string;
  readonly image: string;
  /** Oldest first. */
  readonly lines: readonly string[];
}

/** How many of the last lines are kept. */
export const MAX_LINES = 10;
const MAX_BYTES = 2048;

/** The last lines of a log, ten and 2 KiB at most, without colours and control characters. */
export function lastLines(log: string): readonly string[] {
  const lines = log
    .split("\n")
    .map((line) => printable(line.replace(COLOUR, "")))
    .filter((line) => line !== "")
    .slice(-MAX_LINES);
  let bytes = 0;
  const kept = lines.toReversed().filter((line) => {
    bytes += Buffer.byteLength(line) + 1;
    return bytes <= MAX_BYTES;
  });
  return kept.toReversed();
}

// What terminals take for colours: an escape character, a bracket, numbers, a letter.
const COLOUR = /\p{Cc}\[[\d;]{0,20}[A-Za-z]/gu;
