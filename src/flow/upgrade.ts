import type { PushOutcome, SingleOutcome } from "../core/delivery/outcome.ts";
import { plannedOutcome } from "../core/delivery/planned-outcome.ts";
import type { UpgradeHook } from "../core/hook/hook.ts";
import type { ClusterFailure } from "../core/rollout/cluster-failure.ts";
import type { Change } from "../core/rollout/change.ts";
import { timesOf } from "../core/rollout/order.ts";
import { isApplied } from "../core/rollout/plan.ts";
import { planWorkload, type Skip, type WorkloadPlan } from "../core/rollout/plan-workload.ts";
import { pushesOf, withRecord, type PushRecord } from "../core/rollout/state.ts";
import { targetKey, type Target } from "../core/rollout/target.ts";
import type { Workload } from "../core/rollout/workload.ts";
import { fail, ok, type Result } from "../core/result.ts";
import { apply, withdrawalOf } from "./apply.ts";
import { foreseeHold, hold } from "./hold.ts";
import type { Changes, Job } from "./job.ts";
import { createLine, type Done } from "./line.ts";
import { createPathfinder } from "./pathfinder.ts";
import { createPatience } from "./patience.ts";
import type { Clock, EventRecorder, States, StoredState, Workloads } from "./ports.ts";
import type { AcceptedPush } from "./push.ts";
import { createSerial } from "./serial.ts";
import { upgradeSelected } from "./upgrade-selected.ts";
import { isVetting, type Vet } from "./vet.ts";
import { withdraw, withoutChanges } from "./withdraw.ts";
import { isVetted, vetPlan, type VettedPush } from "./vet-plan.ts";

/** What the upgrade reaches. */
export interface UpgradeParts {
  readonly workloads: Workloads;
  readonly states: States;
  readonly events: EventRecorder;
  readonly clock: Clock;
  readonly vet: Vet;
  /** The channels by which the owners of a hook are told; none where nobody is. */
  readonly channelsOf: (hook: UpgradeHook, owners: string) => readonly string[];
  /** Called for each change that the API server has stored; returns at once. */
  readonly onChanged: (accepted: AcceptedPush) => void;
}

/** Rolls workloads forward: all that a push is for, or one. */
export interface UpgradeAction {
  readonly upgrade: (accepted: AcceptedPush) => Promise<PushOutcome>;
  readonly upgradeOne: (accepted: AcceptedPush, target: Target) => Promise<SingleOutcome>;
}

// Pushes for one container gather for so long after a change of it.
const PACE_MS = 700;

const OVERTAKEN: SingleOutcome = {
  kind: "cluster",
  failure: { kind: "conflict", message: "the workload was changed while the registry was asked for the image" },
};

/** One look at the cluster, and what it makes of a push. */
interface Look {
  readonly stored: StoredState;
  readonly workload: Workload;
  readonly plan: WorkloadPlan;
}

/**
 * Makes the upgrade: store the intent, patch the workload, answer. What fails is tried again, on what is there then, for
 * as long as the request has time. Pushes of one workload are taken one after the other, those of a selection for each
 * of its workloads. Of a dry run it says what would become of it.
 */
export function createUpgrade(parts: UpgradeParts): UpgradeAction {
  const serial = createSerial();
  const line = createLine(PACE_MS);
  const pathfinder = createPathfinder();
  const inTurn = (job: Job, task: (hasWaited: boolean) => Promise<Done<SingleOutcome>>): Promise<SingleOutcome> => {
    const { accepted, target } = job;
    const key = targetKey(target);
    const times = timesOf(accepted.events, accepted.arrivedAt);
    return line.run(`${key} ${accepted.hook.upgrade.container}`, times, (hasWaited) =>
      serial.run(key, () => task(hasWaited)),
    );
  };
  const upgradeOne: UpgradeAction["upgradeOne"] = async (accepted, target) => {
    // A registry that is slow holds up no other push of the workload.
    const vetted = await vetFirst({ accepted, target }, parts);
    if (vetted.kind === "error") return vetted.error;
    const job = { accepted: vetted.value.accepted, target };
    if (accepted.isDryRun) return foresee(job, parts);
    // Of many that come at once the first asks the API server, and the others know what it has read.
    const looked = await pathfinder.run(
      targetKey(target),
      () => look(job, parts, { isFresh: false, own: [] }),
      job.accepted.signal,
    );
    // What changes nothing does not wait for those that do.
    if (looked.kind === "ok" && looked.value.plan.kind !== "change") return leave(job, looked.value, parts);
    return inTurn(job, async (hasWaited) => {
      const value = await upgradeInTurn(job, vetted.value, { parts, looked: hasWaited ? null : looked });
      return { value, isChange: value.kind === "changed" };
    });
  };
  const upgrade: UpgradeAction["upgrade"] = (accepted) => {
    const { target } = accepted.hook.upgrade;
    if (target.kind !== "selected") return upgradeOne(accepted, target);
    const { workloads } = parts;
    return upgradeSelected(target, { workloads, upgradeOne: (one) => upgradeOne(accepted, one) }, accepted.signal);
  };
  return { upgrade, upgradeOne };
}

