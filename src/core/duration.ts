const UNITS: ReadonlyMap<string, number> = new Map([
  ["ms", 1],
  ["s", 1_000],
  ["m", 60_000],
  ["h", 3_600_000],
]);
const DURATION = /^(?:\d{1,6}(?:ms|s|m|h)){1,4}$/;

/** Reads a duration as Go writes them, such as `90s` or `1h30m`, in milliseconds; null when it is none. */
export function parseDuration(text: string): number | null {
  if (!DURATION.test(text)) return null;
  const parts = [...text.matchAll(/(\d+)(ms|s|m|h)/g)];
  return parts.reduce((sum, [, count, unit = ""]) => sum + Number(count) * (UNITS.get(unit) ?? 0), 0);
}
