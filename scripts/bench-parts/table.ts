import type { Spread } from "./rounds.ts";

/** What a number should reach: at least (`>=`) or at most (`<=`) so much. */
interface Bar {
  readonly sign: ">=" | "<=";
  readonly limit: number;
}

/** One measured number with what it was made of and what it should be. */
export interface Row {
  readonly what: string;
  readonly value: Spread;
  readonly unit: "" | "MiB" | "s";
  /** The absolute numbers behind it. */
  readonly detail: string;
  readonly bar: Bar | null;
}

/** True where the median reaches the bar. */
const isMet = ({ median }: Spread, { sign, limit }: Bar): boolean =>
  sign === ">=" ? median >= limit : median <= limit;

/** Prints rows as a table: measured median with the spread, the bar, and what stands behind it. */
export function printTable(rows: readonly Row[]): string {
  const cells = [["what", "measured", "least .. most", "bar", "", "absolute"], ...rows.map(toCells)];
  const widths = [0, 1, 2, 3, 4, 5].map((column) => Math.max(...cells.map((row) => (row[column] ?? "").length)));
  const lines = cells.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  "));
  const [head = "", ...rest] = lines.map((line) => line.trimEnd());
  return [head, widths.map((width) => "-".repeat(width)).join("  "), ...rest].join("\n");
}

function toCells({ what, value, unit, detail, bar }: Row): string[] {
  const { median, min, max } = value;
  const print = (number: number): string => toText(number, unit);
  const ends = min === max ? "" : `${print(min)} .. ${print(max)}`;
  const verdict = bar === null ? "" : isMet(value, bar) ? "met" : bar.sign === ">=" ? "below" : "above";
  const limit = bar === null ? "" : `${bar.sign} ${String(bar.limit)}`;
  return [what, unit === "" ? print(median) : `${print(median)} ${unit}`, ends, limit, verdict, detail];
}

function toText(value: number, unit: Row["unit"]): string {
  if (Number.isInteger(value)) return String(value);
  return value.toFixed(unit === "MiB" ? 0 : 2);
}

/** A time for people. */
export const printMs = (ms: number): string => `${ms.toFixed(1)} ms`;

/** A rate for people. */
export const printRate = (perSecond: number): string => `${String(Math.round(perSecond))}/s`;