async function vetFirst(job: Job, parts: UpgradeParts): Promise<Result<VettedPush, SingleOutcome>> {
  const { accepted } = job;
  if (!isVetting(accepted.hook.upgrade)) return ok({ accepted, fit: [] });
  const looked = await look(job, parts, { isFresh: false, own: [] });
  if (looked.kind === "error") return fail({ kind: "cluster", failure: looked.error });
  return vetPlan(looked.value.plan, accepted, parts.vet);
}

// Answers that nothing is to be done.
async function leave(job: Job, { plan, stored }: Look, parts: UpgradeParts): Promise<SingleOutcome> {
  if (plan.kind === "skip") await renew(job, plan.skips, stored, parts);
  return toOutcome(plan, job);
}

// What would become of a push; only reads.
async function foresee(job: Job, parts: UpgradeParts): Promise<SingleOutcome> {
  const looked = await look(job, parts, { isFresh: true, own: [] });
  if (looked.kind === "error") return { kind: "cluster", failure: looked.error };
  const { plan } = looked.value;
  const held = plan.kind === "change" ? foreseeHold(job, plan.changes) : null;
  return held ?? toOutcome(plan, job);
}

/** What is known of a push from the tries so far. */
interface Attempts {
  /** What they have recorded: the push is no repetition of itself. */
  own: readonly Change[];
  /** What the API server may have been patched to, though its answer was lost. */
  doubted: Changes | null;
}

type Step =
  | { readonly kind: "done"; readonly outcome: SingleOutcome }
  | { readonly kind: "again"; readonly failure: ClusterFailure };

const done = (outcome: SingleOutcome): Step => ({ kind: "done", outcome });
const again = (failure: ClusterFailure): Step => ({ kind: "again", failure });

async function upgradeInTurn(
  job: Job,
  vetted: VettedPush,
  { parts, looked }: { readonly parts: UpgradeParts; readonly looked: Trial["looked"] },
): Promise<SingleOutcome> {
  const patience = createPatience(job.accepted.remainingMs);
  const attempts: Attempts = { own: [], doubted: null };
  for (
    let trial: Trial = { parts, attempts, isFresh: false, looked };
    ;
    trial = { ...trial, isFresh: true, looked: null }
  ) {
    const step = await attempt(job, vetted, trial);
    if (step.kind === "done") return step.outcome;
    if (await patience.awaits(step.failure)) continue;
    if (step.failure.kind !== "conflict") return { kind: "cluster", failure: step.failure };
    await withdraw(withdrawalOf(job), attempts.own, parts);
    const message = `tried in vain against other changes of the workload: ${step.failure.message}`;
    return { kind: "cluster", failure: { kind: "conflict", message } };
  }
}

interface Trial {
  readonly parts: UpgradeParts;
  readonly attempts: Attempts;
  readonly isFresh: boolean;
  /** What was seen a moment ago; null where it is to be looked at now. */
  readonly looked: Result<Look, ClusterFailure> | null;
}

