import { setTimeout as sleep } from "node:timers/promises";

/** How long to wait for what, and what to tell meanwhile. */
export interface Waiting {
  readonly what: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
  /** What was last seen, for the progress and for the error. */
  readonly lastSeen: () => string;
}

const LOOK_EVERY_MS = 100;
const TELL_EVERY_MS = 5_000;

/** Repeats a look until it gives something; tells every 5 s that it still waits, and rejects at the time limit. */
export async function waitUntil<T>(
  look: () => Promise<T | null>,
  { what, timeoutMs, signal, say, lastSeen }: Waiting,
): Promise<T> {
  const started = Date.now();
  let told = started;
  for (;;) {
    const seen = await look();
    if (seen !== null) return seen;
    const now = Date.now();
    const seconds = String(Math.round((now - started) / 1000));
    if (now - started > timeoutMs) throw new Error(`${what}: not within ${seconds} s; last seen: ${lastSeen()}`);
    if (now - told > TELL_EVERY_MS) {
      told = now;
      say(`waiting for ${what} since ${seconds} s; last seen: ${lastSeen()}`);
    }
    await sleep(LOOK_EVERY_MS, undefined, { signal });
  }
}
