import { instantOf } from "../time-zone.ts";

const LOCAL_TIME = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2})$/;
const RFC_3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:?\d{2})$/;
const MAX_EPOCH_SECONDS = 253_402_300_799;

/** A time of RFC 3339, also with a zone like `+0000`, in UTC; null for a text that is none, and before 1970. */
export function readRfc3339(text: string): string | null {
  if (!RFC_3339.test(text)) return null;
  const utc = toUtc(new Date(text.replace(/([+-]\d{2})(\d{2})$/, "$1:$2")));
  // The year 1 is how senders write that they do not know.
  return utc !== null && utc < "1970" ? null : utc;
}

/** A count of seconds since 1970 as RFC 3339 in UTC; null beyond the year 9999 and before 1970. */
export function readEpochSeconds(seconds: number | null): string | null {
  if (seconds === null || !(seconds > 0 && seconds <= MAX_EPOCH_SECONDS)) return null;
  return toUtc(new Date(seconds * 1000));
}

/** A text such as `2026-03-13 23:38:07`, which is local time in a time zone, in UTC; null for a text that is none. */
export function readLocalTime(text: string, timeZone: string): string | null {
  const localMs = LOCAL_TIME.test(text) ? Date.parse(text.replace(LOCAL_TIME, "$1T$2Z")) : Number.NaN;
  return Number.isNaN(localMs) ? null : readEpochSeconds(instantOf(timeZone, localMs) / 1000);
}

const toUtc = (date: Date): string | null => (Number.isNaN(date.getTime()) ? null : date.toISOString());
