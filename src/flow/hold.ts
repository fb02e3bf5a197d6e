import type { PushEvent } from "../core/event/push-event.ts";
import type { SingleOutcome } from "../core/delivery/outcome.ts";
import { olderReason } from "../core/delivery/planned-outcome.ts";
import { joined, type Change } from "../core/rollout/change.ts";
import type { ClusterFailure } from "../core/rollout/cluster-failure.ts";
import { repeatedPush } from "../core/rollout/delivery-key.ts";
import { holdOf, type Hold } from "../core/rollout/gate.ts";
import { isNewer, pushTimeOf, timesOfPending } from "../core/rollout/order.ts";
import { pendingOf, withPending, type PendingPush } from "../core/rollout/state.ts";
import { fail, ok, type Result } from "../core/result.ts";
import type { Workload } from "../core/rollout/workload.ts";
import type { Changes, Job } from "./job.ts";
import type { EventRecorder, StoredState, States } from "./ports.ts";

/** What would become of a push whose hook does not let it be carried out now; null where it does. */
export function foreseeHold({ accepted }: Job, changes: Changes): SingleOutcome | null {
  const held = holdFor(accepted, changes);
  return held === null ? null : { kind: "held", ...held };
}

/** A change that may have to wait, and what it was planned on. */
interface Held {
  readonly changes: Changes;
  readonly stored: StoredState;
  readonly workload: Workload;
}

/**
 * Stores a push whose hook does not let it be carried out now; null where it does. Of several that wait for a workload's
 * containers the newest stays.
 */
export async function hold(
  job: Job,
  { changes, stored, workload }: Held,
  { states, events }: { readonly states: Pick<States, "save">; readonly events: EventRecorder },
): Promise<Result<SingleOutcome, ClusterFailure> | null> {
  const { accepted, target } = job;
  const held = holdFor(accepted, changes);
  if (held === null) return null;
  const { container } = accepted.hook.upgrade;
  const pending = toPending(job, changes, held);
  const waiting = pendingOf(stored.state, container);
  if (waiting !== null && isSameHeld(waiting, pending)) return ok({ kind: "held", ...held });
  if (waiting !== null && isNewer(timesOfPending(waiting), timesOfPending(pending)))
    return ok({ kind: "ignored", reason: olderReason({ after: waiting.image, ...timesOfPending(waiting) }) });
  const state = withPending(stored.state, container, pending);
  const saved = await states.save(target, { ...stored, state }, accepted.signal);
  if (saved.kind === "error") return fail(saved.error);
  const until = held.until === null ? "" : ` until ${held.until}`;
  const message = `${pending.image} waits${until}: ${held.reason} (hook ${accepted.hook.id}, request ${accepted.requestId})`;
  events.record(workload, { type: "Normal", reason: "ImageHeld", message });
  return ok({ kind: "held", ...held });
}

function holdFor({ hook, arrivedAt }: Job["accepted"], changes: Changes): Hold | null {
  const newest = changes.map(({ push }) => pushTimeOf(push)).reduce((a, b) => (a > b ? a : b));
  return holdOf(hook.upgrade.gate, newest, arrivedAt);
}

function toPending({ accepted }: Job, changes: Changes, { until, reason }: Hold): PendingPush {
  const now = accepted.arrivedAt;
  const isMeant = (event: PushEvent): boolean =>
    changes.some(({ push }) => repeatedPush(event, [push], now) !== undefined);
  const meant = accepted.events.filter(isMeant);
  return {
    hook: accepted.hook.id,
    request: accepted.requestId,
    acceptedAt: accepted.arrivedAt.toISOString(),
    network: accepted.network,
    events: meant.map((event) => ({ ...event })),
    until,
    reason,
    image: joined<Change>(changes, ({ push }) => push.after),
  };
}

// A repetition of what waits already.
const isSameHeld = (one: PendingPush, other: PendingPush): boolean =>
  one.hook === other.hook && print(one) === print(other) && !isAnonymous(other);

// What was read from the cluster has its fields in another order.
const print = ({ events }: PendingPush): string =>
  JSON.stringify(
    events.map(({ repository, tag, digest, pushedAt, delivery }) => [repository, tag, digest, pushedAt, delivery]),
  );

const isAnonymous = ({ events }: PendingPush): boolean =>
  events.every(({ digest, pushedAt, delivery }) => digest === null && pushedAt === null && delivery === null);
