import { setTimeout as sleep } from "node:timers/promises";
import { CLAIM_MS, dueAt, waitingNotices, withClaim, withNotice } from "../core/rollout/outbox.ts";
import type { NoticeAbout, NoticeRecord, RolloutState } from "../core/rollout/state.ts";
import { printTarget, type Target } from "../core/rollout/target.ts";
import type { UpgradeHook } from "../core/hook/hook.ts";
import type { View } from "./board.ts";
import type { Claims } from "./claims.ts";
import type { FindHook } from "./hook-of.ts";
import type { Duty } from "./lead.ts";
import type { ChannelFailure, Clock, EventNote, EventRecorder, Log, States, Workloads } from "./ports.ts";
import { fail, ok, type Result } from "../core/result.ts";
import type { ClusterFailure } from "../core/rollout/cluster-failure.ts";
import type { Slots } from "./slots.ts";

/** A notice on its way. */
export interface Telling {
  readonly id: string;
  readonly channel: string;
  readonly hook: UpgradeHook;
  readonly target: Target;
  readonly about: NoticeAbout;
}

/** How a channel took a notice. */
export type Told = Result<{ readonly response: string; readonly rejected: readonly string[] }, ChannelFailure>;

/** What sending notices reaches. */
export interface NotifyParts {
  readonly tell: (telling: Telling, signal: AbortSignal) => Promise<Told>;
  readonly states: States;
  readonly workloads: Pick<Workloads, "recall">;
  readonly events: EventRecorder;
  readonly findHook: FindHook;
  readonly claims: Claims;
  readonly identity: string;
  /** When a notice is tried again that failed so often; null for never. */
  readonly nextTry: (notice: NoticeRecord, about: NoticeAbout, failure: ChannelFailure) => Date | null;
  /** So many are under way at a time. */
  readonly slots: Slots;
  readonly clock: Clock;
  readonly log: Log;
  /** Called for each notice that came to its end; returns at once. */
  readonly onTold: (channel: string, result: "sent" | "failed" | "retried") => void;
}

// A claim that has less time left is taken anew before the sending begins.
const CLAIM_LEFT_MS = CLAIM_MS - 20_000;
const CLAIM_AGAIN_MS = 2_000;
const TIMEOUT_MS = 10_000;
const RECORD_TRIES = 6;
const RECORD_PAUSE_MS = 100;

/**
 * Makes the duty that tells people what stands in the outboxes. A notice is claimed by a write before it is sent; what
 * failed is tried again later, by whoever leads then; what came to its end is recorded.
 */
export function createNotify(parts: NotifyParts): Duty {
  return {
    name: "notify",
    isDue: (state) => waitingNotices(state).length > 0,
    run: (target, view, signal) => sendNotices(target, view, parts, signal),
  };
}

async function sendNotices(target: Target, view: View, parts: NotifyParts, signal: AbortSignal): Promise<void> {
  const handled = new Map<string, string>();
  while (!signal.aborted) {
    const state = view.current();
    const waiting = state === null ? [] : waitingNotices(state);
    // What was just sent or put off, as long as the board does not show it.
    const open = waiting.filter((notice) => handled.get(notice.id) !== stampOf(notice));
    if (open.length === 0) return;
    const now = parts.clock.now();
    const due = open.find((notice) => hasClaim(notice, parts) || dueAt(notice) <= now.toISOString());
    if (due === undefined) {
      const next = open.map((notice) => Date.parse(dueAt(notice))).reduce((a, b) => Math.min(a, b));
      await view.alarm.wait(next - now.getTime(), signal);
      continue;
    }
    handled.set(due.id, stampOf(due));
    if (await parts.slots.run(() => sendOne(due, target, parts, signal))) continue;
    handled.delete(due.id);
    await view.alarm.wait(CLAIM_AGAIN_MS, signal);
  }
}

const stampOf = ({ attempts, nextAt, claimedUntil }: NoticeRecord): string =>
  `${String(attempts)} ${nextAt} ${claimedUntil}`;

// False where the API server could not be asked for the claim.
async function sendOne(seen: NoticeRecord, target: Target, parts: NotifyParts, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return true;
  const claimed = await claim(seen, target, parts);
  if (claimed.kind === "error") return false;
  if (claimed.value !== null) await send(claimed.value, target, parts, signal);
  return true;
}

async function send(notice: NoticeRecord, target: Target, parts: NotifyParts, signal: AbortSignal): Promise<void> {
  const { about } = notice;
  const hook = about === null ? "gone" : parts.findHook(about.hook, target);
  if (hook === "unknown") {
    await record(notice.id, target, parts, () => ({ ...UNCLAIMED, nextAt: inAMinute(parts.clock.now()) }));
    return;
  }
  if (hook === "gone" || about === null) {
    parts.log.warn({ hook: about?.hook, workload: printTarget(target) }, "a notice of a hook that is gone is not sent");
    await record(notice.id, target, parts, () => ({ ...UNCLAIMED, state: "failed", about: null }));
    return;
  }
  const telling: Telling = { id: notice.id, channel: notice.channel, hook, target, about };
  const told = await parts.tell(telling, signal);
  await recordTold(notice, telling, told, parts);
}

const UNCLAIMED = { claimedBy: "", claimedUntil: "" };

const inAMinute = (now: Date): string => new Date(now.getTime() + 60_000).toISOString();