async function attempt(job: Job, vetted: VettedPush, { parts, attempts, isFresh, ...trial }: Trial): Promise<Step> {
  const looked = trial.looked ?? (await look(job, parts, { isFresh, own: attempts.own }));
  if (looked.kind === "error") return again(looked.error);
  const { plan, stored, workload } = looked.value;
  const { doubted } = attempts;
  // The answer to an earlier try was lost, and the change is there.
  if (doubted !== null && isDone(doubted, workload)) return done(report(job, doubted, workload, parts));
  if (plan.kind !== "change" || !isVetted(plan, vetted)) {
    await withdraw(withdrawalOf(job), attempts.own, parts);
    if (plan.kind === "change") return done(OVERTAKEN);
    return done(attempts.own.length === 0 ? await leave(job, looked.value, parts) : toOutcome(plan, job));
  }
  return carryOut(job, { stored, workload, changes: plan.changes }, { parts, attempts });
}

// That the same was pushed again is remembered as well as can be: who heard of it was told that it runs.
async function renew(
  { target, accepted }: Job,
  skips: readonly Skip[],
  stored: StoredState,
  { states }: UpgradeParts,
): Promise<void> {
  const state = skips.reduce(
    (next, { container, renews }) =>
      renews === undefined ? next : withRecord(next, container.name, renews.push, { renewedAt: renews.at }),
    stored.state,
  );
  if (state !== stored.state) await states.save(target, { ...stored, state }, accepted.signal);
}

async function carryOut(
  job: Job,
  {
    stored,
    workload,
    changes,
  }: { readonly stored: StoredState; readonly workload: Workload; readonly changes: Changes },
  { parts, attempts }: Pick<Trial, "parts" | "attempts">,
): Promise<Step> {
  const held = await hold(job, { changes, stored, workload }, parts);
  if (held !== null) return held.kind === "ok" ? done(held.value) : again(held.error);
  const earlier = attempts.own;
  // A repetition carries the record of the push that it repeats, and stays one.
  attempts.own = [...earlier, ...changes.filter(({ push }) => isOf(push, job))];
  const applied = await apply(job, { stored, workload, changes, earlier }, parts);
  if (applied.kind === "ok") return done(report(job, changes, applied.value, parts));
  if (applied.error.isDoubtful) attempts.doubted = changes;
  return again(applied.error.failure);
}

const isOf = ({ acceptedAt, request }: PushRecord, { accepted: { arrivedAt, requestId } }: Job): boolean =>
  acceptedAt === arrivedAt.toISOString() && request === requestId;

const isDone = (changes: Changes, workload: Workload): boolean =>
  changes.every(({ container, push }) => {
    const now = workload.containers.find(({ name }) => name === container.name);
    return now !== undefined && isApplied(push, now, workload);
  });

interface Moment {
  readonly isFresh: boolean;
  readonly own: readonly Change[];
}

// A skip or a refusal is answered only after a fresh read; a change may be planned on an old one, since its patch tests.
// That a newer push is on record does not change any more.
async function look(job: Job, parts: UpgradeParts, moment: Moment): Promise<Result<Look, ClusterFailure>> {
  const { accepted, target } = job;
  const { hook, events, network, signal, arrivedAt: now, requestId: request } = accepted;
  const { workloads, states } = parts;
  const { isFresh, own } = moment;
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
    request,
  });
  const isCertain = isFresh || plan.kind === "change" || plan.kind === "older";
  return isCertain
    ? ok({ stored: stored.value, workload: workload.value, plan })
    : look(job, parts, { ...moment, isFresh: true });
}

function report(job: Job, changes: Changes, workload: Workload, parts: UpgradeParts): SingleOutcome {
  parts.events.record(workload, { type: "Normal", reason: "ImageUpdated", message: describe(job.accepted, changes) });
  parts.onChanged(job.accepted);
  return toOutcome({ kind: "change", changes }, job);
}

const toOutcome = (plan: WorkloadPlan, { accepted, target }: Job): SingleOutcome =>
  plannedOutcome(plan, accepted.hook.upgrade, target);

function describe({ hook, requestId }: AcceptedPush, changes: Changes): string {
  const made = changes.map(({ container, push, redeploys }) => {
    const change = redeploys ? `${push.after} redeployed` : `${push.before} -> ${push.after}`;
    return `${container.name}: ${change}`;
  });
  return `${made.join(", ")} (hook ${hook.id}, request ${requestId})`;
}
