import { parseDigest, parseRepository, parseTag } from "../core/image/reference.ts";
import type { PushEvent } from "../core/event/push-event.ts";
import type { UpgradeHook } from "../core/hook/hook.ts";
import { isFinal } from "../core/rollout/cluster-failure.ts";
import { holdOf } from "../core/rollout/gate.ts";
import { pushTimeOf, timesOfPending } from "../core/rollout/order.ts";
import { pendingOf, withPending, type PendingPush, type RolloutState } from "../core/rollout/state.ts";
import { printTarget, type Target } from "../core/rollout/target.ts";
import type { SingleOutcome } from "../core/delivery/outcome.ts";
import type { View } from "./board.ts";
import type { FindHook } from "./hook-of.ts";
import type { Duty } from "./lead.ts";
import type { Clock, Log, States } from "./ports.ts";
import type { AcceptedPush } from "./push.ts";

/** What it reaches. */
export interface OpenGateParts {
  readonly states: States;
  readonly findHook: FindHook;
  readonly upgradeOne: (accepted: AcceptedPush, target: Target) => Promise<SingleOutcome>;
  readonly clock: Clock;
  readonly log: Log;
}

// A hook may be thawed, or its window changed, at any time.
const LOOK_AGAIN_MS = 5_000;
const UPGRADE_WITHIN_MS = 60_000;
const TIMEOUT_MS = 10_000;

/** Makes the duty that carries pushes out which waited, as soon as their hooks let them. */
export function createOpenGate(parts: OpenGateParts): Duty {
  return {
    name: "open-gate",
    isDue: (state) => waitingIn(state).length > 0,
    run: (target, view, signal) => openGate(target, view, parts, signal),
  };
}

interface Waiting {
  readonly container: string;
  readonly pending: PendingPush;
}

const waitingIn = ({ containers }: RolloutState): readonly Waiting[] =>
  Object.entries(containers).flatMap(([container, { pending }]) => (pending === null ? [] : [{ container, pending }]));

async function openGate(target: Target, view: View, parts: OpenGateParts, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const state = view.current();
    const waiting = state === null ? [] : waitingIn(state);
    if (waiting.length === 0) return;
    let leftMs = LOOK_AGAIN_MS;
    for (const one of waiting) leftMs = Math.min(leftMs, await consider(one, target, parts, signal));
    await view.alarm.wait(leftMs, signal);
  }
}

// How long to wait before it is looked at again.
async function consider(
  { container, pending }: Waiting,
  target: Target,
  parts: OpenGateParts,
  signal: AbortSignal,
): Promise<number> {
  const hook = parts.findHook(pending.hook, target);
  if (hook === "unknown") return LOOK_AGAIN_MS;
  const now = parts.clock.now();
  const events = pending.events.flatMap(toEvent);
  const [first, ...others] = events;
  if (hook === "gone" || first === undefined || hook.upgrade.container !== container) {
    await drop({ container, pending }, target, { why: `the hook "${pending.hook}" is gone`, parts });
    return LOOK_AGAIN_MS;
  }
  const hold = holdOf(hook.upgrade.gate, pushTimeOf(timesOfPending(pending)), now);
  if (hold !== null) return hold.until === null ? LOOK_AGAIN_MS : Date.parse(hold.until) - now.getTime();
  const outcome = await carryOut(hook, pending, [first, ...others], { target, parts, now, signal });
  if (isUnsettled(outcome)) return LOOK_AGAIN_MS;
  await drop({ container, pending }, target, { why: sayOutcome(outcome), parts });
  return LOOK_AGAIN_MS;
}

// It was carried out or waits on, or another try may help.
const isUnsettled = (outcome: SingleOutcome): boolean =>
  outcome.kind === "changed" ||
  outcome.kind === "held" ||
  outcome.kind === "registry-away" ||
  (outcome.kind === "cluster" && !isFinal(outcome.failure));

const sayOutcome = (outcome: SingleOutcome): string => ("reason" in outcome ? outcome.reason : outcome.kind);

function toEvent({ repository, tag, digest, ...event }: PendingPush["events"][number]): readonly PushEvent[] {
  const [parsed, parsedTag] = [parseRepository(repository), parseTag(tag)];
  if (parsed.kind === "error" || parsedTag === null) return [];
  const { pushedAt, delivery, isHostImplied } = event;
  return [
    { repository: parsed.value, tag: parsedTag, digest: parseDigest(digest ?? ""), pushedAt, delivery, isHostImplied },
  ];
}

interface Opening {
  readonly target: Target;
  readonly parts: OpenGateParts;
  readonly now: Date;
  readonly signal: AbortSignal;
}

async function carryOut(
  hook: UpgradeHook,
  pending: PendingPush,
  events: AcceptedPush["events"],
  { target, parts, now, signal }: Opening,
): Promise<SingleOutcome> {
  parts.log.info(
    { hook: hook.id, image: pending.image, requestId: pending.request },
    "a push that waited is carried out",
  );
  const endMs = performance.now() + UPGRADE_WITHIN_MS;
  const accepted: AcceptedPush = {
    hook,
    events,
    network: pending.network,
    isDryRun: false,
    requestId: pending.request,
    arrivedAt: now,
    remainingMs: () => endMs - performance.now(),
    signal: AbortSignal.any([signal, AbortSignal.timeout(UPGRADE_WITHIN_MS)]),
  };
  return parts.upgradeOne(accepted, target);
}

async function drop(
  { container, pending }: Waiting,
  target: Target,
  { why, parts }: { readonly why: string; readonly parts: OpenGateParts },
): Promise<void> {
  const facts = { hook: pending.hook, workload: printTarget(target), image: pending.image, reason: why };
  const stored = await parts.states.load(target, AbortSignal.timeout(TIMEOUT_MS));
  if (stored.kind === "error") return;
  // Another one may have taken its place since.
  if (isSamePending(pendingOf(stored.value.state, container), pending)) {
    const state = withPending(stored.value.state, container, null);
    const saved = await parts.states.save(target, { ...stored.value, state }, AbortSignal.timeout(TIMEOUT_MS));
    if (saved.kind === "error") return;
  }
  parts.log.warn({ ...facts, requestId: pending.request }, "a push that waited is dropped");
}

const isSamePending = (one: PendingPush | null, { request, acceptedAt }: PendingPush): boolean =>
  one?.request === request && one.acceptedAt === acceptedAt;
