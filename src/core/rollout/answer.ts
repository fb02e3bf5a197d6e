import type { Hook } from "../hook/hook.ts";
import { describeFailure, type ClusterFailure } from "./cluster-failure.ts";
import type { HookOutcome, Outcome } from "./outcome.ts";
import { KINDS } from "./target.ts";

/** An HTTP answer. Registries show its status and body in their delivery history: both explain themselves. */
export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
}

const RETRY_AFTER_SECONDS = 5;

/** Turns what became of a delivery into the answer. */
export function answerTo(outcome: Outcome): Answer {
  return outcome.kind === "unknown-hook" ? plain(404, "Hook not found.") : answerOf(outcome.hook, outcome.outcome);
}

/** The reason of an ignored delivery that repeats a push which someone has undone since. */
export const HELD = "this push was carried out before and its image was changed since; a newer push goes on";

function answerOf(hook: Hook, outcome: HookOutcome): Answer {
  switch (outcome.kind) {
    case "method-not-allowed":
      return {
        ...plain(405, `use ${hook.methods.join(" or ")}`),
        headers: [{ name: "Allow", value: hook.methods.join(", ") }],
      };
    case "mismatch":
      return plain(hook.response.mismatchStatus, "Hook rules were not satisfied.");
    case "bad-request":
      return plain(400, `${outcome.field}: ${outcome.reason}`);
    case "not-allowed":
      return plain(403, outcome.reason);
    case "ignored":
      return { ...plain(200, `ignored: ${outcome.reason}`), headers: hook.response.headers };
    case "not-served":
      return plain(500, outcome.reason);
    case "cluster":
      return refusalOf(outcome.failure);
    case "skipped":
    case "changed":
      return { status: hook.response.successStatus, body: successOf(hook, outcome), headers: hook.response.headers };
  }
}

// The first line is what kubectl prints for the same deed.
function successOf(hook: Hook, outcome: HookOutcome & { kind: "skipped" | "changed" }): string {
  if (hook.response.message !== null) return hook.response.message;
  const { target, container } = hook.upgrade;
  const name = `${KINDS[target.kind].qualified}/${target.name}`;
  if (outcome.kind === "skipped")
    return `${name} unchanged: ${container} already runs ${outcome.image} (${outcome.reason})`;
  if (outcome.redeploys) return `${name} restarted\n${container}: ${outcome.push.after}, same image redeployed`;
  return `${name} image updated\n${container}: ${outcome.push.before} -> ${outcome.push.after}`;
}

function refusalOf(failure: ClusterFailure): Answer {
  const body = describeFailure(failure);
  switch (failure.kind) {
    case "not-found":
      return plain(500, body);
    case "forbidden":
    case "refused":
    case "unreadable":
      return plain(502, body);
    case "unreachable":
    case "conflict":
      return { ...plain(503, body), headers: retryAfter(RETRY_AFTER_SECONDS) };
    case "throttled":
      return { ...plain(503, body), headers: retryAfter(failure.retryAfterSeconds) };
  }
}

const plain = (status: number, body: string): Answer => ({ status, body, headers: [] });
const retryAfter = (seconds: number): Answer["headers"] => [
  { name: "Retry-After", value: String(Math.max(1, seconds)) },
];
