import { setTimeout as sleep } from "node:timers/promises";
import type { UpgradeHook } from "../core/hook/hook.ts";
import type { NoticeResult } from "../core/notice/notice.ts";
import { joined } from "../core/rollout/change.ts";
import { isFinal } from "../core/rollout/cluster-failure.ts";
import { isRedeploy } from "../core/rollout/plan.ts";
import { withNotices } from "../core/rollout/outbox.ts";
import type { Replaced } from "../core/rollout/progress.ts";
import {
  isOvertaken,
  rolloutId,
  rolloutsOf,
  withEnd,
  type RolledContainer,
  type Rollout,
} from "../core/rollout/rollouts.ts";
import { isOpen, type NoticeAbout, type Phase, type RolloutState } from "../core/rollout/state.ts";
import { printTarget, type Target } from "../core/rollout/target.ts";
import type { Claims } from "./claims.ts";
import type { FindHook } from "./hook-of.ts";
import type { Clock, EventNote, EventRecorder, Log, Observation, States, StoredState } from "./ports.ts";

/** How a rollout ended; without a result nobody is told. */
export interface End {
  readonly result: NoticeResult | null;
  /** What the log says where the result gives no reason. */
  readonly message?: string;
  readonly phase: Phase;
  /** The containers that something else was set in before the end. */
  readonly replaced: readonly Replaced[];
}

/** What it reaches. */
export interface SettleParts {
  readonly states: States;
  readonly events: EventRecorder;
  readonly findHook: FindHook;
  readonly channelsOf: (hook: UpgradeHook, owners: string) => readonly string[];
  readonly claims: Claims;
  readonly identity: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Called for each end that is on record; returns at once. */
  readonly onEnded: (rollout: Rollout, end: End, tookMs: number) => void;
}

/** The end of a rollout, and the last that was seen of its workload. */
export interface Ending {
  readonly target: Target;
  readonly end: End;
  readonly latest: Observation | null;
}

const TRIES = 5;
const TIMEOUT_MS = 10_000;
// Doubled from try to try: an API server that restarts is given a few seconds.
const PAUSE_MS = 100;

/**
 * Records the end of a rollout and, in the same write, that its owners are being told. True when the end is on record,
 * whoever recorded it; the owners are told by whoever did.
 */
export async function settle(rollout: Rollout, ending: Ending, parts: SettleParts): Promise<boolean> {
  let tried: Written | null = null;
  for (let tries = 0; tries < TRIES; tries++) {
    if (tries > 0) await sleep(PAUSE_MS * 2 ** tries);
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const stored = await (tries === 0 ? parts.states.recall : parts.states.load)(ending.target, signal);
    if (stored.kind === "error" && isFinal(stored.error)) break;
    if (stored.kind === "error") continue;
    const recorded = await record(rollout, ending, { stored: stored.value, tried }, parts);
    if (recorded.kind === "done") return true;
    tried = recorded.tried ?? tried;
  }
  parts.log.warn({ hook: rollout.hook, requestId: rollout.request }, "the end of a rollout could not be recorded yet");
  return false;
}

/** What was written, as far as is known: the answer was lost. */
interface Written {
  readonly at: Date;
  readonly notices: readonly string[];
}

type Recorded = { readonly kind: "done" } | { readonly kind: "again"; readonly tried: Written | null };

const DONE: Recorded = { kind: "done" };

interface Known {
  readonly stored: StoredState;
  readonly tried: Written | null;
}

