import { printDuration } from "../duration.ts";
import { nextOpening, printWindow, type Window } from "./window.ts";

/** When the pushes of a hook may be carried out. */
export interface Gate {
  /** One of them must be open. None: at any time. */
  readonly windows: readonly Window[];
  /** Nothing is carried out until the hook says otherwise. */
  readonly isFrozen: boolean;
  /** How old a push must be. */
  readonly minimumAgeMs: number;
}

/** Why a push waits, and until when (RFC 3339, UTC); null where nobody can tell. */
export interface Hold {
  readonly until: string | null;
  readonly reason: string;
}

/** The gate of a hook that sets none. */
export const OPEN_GATE: Gate = { windows: [], isFrozen: false, minimumAgeMs: 0 };

/**
 * Why a push of that time (RFC 3339; ahead of now it counts as now) may not be carried out now; null where it may. A push
 * whose time cannot be read is held by no age.
 */
export function holdOf({ windows, isFrozen, minimumAgeMs }: Gate, pushedAt: string, now: Date): Hold | null {
  if (isFrozen) return { until: null, reason: "the hook is frozen" };
  const nowMs = now.getTime();
  const oldEnoughMs = Math.max(nowMs, Math.min(Date.parse(pushedAt) || 0, nowMs) + minimumAgeMs);
  const untilMs = firstOpening(windows, oldEnoughMs);
  if (untilMs === nowMs) return null;
  const reasons = [
    ...(oldEnoughMs > nowMs
      ? [`the push is younger than the hook's minimum-age of ${printDuration(minimumAgeMs)}`]
      : []),
    ...(firstOpening(windows, nowMs) > nowMs ? [whyClosed(windows)] : []),
  ];
  return { until: untilMs === Infinity ? null : new Date(untilMs).toISOString(), reason: reasons.join(", and ") };
}

const firstOpening = (windows: readonly Window[], atMs: number): number =>
  windows.length === 0 ? atMs : Math.min(...windows.map((window) => nextOpening(window, atMs)));

const whyClosed = (windows: readonly Window[]): string =>
  `outside of the hook's ${windows.length > 1 ? "windows" : "window"} (${windows.map(printWindow).join("; ")})`;
