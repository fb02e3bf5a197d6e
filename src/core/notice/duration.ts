/** How a language writes hours, minutes and seconds, and what stands between them. */
export interface DurationUnits {
  readonly hour: string;
  readonly minute: string;
  readonly second: string;
  readonly between: string;
  readonly unknown: string;
}

/** Writes the time between two RFC 3339 times with its two largest units: 1m 32s; a clock that went back counts as no time. */
export function formatDuration(from: string, to: string, units: DurationUnits): string {
  const elapsedMs = Date.parse(to) - Date.parse(from);
  if (Number.isNaN(elapsedMs)) return units.unknown;
  const total = Math.max(0, Math.round(elapsedMs / 1000));
  const parts: readonly (readonly [number, string])[] = [
    [Math.floor(total / 3600), units.hour],
    [Math.floor(total / 60) % 60, units.minute],
    [total % 60, units.second],
  ];
  const first = parts.findIndex(([count]) => count > 0);
  return parts
    .slice(first === -1 ? 2 : first)
    .slice(0, 2)
    .map(([count, unit]) => `${String(count)}${unit}`)
    .join(units.between);
}