async function record(
  { hook, acceptedAt, request }: Rollout,
  ending: Ending,
  { stored, tried }: Known,
  parts: SettleParts,
): Promise<Recorded> {
  const { state } = stored;
  const { target, end, latest } = ending;
  const id = rolloutId({ hook, acceptedAt, request });
  const rollout = rolloutsOf(state).find((one) => rolloutId(one) === id);
  if (rollout === undefined) return DONE;
  if (!rollout.changes.some(({ push }) => isOpen(push))) {
    if (tried !== null && isWritten(rollout, tried)) confirm(rollout, ending, tried, parts);
    return DONE;
  }
  const now = parts.clock.now();
  const settled = withEnd(
    state,
    rollout,
    (change) => ({ phase: phaseOf(state, change, end), reason: reasonOf(end) }),
    now.toISOString(),
  );
  const { identity, claims } = parts;
  const owners = latest?.workload.owners ?? "";
  const next = withNotices(settled, aboutOf(rollout, end, now), channelsFor(hook, target, { end, owners, parts }), {
    identity,
    now,
  });
  const added = next.notices.filter((notice) => !state.notices.includes(notice)).map((notice) => notice.id);
  claims.add(added);
  const saved = await parts.states.save(target, { ...stored, state: next }, AbortSignal.timeout(TIMEOUT_MS));
  if (saved.kind === "ok") {
    report(rollout, ending, now, parts);
    return DONE;
  }
  claims.remove(added);
  return { kind: "again", tried: saved.error.kind === "conflict" ? null : { at: now, notices: added } };
}

const isWritten = ({ changes }: Rollout, { at }: Written): boolean =>
  changes.some(({ push }) => push.endedAt === at.toISOString());

// The write whose answer was lost had been stored.
function confirm(rollout: Rollout, ending: Ending, { at, notices }: Written, parts: SettleParts): void {
  parts.claims.add(notices);
  report(rollout, ending, at, parts);
}

function channelsFor(
  hook: string,
  target: Target,
  { end, owners, parts }: { readonly end: End; readonly owners: string; readonly parts: SettleParts },
): readonly string[] {
  const found = parts.findHook(hook, target);
  return end.result === null || typeof found === "string" ? [] : parts.channelsOf(found, owners);
}

const reasonOf = ({ result, message = "" }: End): string =>
  result === null || result.kind === "complete" ? message : result.reason;

// What a newer push of ours replaced is superseded, and so is a container beside one that was replaced; what someone
// else replaced is undone.
function phaseOf(state: RolloutState, change: RolledContainer, end: End): Phase {
  if (end.phase !== "undone") return end.phase;
  const isReplaced = end.replaced.some((replaced) => replaced.container === change.container);
  return isOvertaken(state, change) || !isReplaced ? "superseded" : "undone";
}

const aboutOf = (
  { hook, acceptedAt, request, changes: [first, ...others] }: Rollout,
  end: End,
  now: Date,
): NoticeAbout => ({
  hook,
  changes: [first, ...others].map(({ container, push }) => ({
    container,
    before: push.before,
    after: push.after,
    redeploys: isRedeploy(push),
  })),
  result: { kind: end.result?.kind ?? "superseded", reason: reasonOf(end) },
  acceptedAt,
  finishedAt: now.toISOString(),
  request,
});

function report(rollout: Rollout, { target, end, latest }: Ending, now: Date, parts: SettleParts): void {
  const { hook, request, changes } = rollout;
  const durationMs = now.getTime() - Date.parse(rollout.acceptedAt);
  const facts = {
    hook,
    namespace: target.namespace,
    workload: printTarget(target),
    container: joined(changes, ({ container }) => container),
    before: joined(changes, ({ push }) => push.before),
    after: joined(changes, ({ push }) => push.after),
    outcome: end.result?.kind ?? "closed",
    reason: reasonOf(end),
    durationMs,
    requestId: request,
  };
  const isFailure = end.phase === "failed" || end.phase === "rolled-back";
  (isFailure ? parts.log.error : parts.log.info)(facts, "rollout ended");
  parts.onEnded(rollout, end, durationMs);
  const note = noteOf(rollout, end);
  if (note !== null && latest !== null) parts.events.record(latest.workload, note);
}

function noteOf({ hook, request, changes }: Rollout, end: End): EventNote | null {
  const images = joined(changes, ({ container, push }) => `${container}: ${push.after}`);
  const message = `${images}: ${reasonOf(end)} (hook ${hook}, request ${request})`;
  if (end.phase === "complete") return { type: "Normal", reason: "RolloutComplete", message };
  if (end.phase === "rolled-back") return { type: "Warning", reason: "RolledBack", message };
  return end.phase === "failed" ? { type: "Warning", reason: "RolloutFailed", message } : null;
}
