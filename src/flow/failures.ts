import { sourceNetwork } from "../core/hook/source-network.ts";
import type { Clock } from "./ports.ts";
import { createRecent } from "./recent.ts";

/** Slows down whoever guesses at the credentials of hooks; callers with the right ones never come here. */
export interface Failures {
  /** Counts a failure; null within the limit, else the seconds until the next one is counted again. */
  readonly count: (hook: string, remoteAddress: string) => number | null;
}

const ONE_BACK_EVERY_MS = 3_000;
const MAX_SOURCES = 10_000;

/** A source that fails: when all of its failures will have been given back. */
interface Streak {
  clearAtMs: number;
}

/**
 * Makes one: so many failures of each source and hook, and one more every three seconds. Of sources beyond ten
 * thousand the one whose failures began longest ago is forgotten.
 */
export function createFailures(limit: number, clock: Clock): Failures {
  const spanMs = limit * ONE_BACK_EVERY_MS;
  const streaks = createRecent<Streak>(MAX_SOURCES);
  const count: Failures["count"] = (hook, remoteAddress) => {
    const key = `${sourceNetwork(remoteAddress)} ${hook}`;
    const nowMs = clock.now().getTime();
    const streak = streaks.get(key);
    if (streak === undefined || streak.clearAtMs <= nowMs) {
      streaks.set(key, { clearAtMs: nowMs + ONE_BACK_EVERY_MS });
      return null;
    }
    // A clock that was put back must not shut anybody out for as long.
    const known = Math.min(streak.clearAtMs, nowMs + spanMs);
    const nextMs = known + ONE_BACK_EVERY_MS;
    const tooEarlyMs = nextMs - nowMs - spanMs;
    // Changed in place: thousands of sources would otherwise leave garbage at each failure.
    streak.clearAtMs = tooEarlyMs > 0 ? known : nextMs;
    return tooEarlyMs > 0 ? Math.ceil(tooEarlyMs / 1000) : null;
  };
  return { count };
}
