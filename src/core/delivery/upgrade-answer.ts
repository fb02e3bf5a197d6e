import type { UpgradeHook } from "../hook/hook.ts";
import { describeFailure, type ClusterFailure } from "../rollout/cluster-failure.ts";
import { KINDS } from "../rollout/target.ts";
import { plain, withRetryAfter, type Answer } from "./answer.ts";
import type { UpgradeOutcome } from "./outcome.ts";
import { isRefusal, refusalAnswer } from "./refusal.ts";

const RETRY_AFTER_SECONDS = 5;

/** The reason of an ignored delivery that repeats a push which someone has undone since. */
export const HELD = "this push was carried out before and its image was changed since; a newer push goes on";

/** The answer of a hook that rolls a workload forward. */
export function upgradeAnswer(hook: UpgradeHook, outcome: UpgradeOutcome): Answer {
  if (isRefusal(outcome)) return refusalAnswer(hook, outcome);
  switch (outcome.kind) {
    case "not-allowed":
    case "foreign-repository":
      return plain(403, outcome.reason);
    case "ignored":
      return { ...plain(200, `ignored: ${outcome.reason}`), headers: hook.response.headers };
    case "refused":
      return plain(202, `refused: ${outcome.reason}`);
    case "cluster":
      return clusterAnswer(outcome.failure);
    case "skipped":
    case "changed":
      return { status: hook.response.successStatus, body: successOf(hook, outcome), headers: hook.response.headers };
  }
}

// The first line is what kubectl prints for the same deed.
function successOf(hook: UpgradeHook, outcome: UpgradeOutcome & { kind: "skipped" | "changed" }): string {
  if (hook.response.message !== null) return hook.response.message;
  const { target, container } = hook.upgrade;
  const name = `${KINDS[target.kind].qualified}/${target.name}`;
  if (outcome.kind === "skipped")
    return `${name} unchanged: ${container} already runs ${outcome.image} (${outcome.reason})`;
  if (outcome.redeploys) return `${name} restarted\n${container}: ${outcome.push.after}, same image redeployed`;
  return `${name} image updated\n${container}: ${outcome.push.before} -> ${outcome.push.after}`;
}

function clusterAnswer(failure: ClusterFailure): Answer {
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
      return withRetryAfter(plain(503, body), RETRY_AFTER_SECONDS);
    case "throttled":
      return withRetryAfter(plain(503, body), failure.retryAfterSeconds);
  }
}
