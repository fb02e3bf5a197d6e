import type { UpgradeHook } from "../core/hook/hook.ts";
import type { Change } from "../core/rollout/change.ts";
import { describeFailure, type ClusterFailure } from "../core/rollout/cluster-failure.ts";
import { wasRefusalTold, withNotices } from "../core/rollout/outbox.ts";
import { withoutPush, type RolloutState } from "../core/rollout/state.ts";
import type { Target } from "../core/rollout/target.ts";
import type { Changes } from "./job.ts";
import type { Clock, States } from "./ports.ts";

/** What it reaches. */
export interface WithdrawParts {
  readonly states: Pick<States, "recall" | "load" | "save">;
  readonly clock: Clock;
  /** The channels by which the owners of a hook are told; none where nobody is. */
  readonly channelsOf: (hook: UpgradeHook, owners: string) => readonly string[];
}

/** Whose intent is taken back. */
export interface Withdrawal {
  readonly target: Target;
  readonly hook: UpgradeHook;
  /** The id of the request that brought the push. */
  readonly request: string;
  /** The workload's annotation. */
  readonly owners: string;
  readonly signal: AbortSignal;
}

const TRIES = 3;
const HOUR_MS = 3_600_000;

/** A state without the records of changes. */
export const withoutChanges = (
  state: RolloutState,
  changes: readonly Pick<Change, "container" | "push">[],
): RolloutState => changes.reduce((next, { container, push }) => withoutPush(next, container.name, push), state);

/**
 * Takes an intent back that came to nothing, so that the next delivery of the push is tried and not held. With a failure
 * the owners of the hook are told of it, at most hourly. Where it cannot be taken back the push stays on record as
 * accepted and not applied.
 */
export async function withdraw(
  withdrawal: Withdrawal,
  changes: readonly Change[],
  parts: WithdrawParts,
  failure: ClusterFailure | null = null,
): Promise<void> {
  const [first, ...others] = changes;
  if (first === undefined) return;
  const { target, signal } = withdrawal;
  for (let tries = 0; tries < TRIES; tries++) {
    const stored = await (tries === 0 ? parts.states.recall : parts.states.load)(target, signal);
    if (stored.kind === "error") return;
    const without = withoutChanges(stored.value.state, changes);
    const state = failure === null ? without : withRefusal(without, [first, ...others], { withdrawal, failure, parts });
    if (state === stored.value.state) return;
    const saved = await parts.states.save(target, { ...stored.value, state }, signal);
    if (saved.kind === "ok" || saved.error.kind !== "conflict") return;
  }
}

interface Refusal {
  readonly withdrawal: Withdrawal;
  readonly failure: ClusterFailure;
  readonly parts: WithdrawParts;
}

function withRefusal(state: RolloutState, changes: Changes, { withdrawal, failure, parts }: Refusal): RolloutState {
  const { hook, request, owners } = withdrawal;
  const now = parts.clock.now();
  const reason = describeFailure(failure);
  if (wasRefusalTold(state, hook.id, reason, new Date(now.getTime() - HOUR_MS).toISOString())) return state;
  const about = {
    hook: hook.id,
    changes: changes.map(({ container, push: { before, after }, redeploys }) => ({
      container: container.name,
      before,
      after,
      redeploys,
    })),
    result: { kind: "refused" as const, reason },
    acceptedAt: changes[0].push.acceptedAt,
    finishedAt: now.toISOString(),
    request,
  };
  return withNotices(state, about, parts.channelsOf(hook, owners), { identity: "", now });
}
