import { readRetryAfter } from "../core/notice/retry-after.ts";
import type { ChannelFailure, RemoteAnswer } from "../flow/ports.ts";

// Too late, too early, too often: another time it may be taken.
const PASSING = [408, 425, 429];
const REDIRECT_HINT = "no redirect is followed: set the channel's url to the address that it leads to";
const GONE_HINT = "the receiver wants no more of them: take the channel out of the hooks that name it";
const REFUSED_HINT = "check the channel's url and secret, and what the receiver says of it";

/** Judges an answer by its status alone: 2xx took it; 408, 425, 429 and 5xx may take it later; all others never will. */
export function statusFault({ status, header }: RemoteAnswer, now: Date): ChannelFailure | null {
  if (status >= 200 && status < 300) return null;
  const isTemporary = status >= 500 || PASSING.includes(status);
  return {
    kind: isTemporary ? "temporary" : "permanent",
    code: String(status),
    message: `the receiver answered ${String(status)}`,
    hint: isTemporary ? "" : hintOf(status),
    retryAfterSeconds: isTemporary ? readRetryAfter(header("retry-after"), now) : null,
  };
}

function hintOf(status: number): string {
  if (status < 400) return REDIRECT_HINT;
  return status === 410 ? GONE_HINT : REFUSED_HINT;
}
