const DURATION = /^(?:\d{1,6}(?:\.\d{1,6})?(?:ms|s|m|h)){1,4}$/;

/** Reads a duration as Go writes them, such as `90s`, `1.5h` or `1h30m`, in whole milliseconds; null when it is none. */
export function parseDuration(text: string): number | null {
  if (!DURATION.test(text)) return null;
  const parts = [...text.matchAll(/[\d.]+[a-z]+/g)];
  return Math.round(parts.reduce((sum, [part]) => sum + Number.parseFloat(part) * unitOf(part), 0));
}

function unitOf(part: string): number {
  if (part.endsWith("ms")) return 1;
  if (part.endsWith("s")) return 1_000;
  return part.endsWith("m") ? 60_000 : 3_600_000;
}

// With the length of the next larger unit.
const UNITS = [
  ["h", 3_600_000, Infinity],
  ["m", 60_000, 3_600_000],
  ["s", 1_000, 60_000],
  ["ms", 1, 1_000],
] as const;

/** Writes whole milliseconds as a duration that reads back the same: `1h30m`, `0s`. */
export function printDuration(durationMs: number): string {
  const counts = UNITS.map(([unit, unitMs, nextMs]) => [Math.floor((durationMs % nextMs) / unitMs), unit] as const);
  return counts.map(([count, unit]) => (count > 0 ? `${String(count)}${unit}` : "")).join("") || "0s";
}
