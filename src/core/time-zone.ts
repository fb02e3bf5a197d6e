const DAY_MS = 86_400_000;

const formats = new Map<string, Intl.DateTimeFormat>();

/** True for a name of the IANA time zone database, and for a distance from UTC such as +08:00. */
export function isTimeZone(name: string): boolean {
  try {
    formatOf(name);
    return true;
  } catch {
    return false;
  }
}

/** How far the clocks of a time zone are ahead of UTC at a moment, in whole minutes. */
export function offsetMs(timeZone: string, atMs: number): number {
  const text = formatOf(timeZone).format(atMs);
  const sign = text.indexOf("GMT") + "GMT".length;
  return 0 - Date.parse(`1970-01-01T00:00:00${text.slice(sign, sign + "+00:00".length)}`);
}

/**
 * The moment at which the clocks of a time zone show a local time, which is counted as if it were UTC. Of a time that
 * they show twice it is the first; a time that they leave out stands for the moment of the jump.
 */
export function instantOf(timeZone: string, localMs: number): number {
  const offsets = [offsetMs(timeZone, localMs - DAY_MS), offsetMs(timeZone, localMs + DAY_MS)];
  const isReached = (atMs: number): boolean => atMs + offsetMs(timeZone, atMs) >= localMs;
  let [early, late] = [localMs - Math.max(...offsets), localMs - Math.min(...offsets)];
  if (isReached(early)) return early;
  while (late - early > 1) {
    const middle = Math.floor((early + late) / 2);
    if (isReached(middle)) late = middle;
    else early = middle;
  }
  return late;
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "longOffset" });
  formats.set(timeZone, format);
  return format;
}
