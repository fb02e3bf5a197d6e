/** Wakes one waiter. It stays rung until somebody waits. */
export interface Alarm {
  readonly ring: () => void;
  /** Resolves when it rings, or has rung since the last time; when the time is over; or with the signal. */
  readonly wait: (timeMs: number, signal: AbortSignal) => Promise<void>;
}

// A timer that is longer ends at once.
const MAX_TIMER_MS = 2_147_483_647;

/** Makes one that is silent. */
export function createAlarm(): Alarm {
  let isRung = false;
  let wake = (): void => undefined;
  const ring = (): void => {
    isRung = true;
    wake();
  };
  const wait: Alarm["wait"] = async (timeMs, signal) => {
    if (!isRung && !signal.aborted)
      await new Promise<void>((resolve) => {
        const end = (): void => {
          clearTimeout(timer);
          signal.removeEventListener("abort", end);
          wake = (): void => undefined;
          resolve();
        };
        const timer = setTimeout(end, Math.min(Math.max(0, timeMs), MAX_TIMER_MS));
        signal.addEventListener("abort", end);
        wake = end;
      });
    isRung = false;
  };
  return { ring, wait };
}
