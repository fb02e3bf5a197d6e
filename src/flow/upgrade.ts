import type { PushOutcome, SingleOutcome } from "../core/delivery/outcome.ts";
import { plannedOutcome } from "../core/delivery/planned-outcome.ts";
import { isFinal, type ClusterFailure } from "../core/rollout/cluster-failure.ts";
import type { Change } from "../core/rollout/change.ts";
import { patchFor } from "../core/rollout/patch.ts";
import { planWorkload, type WorkloadPlan } from "../core/rollout/plan-workload.ts";
import { pushesOf, withoutPush, withPush, type RolloutState } from "../core/rollout/state.ts";
import { targetKey, type Target } from "../core/rollout/target.ts";
import type { Workload } from "../core/rollout/workload.ts";
import { fail, ok, type Result } from "../core/result.ts";
import type { Clock, EventRecorder, States, StoredState, Workloads } from "./ports.ts";
import type { AcceptedPush } from "./push.ts";
import { createSerial } from "./serial.ts";
import { upgradeSelected } from "./upgrade-selected.ts";
import { isVetting, type Vet } from "./vet.ts";
import { isVetted, vetPlan, type VettedPush } from "./vet-plan.ts";

type Changes = readonly [Change, ...Change[]];

/** A change of a workload that the API server has stored: what the follower follows. */
export interface AppliedChange {
  readonly accepted: AcceptedPush;
  /** One for each container that was changed. */
  readonly changes: Changes;
  /** The workload as the change left it. */
  readonly workload: Workload;
}

/** A change of a workload that the API server refused. */
export interface RefusedChange {
  readonly accepted: AcceptedPush;
  readonly target: Target;
  readonly changes: Changes;
  readonly failure: ClusterFailure;
}

/** What the upgrade reaches. */
export interface UpgradeParts {
  readonly workloads: Workloads;
  readonly states: States;
  readonly events: EventRecorder;
  readonly clock: Clock;
  readonly vet: Vet;
  /** Called once for each change that the API server has stored; returns at once. */
  readonly onApplied: (change: AppliedChange) => void;
  /** Called for each change that the API server refused; returns at once. */
  readonly onRefused: (change: RefusedChange) => void;
}

const MAX_TRIES = 5;

const OVERTAKEN: SingleOutcome = {
  kind: "cluster",
  failure: { kind: "conflict", message: "the workload was changed while the registry was asked for the image" },
};

/** A push on its way to a workload. */
interface Job {
  readonly accepted: AcceptedPush;
  readonly target: Target;
}

/** One look at the cluster, and what it makes of a push. */
interface Look {
  readonly stored: StoredState;
  readonly workload: Workload;
  readonly plan: WorkloadPlan;
}

/**
 * Makes the upgrade: store the intent, patch the workload, answer. A lost race is planned again on what is there
 * now. Pushes of one workload are taken one after the other, those of a selection for each of its workloads. Of a dry
 * run it says what would become of it.
 */
export function createUpgrade(parts: UpgradeParts): (accepted: AcceptedPush) => Promise<PushOutcome> {
  const serial = createSerial();
  const upgradeOne = async (accepted: AcceptedPush, target: Target): Promise<SingleOutcome> => {
    // A registry that is slow holds up no other push of the workload.
    const vetted = await vetFirst({ accepted, target }, parts);
    if (vetted.kind === "error") return vetted.error;
    const job = { accepted: vetted.value.accepted, target };
    return serial.run(targetKey(target), () =>
      accepted.isDryRun ? foresee(job, parts) : upgrade(job, vetted.value, parts),
    );
  };
  return (accepted) => {
    const { target } = accepted.hook.upgrade;
    if (target.kind !== "selected") return upgradeOne(accepted, target);
    const { workloads } = parts;
    return upgradeSelected(target, { workloads, upgradeOne: (one) => upgradeOne(accepted, one) }, accepted.signal);
  };
}

async function vetFirst(job: Job, parts: UpgradeParts): Promise<Result<VettedPush, SingleOutcome>> {
  const { accepted } = job;
  if (!isVetting(accepted.hook.upgrade)) return ok({ accepted, fit: [] });
  const looked = await look(job, parts, { isFresh: false, now: parts.clock.now(), own: [] });
  if (looked.kind === "error") return fail({ kind: "cluster", failure: looked.error });
  return vetPlan(looked.value.plan, accepted, parts.vet);
}

// What would become of a push; only reads.
async function foresee(job: Job, parts: UpgradeParts): Promise<SingleOutcome> {
  const looked = await look(job, parts, { isFresh: true, now: parts.clock.now(), own: [] });
  if (looked.kind === "error") return { kind: "cluster", failure: looked.error };
  return toOutcome(looked.value.plan, job);
}

