import { setTimeout as sleep } from "node:timers/promises";

const PAUSE_MS = 100;

/** Looks again and again until it is so; rejects with the message when it is not within the time. */
export async function until(message: string, withinMs: number, isSo: () => Promise<boolean>): Promise<void> {
  const limit = performance.now() + withinMs;
  while (!(await isSo())) {
    if (performance.now() > limit) throw new Error(`${message} within ${String(withinMs / 1_000)} s`);
    await sleep(PAUSE_MS);
  }
}
