import type { UpgradeHook } from "../core/hook/hook.ts";
import { describeFailure } from "../core/rollout/cluster-failure.ts";
import { followDeadlineMs, progressOf, type Progress, type Replaced } from "../core/rollout/progress.ts";
import { openRollouts, rolloutId, type Rollout } from "../core/rollout/rollouts.ts";
import { printTarget, type Target } from "../core/rollout/target.ts";
import type { Alarm } from "./alarm.ts";
import type { View } from "./board.ts";
import { carryOut } from "./carry-out.ts";
import type { FindHook } from "./hook-of.ts";
import type { Clock, Diagnosis, Log, Observation, Workloads } from "./ports.ts";
import { rollBack, type RollBackParts } from "./roll-back.ts";
import { settle, type End, type SettleParts } from "./settle.ts";

/** What following reaches. */
export interface FollowParts extends SettleParts, RollBackParts {
  readonly workloads: Workloads;
  readonly findHook: FindHook;
  readonly diagnosis: Diagnosis;
  readonly clock: Clock;
  readonly log: Log;
  /** How long kinds are followed that set no deadline of their own, for hooks that set none. */
  readonly deadlineMs: number;
}

/** What was seen of a rollout since this process follows it. */
interface Seen {
  wasApplied: boolean;
  /** Since when the workload runs what it ran before; null while it does not. */
  beforeSinceMs: number | null;
  message: string;
}

/** What is to be done about a rollout now. */
type Verdict =
  | { readonly kind: "wait"; readonly untilMs: number }
  | { readonly kind: "end"; readonly end: End }
  /** Its change never reached the workload: whoever accepted it was ended in between. */
  | { readonly kind: "carry-out" };

// Whoever accepted a push patches the workload within a request's time.
const PATCHED_WITHIN_MS = 5_000;
const DIAGNOSED_WITHIN_MS = 5_000;
// The API server may be away when the following begins.
const SEEN_WITHIN_MS = 30_000;
const HOOK_AGAIN_MS = 1_000;

/**
 * Follows the open rollouts of a workload, whoever accepted them, to their ends: complete, failed, replaced, or still
 * going at their deadlines. What was accepted and never carried out is carried out now. Each end stands in the
 * workload's state before its owners are told.
 */
export async function followRollouts(
  target: Target,
  view: View,
  parts: FollowParts,
  signal: AbortSignal,
): Promise<void> {
  const watching = new AbortController();
  const stop = (): void => {
    watching.abort();
  };
  signal.addEventListener("abort", stop);
  try {
    await followUntil(target, view, parts, watching);
  } finally {
    stop();
    signal.removeEventListener("abort", stop);
  }
}

async function followUntil(target: Target, view: View, parts: FollowParts, watching: AbortController): Promise<void> {
  const { signal } = watching;
  const looks = lookAt(target, parts, { alarm: view.alarm, signal });
  const memory = new Map<string, Seen>();
  const ended = new Set<string>();
  while (!signal.aborted) {
    const state = view.current();
    if (state === null) return;
    const open = openRollouts(state).filter((rollout) => !ended.has(rolloutId(rollout)));
    if (open.length === 0) return;
    let wakeAtMs = Infinity;
    for (const rollout of open) {
      const seen = memory.get(rolloutId(rollout)) ?? { wasApplied: false, beforeSinceMs: null, message: NOTHING };
      memory.set(rolloutId(rollout), seen);
      const verdict = judge(rollout, { target, looks, seen, parts });
      if (verdict.kind === "wait") wakeAtMs = Math.min(wakeAtMs, verdict.untilMs);
      else if (await act(rollout, verdict, { target, looks, parts, signal })) ended.add(rolloutId(rollout));
      else wakeAtMs = Math.min(wakeAtMs, parts.clock.now().getTime() + PATCHED_WITHIN_MS);
    }
    await view.alarm.wait(wakeAtMs - parts.clock.now().getTime(), signal);
  }
}

