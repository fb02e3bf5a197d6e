import type { Log } from "../flow/ports.ts";

/** Bounds what refused deliveries write into the log. */
export interface RefusalLog {
  /** Writes the line of a refusal while they are few; `hook` is empty for hooks that are not there. */
  readonly limit: (hook: string, write: () => void) => void;
}

const WINDOW_MS = 10_000;
const LINES_PER_WINDOW = 20;

/**
 * Makes one: whoever reaches the port could fill the log otherwise. Within ten seconds the first twenty refusals of a
 * hook are written one by one, and of those beyond only how many there were.
 */
export function createRefusalLog(log: Log): RefusalLog {
  const counts = new Map<string, number>();
  const endWindow = (): void => {
    for (const [hook, count] of counts) {
      if (count <= LINES_PER_WINDOW) continue;
      log.warn({ hook, refused: count - LINES_PER_WINDOW, withinMs: WINDOW_MS }, "more deliveries were refused");
    }
    counts.clear();
  };
  const limit: RefusalLog["limit"] = (hook, write) => {
    if (counts.size === 0) setTimeout(endWindow, WINDOW_MS).unref();
    const count = (counts.get(hook) ?? 0) + 1;
    counts.set(hook, count);
    if (count <= LINES_PER_WINDOW) write();
  };
  return { limit };
}
