import { instantOf, offsetMs } from "../time-zone.ts";

/** A time of the week in which changes may be made. */
export interface Window {
  /** Days of the week on which it begins: 0 is Sunday. */
  readonly days: readonly number[];
  /** Minutes since midnight. An end at or before the beginning is on the next day. */
  readonly fromMinute: number;
  readonly toMinute: number;
  /** A name of the IANA time zone database, such as Asia/Shanghai, or a distance from UTC, such as +08:00. */
  readonly timeZone: string;
}

/** The days of the week as windows name them, Sunday first. */
export const WEEKDAYS: readonly string[] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const DAYS_AHEAD = 8;

/** The first moment from one on at which a window is open; Infinity where it has no day. */
export function nextOpening(window: Window, atMs: number): number {
  const today = Math.floor((atMs + offsetMs(window.timeZone, atMs)) / DAY_MS);
  for (let day = today - 1; day <= today + DAYS_AHEAD; day++) {
    if (!window.days.includes(new Date(day * DAY_MS).getUTCDay())) continue;
    const { fromMs, toMs } = openingOn(window, day);
    if (toMs > atMs) return Math.max(fromMs, atMs);
  }
  return Infinity;
}

// A window whose beginning and end are both left out by the clocks keeps its length, so that no night is without one.
function openingOn({ fromMinute, toMinute, timeZone }: Window, day: number): { fromMs: number; toMs: number } {
  const from = day * DAY_MS + fromMinute * MINUTE_MS;
  const to = (toMinute > fromMinute ? day : day + 1) * DAY_MS + toMinute * MINUTE_MS;
  const [fromMs, toMs] = [instantOf(timeZone, from), instantOf(timeZone, to)];
  return { fromMs, toMs: toMs > fromMs ? toMs : fromMs + to - from };
}

/** A window in words: Mon-Fri 22:00-06:00 Asia/Shanghai. */
export const printWindow = ({ days, fromMinute, toMinute, timeZone }: Window): string =>
  `${printDays(days)} ${printMinute(fromMinute)}-${printMinute(toMinute)} ${timeZone}`;

/** Minutes since midnight as a clock shows them: 22:00. */
export const printMinute = (minute: number): string =>
  [Math.floor(minute / 60), minute % 60].map((part) => String(part).padStart(2, "0")).join(":");

// Three days in a row and more are a range; the week begins on Monday.
function printDays(days: readonly number[]): string {
  const names = [...WEEKDAYS.slice(1), ...WEEKDAYS.slice(0, 1)];
  const marks = names.map((name) => (days.includes(WEEKDAYS.indexOf(name)) ? "x" : " ")).join("");
  const runs = [...marks.matchAll(/x+/g)].map(({ 0: run, index }) => names.slice(index, index + run.length));
  return runs
    .map((run) => (run.length > 2 ? [...run.slice(0, 1), ...run.slice(-1)].join("-") : run.join(",")))
    .join(",");
}
