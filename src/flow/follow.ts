import { describeFailure } from "../core/rollout/cluster-failure.ts";
import { joined, type Change } from "../core/rollout/change.ts";
import { followDeadlineMs, progressOf, type Progress, type Replaced } from "../core/rollout/progress.ts";
import { isSamePush, pushesOf, withPhase, type Phase, type RolloutState } from "../core/rollout/state.ts";
import { printTarget } from "../core/rollout/target.ts";
import type { NoticeResult } from "../core/notice/notice.ts";
import type { Clock, EventRecorder, Log, Observation, Sighting, States, Workloads } from "./ports.ts";
import type { AppliedChange } from "./upgrade.ts";
import { setTimeout as sleep } from "node:timers/promises";

/** How a change ended, with the last that was seen of its workload. */
export interface EndedChange {
  readonly change: AppliedChange;
  readonly result: NoticeResult;
  readonly finishedAt: Date;
  readonly last: Observation | null;
}

/** What following reaches. */
export interface FollowParts {
  readonly workloads: Workloads;
  readonly states: States;
  readonly events: EventRecorder;
  readonly clock: Clock;
  readonly log: Log;
  /** How long kinds are followed that set no deadline of their own. */
  readonly deadlineMs: number;
}

const STATE_TRIES = 5;
const STATE_TIMEOUT_MS = 10_000;
// Doubled from try to try: an API server that restarts is given a few seconds.
const STATE_PAUSE_MS = 100;
// A timer that is longer ends at once.
const MAX_TIMER_MS = 2_147_483_647;

interface End {
  readonly result: NoticeResult;
  readonly message: string;
  readonly phase: Phase;
  /** The containers that someone else changed before the end. */
  readonly replaced: readonly Replaced[];
}

/**
 * Follows a change to its end: complete, failed, replaced, or still going at its deadline. Null when the signal ended
 * it first. The end stands in the workload's state before this returns.
 */
export async function followChange(
  change: AppliedChange,
  parts: FollowParts,
  signal: AbortSignal,
): Promise<EndedChange | null> {
  const watching = new AbortController();
  const stop = (): void => {
    watching.abort();
  };
  signal.addEventListener("abort", stop);
  if (signal.aborted) stop();
  try {
    const seen = await watchToEnd(change, parts, watching.signal);
    if (seen.end === null) return null;
    await settle(change, seen.end, parts);
    const finishedAt = parts.clock.now();
    report(change, seen.end, finishedAt, parts);
    return { change, result: seen.end.result, finishedAt, last: seen.last };
  } finally {
    stop();
    signal.removeEventListener("abort", stop);
  }
}

interface Seen {
  readonly end: End | null;
  readonly last: Observation | null;
}

async function watchToEnd(change: AppliedChange, parts: FollowParts, signal: AbortSignal): Promise<Seen> {
  const { target, generation } = change.workload;
  let last: Observation | null = null;
  let message = "nothing was seen of it yet";
  let limitMs = parts.deadlineMs;
  const startedMs = parts.clock.now().getTime();
  const sightings = parts.workloads.watch(target, signal)[Symbol.asyncIterator]();
  let next = sightings.next();
  for (;;) {
    const leftMs = startedMs + limitMs - parts.clock.now().getTime();
    const sighting = await within(next, leftMs, signal);
    if (sighting === "stopped") return { end: null, last };
    if (sighting === "late") return { end: deadlinePassed(message, limitMs), last };
    next = sightings.next();
    if (sighting.kind === "deleted") return { end: deleted(), last };
    if (sighting.kind === "failure") {
      message = describeFailure(sighting.failure);
      continue;
    }
    last = sighting.observation;
    limitMs = followDeadlineMs(last.rollout, parts.deadlineMs);
    const progress = progressOf(change.changes, generation, last);
    if (progress.kind === "progressing") {
      logProgress(change, progress.message, message, parts.log);
      message = progress.message;
    }
    const end = endOf(progress);
    if (end !== null) return { end, last };
  }
}

async function within(
  next: Promise<IteratorResult<Sighting>>,
  leftMs: number,
  signal: AbortSignal,
): Promise<Sighting | "late" | "stopped"> {
  if (signal.aborted) return "stopped";
  const timer = new AbortController();
  const late = sleep(Math.min(Math.max(0, leftMs), MAX_TIMER_MS), "late" as const, { signal: timer.signal }).catch(
    () => "stopped" as const,
  );
  try {
    const first = await Promise.race([next, late]);
    if (first === "late" || first === "stopped") return first;
    return first.done === true ? "stopped" : first.value;
  } finally {
    timer.abort();
  }
}

