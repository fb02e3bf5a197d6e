const DURATION = /^(?:\d{1,6}(?:ms|s|m|h)){1,4}$/;

/** Reads a duration as Go writes them, such as `90s` or `1h30m`, in milliseconds; null when it is none. */
export function parseDuration(text: string): number | null {
  if (!DURATION.test(text)) return null;
  const parts = [...text.matchAll(/\d+\D+/g)];
  return parts.reduce((sum, [part]) => sum + Number.parseInt(part, 10) * unitOf(part), 0);
}

function unitOf(part: string): number {
  if (part.endsWith("ms")) return 1;
  if (part.endsWith("s")) return 1_000;
  return part.endsWith("m") ? 60_000 : 3_600_000;
}
