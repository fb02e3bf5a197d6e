import { createHash } from "node:crypto";
import type { MailFailure } from "./mail.ts";

/** How long after a failure a notice is tried again, in milliseconds. */
export interface RetrySettings {
  /** After the first failure, roughly: each notice waits a little less or more than others. */
  readonly firstMs: number;
  /** How long after the first try the last one may be. */
  readonly forMs: number;
}

/** A notice that was not taken. */
export interface FailedTry {
  readonly id: string;
  /** How often it was tried, this time included. */
  readonly attempts: number;
  readonly firstAt: Date;
  readonly failedAt: Date;
  readonly kind: MailFailure["kind"];
  /** How long the receiver asks to be left alone; null where it does not say. */
  readonly retryAfterSeconds: number | null;
}

// Of the first wait: 30 s, 2 m, 8 m, 30 m, 1 h, 2 h, 4 h, and so on.
const STEPS = [1, 4, 16, 60, 120, 240] as const;
const LAST_STEP = 480;
const LONGEST_MS = 4 * 3_600_000;
const JITTER = 0.2;

/**
 * When a notice is tried again; null when never: what a receiver refuses for good stays refused, and each notice has its
 * time. Logins, certificates and connections are mended by the operator in the meantime, so they are tried again too.
 */
export function nextTry(failed: FailedTry, { firstMs, forMs }: RetrySettings): Date | null {
  if (failed.kind === "permanent") return null;
  const step = STEPS[Math.max(failed.attempts, 1) - 1] ?? LAST_STEP;
  const backOffMs = Math.min(firstMs * step, LONGEST_MS) * jitterOf(failed);
  const askedMs = Math.min((failed.retryAfterSeconds ?? 0) * 1000, LONGEST_MS);
  const next = failed.failedAt.getTime() + Math.round(Math.max(backOffMs, askedMs));
  return next > failed.firstAt.getTime() + forMs ? null : new Date(next);
}

// The same for the same try wherever it is computed: 0.8 to 1.2.
function jitterOf({ id, attempts }: FailedTry): number {
  const hash = createHash("sha256")
    .update(`${id} ${String(attempts)}`)
    .digest();
  return 1 - JITTER + (2 * JITTER * hash.readUInt32BE(0)) / 0xffff_ffff;
}
