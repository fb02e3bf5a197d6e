import type { ClusterFailure, MissingRight } from "../core/rollout/cluster-failure.ts";
import { listAt, textAt } from "./fields.ts";

const DEFAULT_RETRY_SECONDS = 1;
const MAX_MESSAGE = 1_000;

/** An answer other than 2xx, and what was asked. */
export interface RefusedRequest {
  readonly method: string;
  readonly right: MissingRight;
  readonly status: number;
  readonly retryAfter: string | string[] | undefined;
  readonly text: string;
}

/**
 * Turns an answer other than 2xx into a failure. A JSON Patch whose test fails is a 422 without causes, which is a
 * lost race; a 422 with causes is the object's own fault.
 */
export function failureOfAnswer({ method, right, status, retryAfter, text }: RefusedRequest): ClusterFailure {
  const answer = parse(text);
  const message = textAt(answer, "message", `the API server answered ${String(status)}`).slice(0, MAX_MESSAGE);
  // Admission and quotas refuse with 403 too: only RBAC speaks of what a user cannot do.
  if (status === 403 && / cannot [a-z]+ resource /.test(message)) return { kind: "forbidden", message, right };
  if (status === 404) return { kind: "not-found", message };
  const isLostTest = status === 422 && method === "PATCH" && listAt(answer, "details.causes").length === 0;
  if (status === 409 || isLostTest) return { kind: "conflict", message };
  if (isThrottled(status, retryAfter)) return { kind: "throttled", message, retryAfterSeconds: secondsOf(retryAfter) };
  return status >= 500 ? { kind: "unreachable", message } : { kind: "refused", message, status };
}

const secondsOf = (retryAfter: RefusedRequest["retryAfter"]): number => Number(retryAfter) || DEFAULT_RETRY_SECONDS;

const isThrottled = (status: number, retryAfter: RefusedRequest["retryAfter"]): boolean =>
  status === 429 || (status >= 500 && retryAfter !== undefined);

/** Turns what a request threw into a failure: nothing came back, or not in time. */
export function failureOfError(error: unknown): ClusterFailure {
  const isLate = ["TimeoutError", "AbortError"].includes(textAt(error, "name"));
  const why = isLate ? "no answer in time" : textAt(error, "code") || textAt(error, "message");
  return { kind: "unreachable", message: `the API server cannot be reached: ${why}` };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
