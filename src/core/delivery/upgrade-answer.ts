import type { UpgradeHook } from "../hook/hook.ts";
import { describeFailure, type ClusterFailure } from "../rollout/cluster-failure.ts";
import { KINDS } from "../rollout/target.ts";
import { plain, withRetryAfter, type Answer } from "./answer.ts";
import { handshakeAnswer } from "./handshake.ts";
import type { PushOutcome, Refusal, UpgradeOutcome } from "./outcome.ts";
import { isRefusal, refusalAnswer } from "./refusal.ts";

const RETRY_AFTER_SECONDS = 5;

/** The reason of an ignored delivery that repeats a push which someone has undone since. */
export const HELD = "this push was carried out before and its image was changed since; a newer push goes on";

/** The answer of a hook that rolls a workload forward. */
export const upgradeAnswer = (hook: UpgradeHook, outcome: UpgradeOutcome): Answer =>
  isRefusal(outcome) ? refusalAnswer(hook, outcome) : takenAnswer(hook, outcome);

function takenAnswer(hook: UpgradeHook, outcome: Exclude<UpgradeOutcome, Refusal>): Answer {
  if (isForbidden(outcome)) return plain(403, outcome.reason);
  switch (outcome.kind) {
    case "ignored":
      return { ...plain(200, `ignored: ${outcome.reason}`), headers: hook.response.headers };
    case "handshake":
      return handshakeAnswer(outcome.handshake);
    case "refused":
      return plain(202, `refused: ${outcome.reason}`);
    case "registry-away":
      return withRetryAfter(plain(503, outcome.reason), RETRY_AFTER_SECONDS);
    case "cluster":
      return clusterAnswer(outcome.failure);
    case "dry-run":
      return { ...plain(200, `dry run: ${foreseen(hook, outcome.would)}`), headers: hook.response.headers };
    case "skipped":
    case "changed":
      return { status: hook.response.successStatus, body: successOf(hook, outcome), headers: hook.response.headers };
  }
}

type Forbidden = UpgradeOutcome & { readonly kind: "not-allowed" | "foreign-repository" | "unfit" };

const isForbidden = (outcome: UpgradeOutcome): outcome is Forbidden =>
  outcome.kind === "not-allowed" || outcome.kind === "foreign-repository" || outcome.kind === "unfit";

// The first line is what kubectl prints for the same deed.
function successOf(hook: UpgradeHook, outcome: UpgradeOutcome & { kind: "skipped" | "changed" }): string {
  if (hook.response.message !== null) return hook.response.message;
  if (outcome.kind === "changed") return changeLines(hook, outcome, outcome.redeploys ? "restarted" : "image updated");
  return `${nameOf(hook)} unchanged: ${hook.upgrade.container} already runs ${outcome.image} (${outcome.reason})`;
}

// The hook's own message would say nothing of what it asks for.
function foreseen(hook: UpgradeHook, would: PushOutcome): string {
  if (would.kind === "changed") return changeLines(hook, would, would.redeploys ? "would restart" : "would change");
  return upgradeAnswer({ ...hook, response: { ...hook.response, message: null } }, would).body.toString();
}

function changeLines(hook: UpgradeHook, { push, redeploys }: PushOutcome & { kind: "changed" }, deed: string): string {
  const change = redeploys ? `${push.after}, same image redeployed` : `${push.before} -> ${push.after}`;
  return `${nameOf(hook)} ${deed}\n${hook.upgrade.container}: ${change}`;
}

const nameOf = ({ upgrade: { target } }: UpgradeHook): string => `${KINDS[target.kind].qualified}/${target.name}`;

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
