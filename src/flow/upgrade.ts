import { foreignReason } from "../core/delivery/foreign-reason.ts";
import { HELD } from "../core/delivery/upgrade-answer.ts";
import { isFinal, type ClusterFailure } from "../core/rollout/cluster-failure.ts";
import type { PushOutcome } from "../core/delivery/outcome.ts";
import { patchFor } from "../core/rollout/patch.ts";
import { planPushes } from "../core/rollout/choose-push.ts";
import { candidateOf, isSameImage, withDigest, type Candidate } from "../core/rollout/candidate.ts";
import type { Plan } from "../core/rollout/plan.ts";
import { isSamePush, pushesOf, withoutPush, withPush, type PushRecord } from "../core/rollout/state.ts";
import { targetKey } from "../core/rollout/target.ts";
import type { Workload } from "../core/rollout/workload.ts";
import { fail, ok, type Result } from "../core/result.ts";
import type { Clock, EventRecorder, States, StoredState, Workloads } from "./ports.ts";
import type { AcceptedPush } from "./push.ts";
import { createSerial } from "./serial.ts";
import { isVetting, type Vet } from "./vet.ts";

/** A change that the API server has stored: what the follower follows. */
export interface AppliedChange {
  readonly accepted: AcceptedPush;
  readonly push: PushRecord;
  readonly redeploys: boolean;
  /** The workload as the change left it. */
  readonly workload: Workload;
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
  readonly onRefused: (accepted: AcceptedPush, push: PushRecord, failure: ClusterFailure) => void;
}

const MAX_TRIES = 5;

const OVERTAKEN: PushOutcome = {
  kind: "cluster",
  failure: { kind: "conflict", message: "the workload was changed while the registry was asked for the image" },
};

type Change = Plan & { kind: "change" };

/** One look at the cluster, and what it makes of a push. */
interface Look {
  readonly stored: StoredState;
  readonly workload: Workload;
  readonly plan: Plan;
}

/**
 * Makes the upgrade: store the intent, patch the workload, answer. A lost race is planned again on what is there
 * now. Pushes of one workload are taken one after the other. Of a dry run it says what would become of it.
 */
export function createUpgrade(parts: UpgradeParts): (accepted: AcceptedPush) => Promise<PushOutcome> {
  const serial = createSerial();
  return async (accepted) => {
    // A registry that is slow holds up no other push of the workload.
    const vetted = await vetFirst(accepted, parts);
    if (vetted.kind === "error") return vetted.error;
    return serial.run(targetKey(accepted.hook.upgrade.target), () =>
      accepted.isDryRun ? foresee(vetted.value.accepted, parts) : upgrade(vetted.value, parts),
    );
  };
}

/** A push with what its registry says of it. */
interface VettedPush {
  readonly accepted: AcceptedPush;
  /** The image that was found fit; null where none was asked for. */
  readonly fit: Candidate | null;
}

// What needs no change of the workload needs no question to the registry either.
async function vetFirst(accepted: AcceptedPush, parts: UpgradeParts): Promise<Result<VettedPush, PushOutcome>> {
  const { upgrade: settings } = accepted.hook;
  if (!isVetting(settings)) return ok({ accepted, fit: null });
  const looked = await look(accepted, parts, { isFresh: false, now: parts.clock.now(), own: null });
  if (looked.kind === "error") return fail({ kind: "cluster", failure: looked.error });
  const { plan } = looked.value;
  const candidate = candidateOf(plan);
  if (candidate === null) return ok({ accepted, fit: null });
  const digest = await parts.vet(candidate, settings, accepted.signal);
  if (digest.kind === "error") return digest;
  if (plan.kind !== "no-digest" || digest.value === null) return ok({ accepted, fit: candidate });
  return ok({
    accepted: { ...accepted, events: withDigest(accepted.events, plan.pushed, digest.value) },
    fit: candidate,
  });
}

// What would become of a push; only reads.
async function foresee(accepted: AcceptedPush, parts: UpgradeParts): Promise<PushOutcome> {
  const looked = await look(accepted, parts, { isFresh: true, now: parts.clock.now(), own: null });
  if (looked.kind === "error") return { kind: "cluster", failure: looked.error };
  const { plan } = looked.value;
  if (plan.kind !== "change") return outcomeOf(plan, accepted);
  return { kind: "changed", push: plan.push, redeploys: plan.redeploys };
}

// An image that is another than the one that was vetted is not set: someone changed the workload in the meantime.
function changeOf(plan: Plan, { accepted, fit }: VettedPush): Result<Change, PushOutcome> {
  if (plan.kind !== "change") return fail(outcomeOf(plan, accepted));
  const isFit = !isVetting(accepted.hook.upgrade) || isSameImage(fit, candidateOf(plan));
  return isFit ? ok(plan) : fail(OVERTAKEN);
}

