import type { UpgradeHook } from "../hook/hook.ts";
import { describeFailure, type ClusterFailure } from "../rollout/cluster-failure.ts";
import { KINDS } from "../rollout/target.ts";
import { plain, withRetryAfter, type Answer } from "./answer.ts";
import type { ChangedContainer, PushOutcome, UpgradeOutcome } from "./outcome.ts";
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
    case "dry-run":
      return { ...plain(200, `dry run: ${foreseen(hook, outcome.would)}`), headers: hook.response.headers };
    case "skipped":
    case "changed":
      return { status: hook.response.successStatus, body: successOf(hook, outcome), headers: hook.response.headers };
  }
}

// The first line is what kubectl prints for the same deed.
function successOf(hook: UpgradeHook, outcome: UpgradeOutcome & { kind: "skipped" | "changed" }): string {
  if (hook.response.message !== null) return hook.response.message;
  return outcome.kind === "changed"
    ? changeLines(hook, outcome, { image: "image updated", redeploy: "restarted" })
    : skipLines(hook, outcome);
}

function skipLines(hook: UpgradeHook, { containers }: PushOutcome & { kind: "skipped" }): string {
  const lines = containers.map(({ container, image, reason }) => `${container} already runs ${image} (${reason})`);
  return `${nameOf(hook)} unchanged: ${lines.join("\n")}`;
}

// The hook's own message would say nothing of what it asks for.
function foreseen(hook: UpgradeHook, would: PushOutcome): string {
  if (would.kind === "changed") return changeLines(hook, would, { image: "would change", redeploy: "would restart" });
  return upgradeAnswer({ ...hook, response: { ...hook.response, message: null } }, would).body.toString();
}

function changeLines(
  hook: UpgradeHook,
  { containers }: PushOutcome & { kind: "changed" },
  deeds: { readonly image: string; readonly redeploy: string },
): string {
  const deed = containers.every(({ redeploys }) => redeploys) ? deeds.redeploy : deeds.image;
  return [`${nameOf(hook)} ${deed}`, ...containers.map(changeLine)].join("\n");
}

function changeLine({ container, push, redeploys }: ChangedContainer): string {
  const change = redeploys ? `${push.after}, same image redeployed` : `${push.before} -> ${push.after}`;
  return `${container}: ${change}`;
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