function endOf(progress: Progress): End | null {
  switch (progress.kind) {
    case "stale":
    case "progressing":
      return null;
    case "complete":
      return { result: { kind: "complete" }, message: progress.message, phase: "complete", replaced: [] };
    case "failed":
      return failed({ kind: "failed", reason: progress.message });
    case "replaced": {
      const { replaced } = progress;
      const reason = `it was replaced before its end: ${describeReplaced(replaced)}`;
      return { result: { kind: "superseded", reason }, message: reason, phase: "undone", replaced };
    }
  }
}

const failed = (result: NoticeResult & { kind: "failed" | "deadline" }): End => ({
  result,
  message: result.reason,
  phase: "failed",
  replaced: [],
});

const describeReplaced = (replaced: readonly Replaced[]): string =>
  joined(replaced, ({ container, image }) => `the container ${container} has ${image} now`);

const deleted = (): End => failed({ kind: "failed", reason: "the workload was deleted" });

const deadlinePassed = (message: string, limitMs: number): End =>
  failed({ kind: "deadline", reason: `not complete after ${String(Math.round(limitMs / 1000))} s: ${message}` });

function logProgress({ accepted, changes }: AppliedChange, message: string, before: string, log: Log): void {
  if (message !== before)
    log.debug(
      { hook: accepted.hook.id, image: imagesOf(changes), requestId: accepted.requestId, progress: message },
      "rollout goes on",
    );
}

const imagesOf = (changes: readonly Change[]): string => joined(changes, ({ push }) => push.after);

function report(
  { accepted, changes, workload }: AppliedChange,
  { result, message }: End,
  finishedAt: Date,
  parts: FollowParts,
): void {
  const { target } = workload;
  const facts = {
    hook: accepted.hook.id,
    namespace: target.namespace,
    workload: printTarget(target),
    container: joined(changes, ({ container }) => container.name),
    before: joined(changes, ({ push }) => push.before),
    after: imagesOf(changes),
    outcome: result.kind,
    reason: message,
    durationMs: finishedAt.getTime() - new Date(changes[0].push.acceptedAt).getTime(),
    requestId: accepted.requestId,
  };
  if (result.kind !== "failed" && result.kind !== "deadline") {
    parts.log.info(facts, "rollout ended");
    return;
  }
  parts.log.error(facts, "rollout ended");
  parts.events.record(workload, {
    type: "Warning",
    reason: "RolloutFailed",
    message: `${joined(changes, ({ container, push }) => `${container.name}: ${push.after}`)}: ${message}`,
  });
}

async function settle({ accepted, changes, workload }: AppliedChange, end: End, parts: FollowParts): Promise<void> {
  const { target } = workload;
  const { states, log } = parts;
  for (let tries = 0; tries < STATE_TRIES; tries++) {
    if (tries > 0) await sleep(STATE_PAUSE_MS * 2 ** tries);
    const signal = AbortSignal.timeout(STATE_TIMEOUT_MS);
    const stored = tries === 0 ? await states.recall(target, signal) : await states.load(target, signal);
    if (stored.kind === "error") continue;
    const state = changes.reduce((next, change) => withEnd(next, change, end), stored.value.state);
    const saved = await states.save(target, { ...stored.value, state }, signal);
    if (saved.kind === "ok") return;
  }
  log.warn({ hook: accepted.hook.id, requestId: accepted.requestId }, "the end of a rollout could not be recorded");
}

function withEnd(state: RolloutState, { container, push }: Change, end: End): RolloutState {
  const reason = end.phase === "complete" ? "" : end.message;
  return withPhase(state, container.name, push, { phase: phaseOf(state, { container, push }, end), reason });
}

// A change that a newer push of ours replaced is superseded, and so is one beside a container that was replaced; one
// that someone else replaced is undone.
function phaseOf(state: RolloutState, { container, push }: Pick<Change, "container" | "push">, end: End): Phase {
  if (end.phase !== "undone") return end.phase;
  const newest = pushesOf(state, container.name).at(-1);
  const hasNewer = newest !== undefined && !isSamePush(newest, push);
  const isReplaced = end.replaced.some((replaced) => replaced.container === container.name);
  return hasNewer || !isReplaced ? "superseded" : "undone";
}
