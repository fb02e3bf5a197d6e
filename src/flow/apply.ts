import type { UpgradeHook } from "../core/hook/hook.ts";
import { describeFailure, isFinal, type ClusterFailure } from "../core/rollout/cluster-failure.ts";
import { joined, type Change } from "../core/rollout/change.ts";
import { isNewer, timesOf, timesOfPending } from "../core/rollout/order.ts";
import { wasRefusalTold, withNotices } from "../core/rollout/outbox.ts";
import { patchFor } from "../core/rollout/patch.ts";
import { pendingOf, withoutPush, withPending, withPush, type RolloutState } from "../core/rollout/state.ts";
import type { Workload } from "../core/rollout/workload.ts";
import { fail, ok, type Result } from "../core/result.ts";
import type { Changes, Job } from "./job.ts";
import type { Clock, EventRecorder, StoredState, States, Workloads } from "./ports.ts";

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
interface ApplyParts {
  readonly states: States;
  readonly workloads: Workloads;
  readonly events: EventRecorder;
  readonly clock: Clock;
  /** The channels by which the owners of a hook are told; none where nobody is. */
  readonly channelsOf: (hook: UpgradeHook) => readonly string[];
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
  if (isFinal(failure)) await withdraw(job, changes, parts, failure);
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
  if (waiting === null || isNewer(timesOfPending(waiting), timesOf(accepted.events, accepted.arrivedAt))) return recorded;
  return withPending(recorded, container, null);
}

/** A state without the records of changes. */
export const withoutChanges = (state: RolloutState, changes: readonly Change[]): RolloutState =>
  changes.reduce((next, { container, push }) => withoutPush(next, container.name, push), state);

const WITHDRAW_TRIES = 3;

/**
 * Takes an intent back that came to nothing, so that the next delivery of the push is tried and not held. With a failure
 * the owners of the hook are told of it, at most hourly. Where it cannot be taken back the push stays on record as
 * accepted and not applied.
 */
export async function withdraw(
  job: Job,
  changes: readonly Change[],
  parts: Pick<ApplyParts, "states" | "channelsOf" | "clock">,
  failure: ClusterFailure | null = null,
): Promise<void> {
  const [first, ...others] = changes;
  if (first === undefined) return;
  const { target, accepted } = job;
  for (let tries = 0; tries < WITHDRAW_TRIES; tries++) {
    const stored = await (tries === 0 ? parts.states.recall : parts.states.load)(target, accepted.signal);
    if (stored.kind === "error") return;
    const without = withoutChanges(stored.value.state, changes);
    const state = failure === null ? without : withRefusal(without, [first, ...others], { job, failure, parts });
    if (state === stored.value.state) return;
    const saved = await parts.states.save(target, { ...stored.value, state }, accepted.signal);
    if (saved.kind === "ok" || saved.error.kind !== "conflict") return;
  }
}

const HOUR_MS = 3_600_000;

function withRefusal(
  state: RolloutState,
  changes: Changes,
  told: { readonly job: Job; readonly failure: ClusterFailure; readonly parts: Pick<ApplyParts, "channelsOf" | "clock"> },
): RolloutState {
  const { accepted } = told.job;
  const { id: hook } = accepted.hook;
  const now = told.parts.clock.now();
  const reason = describeFailure(told.failure);
  if (wasRefusalTold(state, hook, reason, new Date(now.getTime() - HOUR_MS).toISOString())) return state;
  const about = {
    hook,
    changes: changes.map(({ container, push: { before, after }, redeploys }) => ({
      container: container.name,
      before,
      after,
      redeploys,
    })),
    result: { kind: "refused" as const, reason },
    acceptedAt: changes[0].push.acceptedAt,
    finishedAt: now.toISOString(),
    request: accepted.requestId,
  };
  return withNotices(state, about, told.parts.channelsOf(accepted.hook), { identity: "", now });
}