// Another one may have recorded the same end first, and claimed what this process meant to.
const hasClaim = ({ id, claimedBy }: NoticeRecord, { claims, identity }: NotifyParts): boolean =>
  claims.has(id) && claimedBy === identity;

// The notice as it stands in the state now, claimed for this process; null where it is not this process's to send.
async function claim(
  seen: NoticeRecord,
  target: Target,
  parts: NotifyParts,
): Promise<Result<NoticeRecord | null, ClusterFailure>> {
  const { claims, states, identity } = parts;
  const isClaimed = hasClaim(seen, parts);
  const now = parts.clock.now();
  claims.remove([seen.id]);
  if (isClaimed && Date.parse(seen.claimedUntil) - now.getTime() > CLAIM_LEFT_MS) return ok(seen);
  const stored = await states.load(target, AbortSignal.timeout(TIMEOUT_MS));
  if (stored.kind === "error") return stored;
  const { state } = stored.value;
  const notice = waitingNotices(state).find(({ id }) => id === seen.id);
  if (notice === undefined) return ok(null);
  // A claim of this process that has run out while it waited for its turn was nobody else's.
  const isOwn = isClaimed && notice.claimedUntil === seen.claimedUntil;
  if (!isOwn && dueAt(notice) > now.toISOString()) return ok(null);
  const next = withClaim(state, notice.id, { identity, now });
  const saved = await states.save(target, { ...stored.value, state: next }, AbortSignal.timeout(TIMEOUT_MS));
  return saved.kind === "ok" ? ok(notice) : lost(saved.error);
}

// A lost race is no failure: whoever won it may have sent it.
const lost = (failure: ClusterFailure): Result<null, ClusterFailure> =>
  failure.kind === "conflict" ? ok(null) : fail(failure);

async function recordTold(notice: NoticeRecord, telling: Telling, told: Told, parts: NotifyParts): Promise<void> {
  const { about, channel, target, hook } = telling;
  const attempts = notice.attempts + 1;
  const facts = { hook: hook.id, channel, requestId: about.request, result: about.result.kind, attempts };
  if (told.kind === "ok") {
    const { response, rejected } = told.value;
    parts.log.info({ ...facts, response }, "notice was sent");
    const message = `the owners were told by ${channel}: ${about.result.kind} (hook ${about.hook}, request ${about.request})`;
    await tellWorkload(target, { type: "Normal", reason: "Notified", message }, parts);
    if (rejected.length > 0) await complain(telling, "refused for some of its recipients", parts);
    await record(notice.id, target, parts, (old) => ({ ...UNCLAIMED, state: "sent", attempts, about: keptOf(old) }));
    parts.onTold(channel, "sent");
    return;
  }
  const { kind, code, message, hint } = told.error;
  const nextAt = parts.nextTry({ ...notice, attempts }, about, told.error);
  const failure = { ...facts, failure: kind, code, reason: message, hint };
  if (nextAt === null) {
    parts.log.error(failure, "notice could not be sent");
    await complain(telling, message, parts);
    await record(notice.id, target, parts, (old) => ({ ...UNCLAIMED, state: "failed", attempts, about: keptOf(old) }));
    parts.onTold(channel, "failed");
    return;
  }
  parts.log.warn({ ...failure, nextAt: nextAt.toISOString() }, "notice is sent again later");
  await record(notice.id, target, parts, () => ({ ...UNCLAIMED, attempts, nextAt: nextAt.toISOString() }));
  parts.onTold(channel, "retried");
}

// That a refusal was told must be known for an hour.
const keptOf = ({ about }: NoticeRecord): NoticeAbout | null => (about?.result.kind === "refused" ? about : null);

async function complain({ target, channel, about }: Telling, message: string, parts: NotifyParts): Promise<void> {
  const text = `the notice "${about.result.kind}" by ${channel} was not taken: ${message} (hook ${about.hook}, request ${about.request})`;
  await tellWorkload(target, { type: "Warning", reason: "NotifyFailed", message: text }, parts);
}

async function tellWorkload(target: Target, note: EventNote, { workloads, events }: NotifyParts): Promise<void> {
  const workload = await workloads.recall(target, AbortSignal.timeout(TIMEOUT_MS));
  if (workload.kind === "ok") events.record(workload.value, note);
}

// What cannot be recorded is sent again when the claim has lapsed, with the same Message-ID.
async function record(
  id: string,
  target: Target,
  { states, log, identity }: Pick<NotifyParts, "states" | "log" | "identity">,
  change: (old: NoticeRecord) => Partial<NoticeRecord>,
): Promise<void> {
  for (let tries = 0; tries < RECORD_TRIES; tries++) {
    if (tries > 0) await sleep(RECORD_PAUSE_MS * 2 ** tries);
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const stored = await (tries === 0 ? states.recall : states.load)(target, signal);
    if (stored.kind === "error") continue;
    const state: RolloutState = stored.value.state;
    const old = state.notices.find((notice) => notice.id === id);
    if (old === undefined) return;
    const next = change(old);
    // Whoever has claimed it since says what becomes of it, unless it was sent.
    if (old.claimedBy !== identity && next.state !== "sent") return;
    const saved = await states.save(target, { ...stored.value, state: withNotice(state, id, next) }, signal);
    if (saved.kind === "ok") return;
  }
  log.warn({ workload: printTarget(target), notice: id }, "what became of a notice could not be recorded");
}
