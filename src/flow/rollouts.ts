import type { UpgradeHook } from "../core/hook/hook.ts";
import { openRollouts } from "../core/rollout/rollouts.ts";
import { createAwaitEnd, type AwaitEnd } from "./await-end.ts";
import { createBoard, withNotes } from "./board.ts";
import { createClaims } from "./claims.ts";
import { followRollouts, type FollowParts } from "./follow.ts";
import { createFindHook } from "./hook-of.ts";
import type { HookStore } from "./hook-store.ts";
import { createLead, type Duty } from "./lead.ts";
import { createNotify, type NotifyParts } from "./notify.ts";
import { createOpenGate } from "./open-gate.ts";
import type { Clock, Diagnosis, Election, EventRecorder, Log, Metrics, States, Workloads } from "./ports.ts";
import { createSlots } from "./slots.ts";
import { createUpgrade, type UpgradeAction } from "./upgrade.ts";
import type { Vet } from "./vet.ts";

/** What the rollouts reach. */
export interface RolloutParts {
  readonly store: Pick<HookStore, "find" | "isSound">;
  readonly workloads: Workloads;
  readonly states: States;
  readonly events: EventRecorder;
  readonly election: Election;
  readonly diagnosis: Diagnosis;
  readonly vet: Vet;
  readonly channelsOf: (hook: UpgradeHook, owners: string) => readonly string[];
  readonly tell: NotifyParts["tell"];
  readonly nextTry: NotifyParts["nextTry"];
  readonly clock: Clock;
  readonly log: Log;
  readonly deadlineMs: number;
  /** Ends when the service does, before it leads no more. */
  readonly drain: AbortSignal;
  readonly metrics: Metrics;
}

/** Everything that becomes of accepted pushes. */
export interface Rollouts {
  readonly upgrade: UpgradeAction["upgrade"];
  readonly awaitEnd: AwaitEnd;
  /** Hears of all rollouts, and follows them whenever this process leads, until the signal. */
  readonly run: (signal: AbortSignal) => Promise<void>;
}

// An SMTP server takes a few connections of one client at a time.
const NOTICES_AT_A_TIME = 8;

/** Makes it: the upgrade that any process does, and the duties of the one that leads. */
export function createRollouts(parts: RolloutParts): Rollouts {
  const { election, clock, log, metrics } = parts;
  const board = createBoard(parts);
  const states = withNotes(parts.states, board);
  const findHook = createFindHook(parts.store, clock);
  const own = { states, findHook, claims: createClaims(), identity: election.identity };
  const { upgrade, upgradeOne } = createUpgrade({
    ...parts,
    states,
    onChanged: ({ hook, arrivedAt }) => {
      metrics.patched(hook.id, (clock.now().getTime() - arrivedAt.getTime()) / 1000);
    },
  });
  const counted: Pick<FollowParts, "onEnded"> & Pick<NotifyParts, "onTold"> = {
    onEnded: ({ hook }, { result }, tookMs) => {
      if (result !== null) metrics.ended(hook, result.kind, tookMs / 1000);
    },
    onTold: metrics.notice,
  };
  const follow: Duty = {
    name: "follow",
    isDue: (state) => openRollouts(state).length > 0,
    run: (target, view, signal) => followRollouts(target, view, { ...parts, ...own, ...counted }, signal),
  };
  const notify = createNotify({ ...parts, ...own, ...counted, slots: createSlots(NOTICES_AT_A_TIME) });
  const openGate = createOpenGate({ states, findHook, upgradeOne, clock, log });
  const perform = createLead(board, [follow, notify, openGate], log);
  const lead = async (signal: AbortSignal): Promise<void> => {
    metrics.leads(true);
    await perform(signal);
    metrics.leads(false);
  };
  return {
    upgrade,
    awaitEnd: createAwaitEnd({ board, states, drain: parts.drain }),
    run: async (signal) => {
      await Promise.all([board.run(signal), election.lead(lead, signal)]);
    },
  };
}