async function upgrade(vetted: VettedPush, parts: UpgradeParts): Promise<PushOutcome> {
  const { accepted } = vetted;
  const now = parts.clock.now();
  let own: PushRecord | null = null;
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const looked = await look(accepted, parts, { isFresh: tries > 0, now, own });
    if (looked.kind === "error") return { kind: "cluster", failure: looked.error };
    const { plan, stored } = looked.value;
    const change = changeOf(plan, vetted);
    if (change.kind === "error") {
      if (own !== null) await withdraw(accepted, stored, own, parts);
      return change.error;
    }
    const { push } = change.value;
    // A repetition carries the record of the push that it repeats, and stays one.
    if (push.acceptedAt === now.toISOString()) own = push;
    const applied = await apply(accepted, { ...looked.value, plan: change.value }, parts);
    if (applied.kind === "ok") return applied.value;
    if (applied.error.kind !== "conflict") return { kind: "cluster", failure: applied.error };
  }
  const left = await parts.states.load(accepted.hook.upgrade.target, accepted.signal);
  if (left.kind === "ok" && own !== null) await withdraw(accepted, left.value, own, parts);
  const message = `${String(MAX_TRIES)} tries lost against other changes of the workload`;
  return { kind: "cluster", failure: { kind: "conflict", message } };
}

interface Moment {
  readonly isFresh: boolean;
  readonly now: Date;
  /** What an earlier try of this very push has recorded: it is no repetition of itself. */
  readonly own: PushRecord | null;
}

// A skip or a refusal is answered only after a fresh read; a change may be planned on an old one, since its patch tests.
async function look(
  accepted: AcceptedPush,
  parts: UpgradeParts,
  { isFresh, now, own }: Moment,
): Promise<Result<Look, ClusterFailure>> {
  const { hook, events, network, signal } = accepted;
  const { target, container } = hook.upgrade;
  const { workloads, states } = parts;
  const workload = isFresh ? await workloads.read(target, signal) : await workloads.recall(target, signal);
  if (workload.kind === "error") return workload;
  const stored = isFresh ? await states.load(target, signal) : await states.recall(target, signal);
  if (stored.kind === "error") return stored;
  const pushes = pushesOf(stored.value.state, container).filter((push) => own === null || !isSamePush(push, own));
  const plan = planPushes({
    hook: hook.id,
    upgrade: hook.upgrade,
    network,
    events,
    workload: workload.value,
    pushes,
    now,
  });
  if (plan.kind !== "change" && !isFresh) return look(accepted, parts, { isFresh: true, now, own });
  return ok({ stored: stored.value, workload: workload.value, plan });
}

async function apply(
  accepted: AcceptedPush,
  { stored, workload, plan }: Look & { plan: Change },
  parts: UpgradeParts,
): Promise<Result<PushOutcome, ClusterFailure>> {
  const { target, container } = accepted.hook.upgrade;
  const { push, redeploys } = plan;
  const intent = { ...stored, state: withPush(stored.state, container, push) };
  const saved = await parts.states.save(target, intent, accepted.signal);
  if (saved.kind === "error") return saved;
  const patched = await parts.workloads.patch(target, patchFor(plan, workload), accepted.signal);
  if (patched.kind === "error") {
    if (isFinal(patched.error)) await withdraw(accepted, saved.value, push, parts);
    if (isFinal(patched.error)) parts.onRefused(accepted, push, patched.error);
    return fail(patched.error);
  }
  parts.events.record(patched.value, {
    type: "Normal",
    reason: "ImageUpdated",
    message: describe(accepted, push, redeploys),
  });
  parts.onApplied({ accepted, push, redeploys, workload: patched.value });
  return ok({ kind: "changed", push, redeploys });
}

// An intent that came to nothing is taken back, so that the next delivery of the push is tried and not held. Where that
// fails too, the push stays on record as accepted and not applied.
async function withdraw(
  accepted: AcceptedPush,
  saved: StoredState,
  push: PushRecord,
  { states }: UpgradeParts,
): Promise<void> {
  const { target, container } = accepted.hook.upgrade;
  const isRecorded = pushesOf(saved.state, container).some((other) => isSamePush(other, push));
  if (isRecorded)
    await states.save(target, { ...saved, state: withoutPush(saved.state, container, push) }, accepted.signal);
}

function describe({ hook, requestId }: AcceptedPush, push: PushRecord, redeploys: boolean): string {
  const { container } = hook.upgrade;
  const change = redeploys ? `${push.after} redeployed` : `${push.before} -> ${push.after}`;
  return `${container}: ${change} (hook ${hook.id}, request ${requestId})`;
}

function outcomeOf(plan: Exclude<Plan, { kind: "change" }>, { hook }: AcceptedPush): PushOutcome {
  const { target, container, style } = hook.upgrade;
  const where = `${target.kind} "${target.name}" in namespace "${target.namespace}"`;
  switch (plan.kind) {
    case "outside-policy":
      return { kind: "ignored", reason: plan.reason };
    case "no-digest": {
      const { repository, tag } = plan.pushed;
      const reason = `the push of ${repository}:${tag} brings no digest, which this hook pins: let its registry send one, or set image.digest to ignore`;
      return { kind: "not-allowed", reason };
    }
    case "skip":
      if (plan.reason === "held") return { kind: "ignored", reason: HELD };
      return { kind: "skipped", reason: plan.reason, image: plan.container.image };
    case "no-container":
      return {
        kind: "not-served",
        reason: `${where} has no container "${container}": it has ${plan.available.join(", ")}`,
      };
    case "foreign-repository":
      return { kind: "foreign-repository", reason: foreignReason(plan, style) };
  }
}
