import type { Hook } from "../hook/hook.ts";
import { plain, withRetryAfter, type Answer } from "./answer.ts";
import type { BodyFailure, Refusal } from "./outcome.ts";

const KINDS: Readonly<Record<Refusal["kind"], true>> = {
  "method-not-allowed": true,
  "not-received": true,
  mismatch: true,
  "too-many-failures": true,
  unavailable: true,
  "bad-request": true,
  "not-served": true,
};

// As long as a failed fetch of keys is not repeated.
const RETRY_AFTER_SECONDS = 10;

const UNAVAILABLE = {
  proof: "who calls cannot be proved at the moment: send it again",
  subscription: "the subscription cannot be confirmed at the moment: send it again",
} as const;

/** Tells an outcome that did not come as far as the hook's action. */
export const isRefusal = (outcome: { readonly kind: string }): outcome is Refusal => Object.hasOwn(KINDS, outcome.kind);

/** The answer to a delivery that did not come as far as the hook's action. */
export function refusalAnswer(hook: Hook, refusal: Refusal): Answer {
  switch (refusal.kind) {
    case "method-not-allowed":
      return notAllowed(hook, refusal.methods);
    case "not-received":
      return notReceived(refusal.failure, refusal.maxBytes);
    case "mismatch":
      return plain(hook.response.mismatchStatus, "Hook rules were not satisfied.");
    case "too-many-failures": {
      const seconds = refusal.retryAfterSeconds;
      const body = `too many wrong credentials from this address: try again in ${String(seconds)} s`;
      return withRetryAfter(plain(429, body), seconds);
    }
    case "unavailable":
      return withRetryAfter(plain(503, UNAVAILABLE[refusal.what]), RETRY_AFTER_SECONDS);
    case "bad-request":
      return plain(400, `${refusal.field}: ${refusal.reason}`);
    case "not-served":
      return plain(500, refusal.reason);
  }
}

// adnanh/webhook says nothing here, and its callers may depend on that.
const notAllowed = (hook: Hook, methods: readonly string[]): Answer => ({
  ...plain(405, hook.kind === "command" ? "" : `use ${methods.join(" or ")}`),
  headers: [{ name: "Allow", value: methods.join(", ") }],
});

// What is left of the body would be taken for the next request.
const CLOSE = [{ name: "Connection", value: "close" }];

function notReceived(failure: BodyFailure, maxBytes: number): Answer {
  switch (failure) {
    case "too-large":
      return {
        status: 413,
        body: `the body is larger than ${String(Math.floor(maxBytes / 1024))} KiB`,
        headers: CLOSE,
      };
    case "encoded":
      return { status: 415, body: "send the body without Content-Encoding", headers: CLOSE };
    case "aborted":
      return { status: 400, body: "the body ended early", headers: CLOSE };
  }
}
