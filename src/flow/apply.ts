import { isFinal, type ClusterFailure } from "../core/rollout/cluster-failure.ts";
import { joined, type Change } from "../core/rollout/change.ts";
import { isNewer, timesOf, timesOfPending } from "../core/rollout/order.ts";
import { patchFor } from "../core/rollout/patch.ts";
import { pendingOf, withPending, withPush, type RolloutState } from "../core/rollout/state.ts";
import type { Workload } from "../core/rollout/workload.ts";
import { fail, ok, type Result } from "../core/result.ts";
import type { Changes, Job } from "./job.ts";
import type { EventRecorder, StoredState, Workloads } from "./ports.ts";
import { withdraw, withoutChanges, type Withdrawal, type WithdrawParts } from "./withdraw.ts";

/** What is to be done, on what it was planned, and what earlier tries of it have recorded. */
interface Intent {
  readonly stored: StoredState;
  readonly workload: Workload;
  readonly changes: Changes;
  readonly earlier: readonly Change[];
}

/**
 * Why it was not done; doubtful where it may have been done all the same: by the API server, whose answer was lost, or by
 * another replica, which found the record and a copy of the delivery.
 */
interface ApplyFailure {
  readonly failure: ClusterFailure;
  readonly isDoubtful: boolean;
}

/** What it reaches. */
interface ApplyParts extends WithdrawParts {
  readonly workloads: Pick<Workloads, "patch">;
  readonly events: EventRecorder;
}

/**
 * Stores what is meant to be done, then does it: the record of the push stands in the workload's state before the
 * workload is patched. What the API server refuses for good is taken back, and its owners are told.
 */
export async function apply(job: Job, intent: Intent, parts: ApplyParts): Promise<Result<Workload, ApplyFailure>> {
  const { target, accepted } = job;
  const { changes, workload, stored } = intent;
  const saved = await parts.states.save(target, { ...stored, state: withIntent(job, intent) }, accepted.signal);
  if (saved.kind === "error") return fail({ failure: saved.error, isDoubtful: saved.error.kind === "unreachable" });
  parts.events.record(workload, { type: "Normal", reason: "ImageAccepted", message: accepting(job, changes) });
  const patched = await parts.workloads.patch(target, patchFor(changes, workload), accepted.signal);
  if (patched.kind === "ok") return ok(patched.value);
  const failure = patched.error;
  if (isFinal(failure)) await withdraw({ ...withdrawalOf(job), owners: workload.owners }, changes, parts, failure);
  return fail({ failure, isDoubtful: !isFinal(failure) });
}

const accepting = ({ accepted: { hook, requestId } }: Job, changes: Changes): string =>
  `${joined(changes, ({ push }) => push.after)} was accepted (hook ${hook.id}, request ${requestId})`;

// What an earlier try meant to do and this one does not is no intent any more; neither is an older push that waited.
function withIntent({ accepted }: Job, { stored: { state }, changes, earlier }: Intent): RolloutState {
  const recorded = changes.reduce(
    (next, { container, push }) => withPush(next, container.name, push),
    withoutChanges(state, earlier),
  );
  const { container } = accepted.hook.upgrade;
  const waiting = pendingOf(state, container);
  if (waiting === null || isNewer(timesOfPending(waiting), timesOf(accepted.events, accepted.arrivedAt)))
    return recorded;
  return withPending(recorded, container, null);
}

/** What is taken back of a push. */
export const withdrawalOf = ({ target, accepted: { hook, requestId, signal } }: Job): Withdrawal => ({
  target,
  hook,
  request: requestId,
  owners: "",
  signal,
});
