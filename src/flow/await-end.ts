import type { PushOutcome, SingleOutcome } from "../core/delivery/outcome.ts";
import { endOf, repeatedPushes, type Ended } from "../core/rollout/ended.ts";
import type { RolledContainer } from "../core/rollout/rollouts.ts";
import type { RolloutState } from "../core/rollout/state.ts";
import { targetKey, type Target } from "../core/rollout/target.ts";
import type { UpgradeTarget } from "../core/rollout/selection.ts";
import { createAlarm } from "./alarm.ts";
import type { Board } from "./board.ts";
import type { States } from "./ports.ts";

/** How long a caller waits, and who ends it earlier. */
interface Waiting {
  readonly timeMs: number;
  /** Ends when the caller has gone. */
  readonly gone: AbortSignal;
}

/** Waits for the end of what a push has set off. */
export type AwaitEnd = (outcome: PushOutcome, target: UpgradeTarget, waiting: Waiting) => Promise<PushOutcome>;

/** What it reaches. */
export interface AwaitEndParts {
  readonly board: Pick<Board, "listen">;
  readonly states: Pick<States, "load">;
  /** Ends when the service does: whoever waits is answered. */
  readonly drain: AbortSignal;
}

// Each waits on an open connection.
const MAX_WAITING = 500;
const LOAD_WITHIN_MS = 2_000;

/** Makes what lets callers wait for the end of their rollouts; so many at a time, the others are answered at once. */
export function createAwaitEnd(parts: AwaitEndParts): AwaitEnd {
  let waitingNow = 0;
  const awaitOne = async (outcome: SingleOutcome, target: Target, waiting: Waiting): Promise<SingleOutcome> => {
    if (outcome.kind !== "changed" && outcome.kind !== "skipped") return outcome;
    if (waitingNow >= MAX_WAITING) return { kind: "ended", set: outcome, end: null };
    waitingNow++;
    try {
      const end = await endWithin(outcome, target, { parts, waiting });
      return end === "nothing" ? outcome : { kind: "ended", set: outcome, end };
    } finally {
      waitingNow--;
    }
  };
  return async (outcome, target, waiting) => {
    if (outcome.kind === "several") {
      const workloads = await Promise.all(
        outcome.workloads.map(async (one) => ({ ...one, outcome: await awaitOne(one.outcome, one.target, waiting) })),
      );
      return { ...outcome, workloads };
    }
    return target.kind === "selected" ? outcome : awaitOne(outcome, target, waiting);
  };
}

type Set = SingleOutcome & { readonly kind: "changed" | "skipped" };

// Null where it goes on; "nothing" where there is nothing to wait for.
async function endWithin(
  outcome: Set,
  target: Target,
  { parts, waiting }: { readonly parts: AwaitEndParts; readonly waiting: Waiting },
): Promise<Ended | null | "nothing"> {
  const key = targetKey(target);
  const [over, alarm] = [new AbortController(), createAlarm()];
  const release = endsWith(over, [waiting.gone, parts.drain]);
  const seen: { state: RolloutState | null } = { state: null };
  const close = parts.board.listen((place, { state }) => {
    if (targetKey(place) !== key) return;
    seen.state = state;
    alarm.ring();
  });
  try {
    const stored = await parts.states.load(target, AbortSignal.timeout(LOAD_WITHIN_MS));
    const known = stored.kind === "ok" ? stored.value.state : null;
    const pushes = pushesIn(outcome, known);
    if (pushes.length === 0) return "nothing";
    seen.state ??= known;
    const endMs = performance.now() + waiting.timeMs;
    for (;;) {
      const end = seen.state === null ? null : endOf(seen.state, pushes);
      const leftMs = endMs - performance.now();
      if (end !== null || leftMs <= 0 || over.signal.aborted) return end;
      await alarm.wait(leftMs, over.signal);
    }
  } finally {
    close();
    release();
  }
}

function endsWith(over: AbortController, signals: readonly AbortSignal[]): () => void {
  const stop = (): void => {
    over.abort();
  };
  for (const signal of signals) {
    signal.addEventListener("abort", stop);
    if (signal.aborted) stop();
  }
  return () => {
    for (const signal of signals) signal.removeEventListener("abort", stop);
  };
}

// A repetition waits for the rollout of the push that it repeats.
function pushesIn(outcome: Set, known: RolloutState | null): readonly RolledContainer[] {
  if (outcome.kind === "changed") return outcome.containers;
  const repetitions = outcome.containers.map(({ container, image, reason }) => ({
    container,
    image,
    isRepeated: reason === "duplicate",
  }));
  return known === null ? [] : repeatedPushes(known, repetitions);
}
