import type { Log } from "../flow/ports.ts";

/** Bounds what refused deliveries write into the log. */
export interface RefusalLog {
  /** Writes the line of a refusal while they are few; `hook` is empty for hooks that are not there. */
  readonly limit: (hook: string, write: () => void) => void;
}

const WINDOW_MS = 10_000;
const LINES_OF_HOOK = 20;
const LINES_OF_ALL = 200;
const HOOKS_COUNTED = 100;
const HOOKS_NAMED = 10;

/**
 * Makes one: whoever reaches the port could fill the log otherwise. Within ten seconds the first twenty refusals of a
 * hook, and two hundred of all hooks, are written one by one; of those beyond, how many there were and of which hooks.
 */
export function createRefusalLog(log: Log): RefusalLog {
  const lines = new Map<string, number>();
  const passedOver = new Map<string, number>();
  let written = 0;
  let refused = 0;
  let isWindowOpen = false;
  const endWindow = (): void => {
    if (refused > 0) {
      const most = [...passedOver].sort(([, a], [, b]) => b - a).slice(0, HOOKS_NAMED);
      log.warn({ refused, hooks: Object.fromEntries(most), withinMs: WINDOW_MS }, "more deliveries were refused");
    }
    lines.clear();
    passedOver.clear();
    [written, refused, isWindowOpen] = [0, 0, false];
  };
  const limit: RefusalLog["limit"] = (hook, write) => {
    if (!isWindowOpen) setTimeout(endWindow, WINDOW_MS).unref();
    isWindowOpen = true;
    const count = lines.get(hook) ?? 0;
    if (written < LINES_OF_ALL && count < LINES_OF_HOOK) {
      lines.set(hook, count + 1);
      written++;
      write();
      return;
    }
    refused++;
    const more = passedOver.get(hook) ?? 0;
    if (more > 0 || passedOver.size < HOOKS_COUNTED) passedOver.set(hook, more + 1);
  };
  return { limit };
}
