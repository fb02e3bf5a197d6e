/** A time of the week in which changes may be made. */
export interface Window {
  /** Days of the week on which it begins: 0 is Sunday. */
  readonly days: readonly number[];
  /** Minutes since midnight. An end at or before the beginning is on the next day. */
  readonly fromMinute: number;
  readonly toMinute: number;
  /** A name of the IANA time zone database, such as Asia/Shanghai. */
  readonly timeZone: string;
}

/** When the pushes of a hook may be carried out. */
export interface Gate {
  /** None: at any time. */
  readonly windows: readonly Window[];
  /** Nothing is carried out until the hook says otherwise. */
  readonly isFrozen: boolean;
  /** How old a push must be. */
  readonly minimumAgeMs: number;
}

/** Why a push waits, and until when; null where nobody can tell. */
export interface Hold {
  readonly until: string | null;
  readonly reason: string;
}

/** The gate of a hook that sets none. */
export const OPEN_GATE: Gate = { windows: [], isFrozen: false, minimumAgeMs: 0 };

/** Why a push of that time (RFC 3339, UTC) may not be carried out now; null where it may. */
export function holdOf({ isFrozen }: Gate, pushedAt: string, now: Date): Hold | null {
  void [pushedAt, now];
  return isFrozen ? { until: null, reason: "the hook is frozen" } : null;
}