const NOTHING = "nothing was seen of it yet";

/** The latest look at a workload. */
interface Looks {
  readonly latest: () => Observation | null;
  /** When the first of them was asked for. */
  readonly sinceMs: number;
  readonly isDeleted: () => boolean;
  /** Why nothing is seen; empty while something is. */
  readonly trouble: () => string;
}

function lookAt(
  target: Target,
  { workloads, clock }: Pick<FollowParts, "workloads" | "clock">,
  { alarm, signal }: { readonly alarm: Alarm; readonly signal: AbortSignal },
): Looks {
  let [latest, isDeleted, trouble]: [Observation | null, boolean, string] = [null, false, ""];
  const read = async (): Promise<void> => {
    for await (const sighting of workloads.watch(target, signal)) {
      if (sighting.kind === "seen") [latest, isDeleted, trouble] = [sighting.observation, false, ""];
      else if (sighting.kind === "deleted") isDeleted = true;
      else trouble = describeFailure(sighting.failure);
      alarm.ring();
    }
  };
  void read();
  return { latest: () => latest, sinceMs: clock.now().getTime(), isDeleted: () => isDeleted, trouble: () => trouble };
}

interface Sight {
  readonly target: Target;
  readonly looks: Looks;
  readonly seen: Seen;
  readonly parts: FollowParts;
}

function judge(rollout: Rollout, sight: Sight): Verdict {
  const { target, looks, seen, parts } = sight;
  const hook = parts.findHook(rollout.hook, target);
  if (hook === "gone") return ended(closed(rollout));
  const nowMs = parts.clock.now().getTime();
  // Without the hook nobody knows who is to be told.
  if (hook === "unknown") return { kind: "wait", untilMs: nowMs + HOOK_AGAIN_MS };
  if (looks.isDeleted()) return ended(failed("the workload was deleted"));
  const latest = looks.latest();
  const verdict = latest === null ? null : judgeLook(rollout, latest, { seen, nowMs });
  if (verdict !== null) return verdict;
  if (looks.trouble() !== "") seen.message = looks.trouble();
  const limitMs = limitOf(hook, latest, parts);
  const deadlineMs = Date.parse(rollout.acceptedAt) + limitMs;
  // What came to its end while nobody followed it is seen by the first look.
  const endsAtMs = latest === null ? Math.max(deadlineMs, looks.sinceMs + SEEN_WITHIN_MS) : deadlineMs;
  if (nowMs < endsAtMs) return { kind: "wait", untilMs: Math.min(endsAtMs, lookAgainAt(seen, nowMs)) };
  const reason = `not complete after ${String(Math.round(limitMs / 1000))} s: ${seen.message}`;
  return ended({ result: { kind: "deadline", reason }, phase: "failed", replaced: [] });
}

const limitOf = (
  { upgrade }: UpgradeHook,
  latest: Observation | null,
  { deadlineMs }: Pick<FollowParts, "deadlineMs">,
): number => upgrade.deadlineMs ?? (latest === null ? deadlineMs : followDeadlineMs(latest.rollout, deadlineMs));

const lookAgainAt = ({ beforeSinceMs }: Seen, nowMs: number): number =>
  beforeSinceMs === null ? Infinity : Math.max(nowMs, beforeSinceMs + PATCHED_WITHIN_MS);

// Null while it goes on.
function judgeLook(
  rollout: Rollout,
  latest: Observation,
  { seen, nowMs }: { readonly seen: Seen; readonly nowMs: number },
): Verdict | null {
  const progress = progressOf(rollout.changes, latest);
  if (progress.kind !== "before") seen.beforeSinceMs = null;
  switch (progress.kind) {
    case "before":
      return judgeBefore(rollout, progress, { seen, nowMs });
    case "replaced":
      return ended(replacedBy(progress.replaced));
    case "progressing":
      seen.wasApplied = true;
      seen.message = progress.message;
      return null;
    case "complete":
      return ended({ result: { kind: "complete" }, message: progress.message, phase: "complete", replaced: [] });
    case "failed":
      return ended(failed(progress.message));
  }
}

