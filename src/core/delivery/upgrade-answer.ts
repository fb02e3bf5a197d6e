import type { UpgradeHook } from "../hook/hook.ts";
import type { Phase } from "../rollout/state.ts";
import { describeFailure, type ClusterFailure } from "../rollout/cluster-failure.ts";
import { qualifiedName } from "../rollout/selection.ts";
import { plain, withRetryAfter, type Answer } from "./answer.ts";
import { handshakeAnswer } from "./handshake.ts";
import type {
  ChangedContainer,
  PushOutcome,
  Refusal,
  SingleOutcome,
  UpgradeOutcome,
  WorkloadOutcome,
} from "./outcome.ts";
import { isRefusal, refusalAnswer } from "./refusal.ts";

const RETRY_AFTER_SECONDS = 5;

const RELEASE = "a newer push goes on, and so does this one after imagehook release";

/** The reason of an ignored delivery that repeats a push which someone has undone since. */
export const UNDONE = `this push was carried out before and its image was changed since; ${RELEASE}`;

/** The reason of an ignored delivery that repeats a push whose rollout failed and was rolled back. */
export const ROLLED_BACK = `the rollout of this push failed and was rolled back; ${RELEASE}`;

/** The answer of a hook that rolls a workload forward. */
export const upgradeAnswer = (hook: UpgradeHook, outcome: UpgradeOutcome): Answer =>
  isRefusal(outcome) ? refusalAnswer(hook, outcome) : takenAnswer(hook, outcome);

function takenAnswer(hook: UpgradeHook, outcome: Exclude<UpgradeOutcome, Refusal>): Answer {
  const { headers, successStatus } = hook.response;
  if (isSuccess(outcome)) return { status: successStatus, body: successOf(hook, outcome), headers };
  if (isForbidden(outcome)) return plain(403, outcome.reason);
  if (outcome.kind === "ended") return endedAnswer(hook, outcome);
  if (outcome.kind === "several") return severalAnswer(hook, outcome.workloads);
  return isPassed(outcome) ? { ...plain(200, passedText(hook, outcome)), headers } : otherAnswer(outcome);
}

type Passed = UpgradeOutcome & { readonly kind: "ignored" | "held" | "dry-run" };

const isPassed = (outcome: UpgradeOutcome): outcome is Passed =>
  outcome.kind === "ignored" || outcome.kind === "held" || outcome.kind === "dry-run";

// Nothing is done now, and nothing is wrong.
function passedText(hook: UpgradeHook, outcome: Passed): string {
  switch (outcome.kind) {
    case "ignored":
      return `ignored: ${outcome.reason}`;
    case "held":
      return heldText(outcome);
    case "dry-run":
      return `dry run: ${foreseen(hook, outcome.would)}`;
  }
}

type Other = UpgradeOutcome & { readonly kind: "handshake" | "refused" | "registry-away" | "cluster" };

// What no setting of the hook changes.
function otherAnswer(outcome: Other): Answer {
  switch (outcome.kind) {
    case "handshake":
      return handshakeAnswer(outcome.handshake);
    case "refused":
      return plain(202, `refused: ${outcome.reason}`);
    case "registry-away":
      return withRetryAfter(plain(503, outcome.reason), RETRY_AFTER_SECONDS);
    case "cluster":
      return clusterAnswer(outcome.failure);
  }
}

// A build that waits fails with its rollout.
const BAD_ENDS: readonly Phase[] = ["failed", "rolled-back", "undone"];

function endedAnswer(hook: UpgradeHook, { set, end }: UpgradeOutcome & { kind: "ended" }): Answer {
  const { headers, successStatus } = hook.response;
  const lines = successOf({ ...hook, response: { ...hook.response, message: null } }, set);
  if (end === null) return { ...plain(202, `${lines}\nthe rollout goes on`), headers };
  const body = `${lines}\n${end.phase}${end.reason === "" ? "" : `: ${end.reason}`}`;
  return { ...plain(BAD_ENDS.includes(end.phase) ? 502 : successStatus, body), headers };
}