async function upgrade(job: Job, vetted: VettedPush, parts: UpgradeParts): Promise<SingleOutcome> {
  const now = parts.clock.now();
  let own: readonly Change[] = [];
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const looked = await look(job, parts, { isFresh: tries > 0, now, own });
    if (looked.kind === "error") return { kind: "cluster", failure: looked.error };
    const { plan, stored } = looked.value;
    if (plan.kind !== "change" || !isVetted(plan, vetted)) {
      await withdraw(job, stored, own, parts);
      return plan.kind === "change" ? OVERTAKEN : toOutcome(plan, job);
    }
    const intended = { ...stored, state: withIntent(stored.state, plan.changes, own) };
    // A repetition carries the record of the push that it repeats, and stays one.
    own = [...own, ...plan.changes.filter(({ push }) => push.acceptedAt === now.toISOString())];
    const applied = await apply(job, { ...looked.value, stored: intended, plan }, parts);
    if (applied.kind === "ok") return toOutcome(plan, job);
    if (applied.error.kind !== "conflict") return { kind: "cluster", failure: applied.error };
  }
  const left = await parts.states.load(job.target, job.accepted.signal);
  if (left.kind === "ok") await withdraw(job, left.value, own, parts);
  const message = `${String(MAX_TRIES)} tries lost against other changes of the workload`;
  return { kind: "cluster", failure: { kind: "conflict", message } };
}

interface Moment {
  readonly isFresh: boolean;
  readonly now: Date;
  /** What earlier tries of this very push have recorded: it is no repetition of itself. */
  readonly own: readonly Change[];
}

// A skip or a refusal is answered only after a fresh read; a change may be planned on an old one, since its patch tests.
async function look(job: Job, parts: UpgradeParts, moment: Moment): Promise<Result<Look, ClusterFailure>> {
  const { accepted, target } = job;
  const { hook, events, network, signal } = accepted;
  const { workloads, states } = parts;
  const { isFresh, now, own } = moment;
  const workload = isFresh ? await workloads.read(target, signal) : await workloads.recall(target, signal);
  if (workload.kind === "error") return workload;
  const stored = isFresh ? await states.load(target, signal) : await states.recall(target, signal);
  if (stored.kind === "error") return stored;
  const state = withoutChanges(stored.value.state, own);
  const plan = planWorkload({
    hook: hook.id,
    upgrade: hook.upgrade,
    network,
    events,
    workload: workload.value,
    pushesOf: (container) => pushesOf(state, container),
    now,
  });
  if (plan.kind !== "change" && !isFresh) return look(job, parts, { ...moment, isFresh: true });
  return ok({ stored: stored.value, workload: workload.value, plan });
}

// `stored` is the intent.
async function apply(
  job: Job,
  { stored, workload, plan: { changes } }: Look & { plan: WorkloadPlan & { kind: "change" } },
  parts: UpgradeParts,
): Promise<Result<void, ClusterFailure>> {
  const { accepted, target } = job;
  const saved = await parts.states.save(target, stored, accepted.signal);
  if (saved.kind === "error") return saved;
  const patched = await parts.workloads.patch(target, patchFor(changes, workload), accepted.signal);
  if (patched.kind === "error") {
    if (isFinal(patched.error)) await withdraw(job, saved.value, changes, parts);
    if (isFinal(patched.error)) parts.onRefused({ ...job, changes, failure: patched.error });
    return patched;
  }
  parts.events.record(patched.value, {
    type: "Normal",
    reason: "ImageUpdated",
    message: describe(accepted, changes),
  });
  parts.onApplied({ accepted, changes, workload: patched.value });
  return ok(undefined);
}

// What an earlier try meant to do and this one does not is no intent any more.
const withIntent = (state: RolloutState, changes: Changes, own: readonly Change[]): RolloutState =>
  changes.reduce((next, { container, push }) => withPush(next, container.name, push), withoutChanges(state, own));

const withoutChanges = (state: RolloutState, changes: readonly Change[]): RolloutState =>
  changes.reduce((next, { container, push }) => withoutPush(next, container.name, push), state);

// An intent that came to nothing is taken back, so that the next delivery of the push is tried and not held. Where that
// fails too, the push stays on record as accepted and not applied.
async function withdraw(
  { accepted, target }: Job,
  saved: StoredState,
  changes: readonly Change[],
  { states }: UpgradeParts,
): Promise<void> {
  const state = withoutChanges(saved.state, changes);
  if (state !== saved.state) await states.save(target, { ...saved, state }, accepted.signal);
}

const toOutcome = (plan: WorkloadPlan, { accepted, target }: Job): SingleOutcome =>
  plannedOutcome(plan, accepted.hook.upgrade, target);

function describe({ hook, requestId }: AcceptedPush, changes: Changes): string {
  const done = changes.map(({ container, push, redeploys }) => {
    const change = redeploys ? `${push.after} redeployed` : `${push.before} -> ${push.after}`;
    return `${container.name}: ${change}`;
  });
  return `${done.join(", ")} (hook ${hook.id}, request ${requestId})`;
}
