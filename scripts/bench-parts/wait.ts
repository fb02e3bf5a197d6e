import { setTimeout as sleep } from "node:timers/promises";

// To look costs the API server something: twice the time that it took is left to others.
const PAUSE_MS = 100;

/** Looks again and again until it is so; rejects with the message when it is not within the time. */
export async function until(message: string, withinMs: number, isSo: () => Promise<boolean>): Promise<void> {
  const limit = performance.now() + withinMs;
  for (;;) {
    const startMs = performance.now();
    if (await isSo()) return;
    if (performance.now() > limit) throw new Error(`${message} within ${String(withinMs / 1_000)} s`);
    await sleep(Math.max(PAUSE_MS, 2 * (performance.now() - startMs)));
  }
}