const heldText = ({ until, reason }: UpgradeOutcome & { kind: "held" }): string =>
  `held ${until === null ? "for now" : `until ${until}`}: ${reason}`;

type Success = UpgradeOutcome & { readonly kind: "skipped" | "changed" };

const isSuccess = (outcome: UpgradeOutcome): outcome is Success =>
  outcome.kind === "skipped" || outcome.kind === "changed";

type Forbidden = UpgradeOutcome & { readonly kind: "not-allowed" | "foreign-repository" | "unfit" };

const isForbidden = (outcome: UpgradeOutcome): outcome is Forbidden =>
  outcome.kind === "not-allowed" || outcome.kind === "foreign-repository" || outcome.kind === "unfit";

// The first line is what kubectl prints for the same deed.
function successOf(hook: UpgradeHook, outcome: Success): string {
  if (hook.response.message !== null) return hook.response.message;
  return outcome.kind === "changed"
    ? changeLines(hook, outcome, { image: "image updated", redeploy: "restarted" })
    : skipLines(hook, outcome);
}

function skipLines(hook: UpgradeHook, { containers }: PushOutcome & { kind: "skipped" }): string {
  const lines = containers.map(({ container, image, reason }) => `${container} already runs ${image} (${reason})`);
  return `${qualifiedName(hook.upgrade.target)} unchanged: ${lines.join("\n")}`;
}

// The hook's own message would say nothing of what it asks for.
function foreseen(hook: UpgradeHook, would: PushOutcome): string {
  if (would.kind === "several") return linesOf(hook, would.workloads, foreseen);
  if (would.kind === "changed") return changeLines(hook, would, { image: "would change", redeploy: "would restart" });
  return upgradeAnswer({ ...hook, response: { ...hook.response, message: null } }, would).body.toString();
}

function changeLines(
  hook: UpgradeHook,
  { containers }: PushOutcome & { kind: "changed" },
  deeds: { readonly image: string; readonly redeploy: string },
): string {
  const deed = containers.every(({ redeploys }) => redeploys) ? deeds.redeploy : deeds.image;
  return [`${qualifiedName(hook.upgrade.target)} ${deed}`, ...containers.map(changeLine)].join("\n");
}

function changeLine({ container, push, redeploys }: ChangedContainer): string {
  const change = redeploys ? `${push.after}, same image redeployed` : `${push.before} -> ${push.after}`;
  return `${container}: ${change}`;
}

// What is worst for a sender stands first.
const WORST: readonly number[] = [503, 502, 500, 403, 400, 202];

function severalAnswer(hook: UpgradeHook, workloads: readonly WorkloadOutcome[]): Answer {
  const answers = workloads.map((one) => upgradeAnswer(hookFor(hook, one), one.outcome));
  const [worst] = WORST.flatMap((status) => answers.filter((answer) => answer.status === status));
  const body = linesOf(hook, workloads, (one, outcome) => upgradeAnswer(one, outcome).body.toString());
  if (worst !== undefined) return { ...worst, body };
  const { message, headers, successStatus } = hook.response;
  return workloads.some(isDone)
    ? { status: successStatus, body: message ?? body, headers }
    : { status: 200, body, headers };
}

// The hook as it would be for one of the workloads that it selects.
const hookFor = (hook: UpgradeHook, { target }: WorkloadOutcome): UpgradeHook => ({
  ...hook,
  upgrade: { ...hook.upgrade, target },
  response: { ...hook.response, message: null, successStatus: 200 },
});

const isDone = ({ outcome }: WorkloadOutcome): boolean => isSuccess(outcome) || outcome.kind === "ended";

// What was done begins with the workload's name, as kubectl prints it; what was not gets it.
const linesOf = (
  hook: UpgradeHook,
  workloads: readonly WorkloadOutcome[],
  say: (hook: UpgradeHook, outcome: SingleOutcome) => string,
): string =>
  workloads
    .map((one) => {
      const own = hookFor(hook, one);
      const text = say(own, one.outcome);
      return isDone(one) ? text : `${qualifiedName(own.upgrade.target)}: ${text}`;
    })
    .join("\n");

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