// Someone is about to patch it, never did, or someone else set the image before again.
function judgeBefore(
  { changes }: Rollout,
  { mayCome, replaced }: Progress & { kind: "before" },
  { seen, nowMs }: { readonly seen: Seen; readonly nowMs: number },
): Verdict | null {
  const [{ push }] = changes;
  if (push.rollback !== null) return ended(rolledBack(push.rollback));
  if (seen.wasApplied) return ended(replacedBy(replaced));
  seen.beforeSinceMs ??= nowMs;
  if (nowMs - seen.beforeSinceMs < PATCHED_WITHIN_MS) return null;
  return mayCome ? { kind: "carry-out" } : ended(replacedBy(replaced));
}

const ended = (end: End): Verdict => ({ kind: "end", end });

const failed = (reason: string): End => ({ result: { kind: "failed", reason }, phase: "failed", replaced: [] });

const closed = ({ hook }: Rollout): End => ({
  result: null,
  message: `the hook "${hook}" is gone: its rollout is not followed any more, and nobody is told`,
  phase: "failed",
  replaced: [],
});

const rolledBack = (reason: string): End => ({
  result: { kind: "rolled-back", reason },
  phase: "rolled-back",
  replaced: [],
});

function replacedBy(replaced: readonly Replaced[]): End {
  const what = replaced.map(({ container, image }) => `the container ${container} has ${image} now`);
  const reason = `it was replaced before its end: ${what.join(", ")}`;
  return { result: { kind: "superseded", reason }, phase: "undone", replaced };
}

interface Stage {
  readonly target: Target;
  readonly looks: Looks;
  readonly parts: FollowParts;
  readonly signal: AbortSignal;
}

// True once the rollout has ended.
async function act(rollout: Rollout, verdict: Exclude<Verdict, { kind: "wait" }>, stage: Stage): Promise<boolean> {
  const { target, looks, parts, signal } = stage;
  const latest = looks.latest();
  const hook = parts.findHook(rollout.hook, target);
  if (verdict.kind === "carry-out") {
    await carryOutNow(rollout, { target, hook, latest }, parts);
    return false;
  }
  const isFailure = verdict.end.phase === "failed" && verdict.end.result !== null;
  if (!isFailure || latest === null || looks.isDeleted())
    return settle(rollout, { target, end: verdict.end, latest }, parts);
  const end = await diagnosed(verdict.end, latest, stage);
  if (typeof hook === "string" || hook.upgrade.onFailure === "keep")
    return settle(rollout, { target, end, latest }, parts);
  const back = await rollBack(rollout, { end, latest }, parts, signal);
  return back === "again" ? false : settle(rollout, { target, end: back, latest }, parts);
}

async function carryOutNow(
  rollout: Rollout,
  { target, hook, latest }: { target: Target; hook: ReturnType<FindHook>; latest: Observation | null },
  parts: FollowParts,
): Promise<void> {
  if (latest === null || typeof hook === "string") return;
  parts.log.warn(factsOf(rollout, target), "an accepted push was not carried out; it is now");
  await carryOut(rollout, { hook, workload: latest.workload }, parts);
}

async function diagnosed(end: End, latest: Observation, { parts, signal }: Stage): Promise<End> {
  if (end.result === null || end.result.kind === "complete") return end;
  const limit = AbortSignal.any([signal, AbortSignal.timeout(DIAGNOSED_WITHIN_MS)]);
  const why = await parts.diagnosis.explain(latest, limit);
  return why === "" ? end : { ...end, result: { ...end.result, reason: `${end.result.reason}: ${why}` } };
}

const factsOf = (rollout: Rollout, target: Target): Readonly<Record<string, unknown>> => ({
  hook: rollout.hook,
  namespace: target.namespace,
  workload: printTarget(target),
  requestId: rollout.request,
});
