import type { Clock } from "./ports.ts";

// A clock that was set back by more is believed.
const MAX_AHEAD_MS = 1_000;

/**
 * Makes a clock that shows no millisecond twice: pushes that bring no time of their own are ordered by their arrivals,
 * and of a burst several come in one millisecond.
 */
export function createArrivals(clock: Clock): Clock {
  let lastMs = 0;
  return {
    now: () => {
      const nowMs = clock.now().getTime();
      lastMs = nowMs <= lastMs && lastMs - nowMs < MAX_AHEAD_MS ? lastMs + 1 : nowMs;
      return new Date(lastMs);
    },
  };
}
