import type { Log } from "../flow/ports.ts";

/** Bounds what refused deliveries write into the log. */
export interface RefusalLog {
  /** Writes the line of a refusal while they are few; `hook` is empty for hooks that are not there. */
  readonly limit: (hook: string, write: () => void) => void;
}

const WINDOW_MS = 10_000;
const LINES_OF_HOOK = 20;
const LINES_OF_ALL = 200;
const HOOKS_NAMED = 10;

/**
 * Makes one: whoever reaches the port could fill the log otherwise. Within ten seconds the first twenty refusals of a
 * hook, and two hundred of all hooks, are written one by one; of those beyond, how many there were and of which hooks.
 */
export function createRefusalLog(log: Log): RefusalLog {
  const counts = new Map<string, number>();
  const passedOver = new Map<string, number>();
  let written = 0;
  const endWindow = (): void => {
    if (passedOver.size > 0) {
      const most = [...passedOver].sort(([, a], [, b]) => b - a).slice(0, HOOKS_NAMED);
      const refused = [...passedOver.values()].reduce((sum, count) => sum + count, 0);
      log.warn({ refused, hooks: Object.fromEntries(most), withinMs: WINDOW_MS }, "more deliveries were refused");
    }
    counts.clear();
    passedOver.clear();
    written = 0;
  };
  const limit: RefusalLog["limit"] = (hook, write) => {
    if (counts.size === 0) setTimeout(endWindow, WINDOW_MS).unref();
    const count = (counts.get(hook) ?? 0) + 1;
    counts.set(hook, count);
    if (count <= LINES_OF_HOOK && written < LINES_OF_ALL) {
      written++;
      write();
    } else passedOver.set(hook, (passedOver.get(hook) ?? 0) + 1);
  };
  return { limit };
}
