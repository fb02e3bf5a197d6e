import { joined } from "./change.ts";
import { noticeId } from "./notice-id.ts";
import { rolloutKey } from "./rollout-key.ts";
import { rolloutsOf, type Rollout } from "./rollouts.ts";
import {
  isOpen,
  pendingOf,
  targetOf,
  type NoticeRecord,
  type Phase,
  type PushRecord,
  type RolloutState,
} from "./state.ts";
import { printTarget, type Target } from "./target.ts";

/** What there is to say of a rollout. Whoever is told, and what callers sent, is no part of it. */
export interface RolloutReport {
  readonly key: string;
  readonly hook: string;
  readonly namespace: string;
  /** `type/name`. */
  readonly workload: string;
  readonly containers: readonly { readonly container: string; readonly before: string; readonly after: string }[];
  readonly phase: Phase;
  readonly reason: string;
  readonly acceptedAt: string;
  /** Null until it has ended. */
  readonly endedAt: string | null;
  readonly requestId: string;
  readonly notices: readonly { readonly channel: string; readonly state: NoticeRecord["state"] }[];
}

/** What there is to say of a push that waits for its time. */
export interface PendingReport {
  readonly hook: string;
  readonly namespace: string;
  readonly workload: string;
  /** A container's name, or `*`. */
  readonly container: string;
  readonly image: string;
  /** Null where nobody can tell. */
  readonly until: string | null;
  readonly reason: string;
  readonly acceptedAt: string;
  readonly requestId: string;
}

/** What is going on, the newest first. */
export interface Report {
  readonly rollouts: readonly RolloutReport[];
  readonly pending: readonly PendingReport[];
  /** How many state objects could not be read. */
  readonly unreadable: number;
}

/** What is asked for; an empty text asks for all. */
export interface ReportQuery {
  readonly namespace: string;
  /** A workload's `type/name`, or its name. */
  readonly workload: string;
  readonly hook: string;
  /** How many rollouts, and how many pending pushes at most. */
  readonly limit: number;
}

/** The report of no state at all. */
export const EMPTY_REPORT: Report = { rollouts: [], pending: [], unreadable: 0 };

/** Adds what some states say; of all that was added the newest are kept. */
export function withStates(report: Report, states: readonly RolloutState[], query: ReportQuery): Report {
  const meant = states.filter((state) => isMeant(targetOf(state), query));
  const ofHook = ({ hook }: { readonly hook: string }): boolean => query.hook === "" || hook === query.hook;
  return {
    ...report,
    rollouts: newest([...report.rollouts, ...meant.flatMap(rolloutReports).filter(ofHook)], query.limit),
    pending: newest([...report.pending, ...meant.flatMap(pendingReports).filter(ofHook)], query.limit),
  };
}

/** What a workload's rollouts say, the oldest first. */
export const rolloutReports = (state: RolloutState): readonly RolloutReport[] =>
  rolloutsOf(state).map((rollout) => rolloutReport(state, rollout));

const isMeant = (target: Target, { namespace, workload }: ReportQuery): boolean =>
  (namespace === "" || target.namespace === namespace) && ["", target.name, printTarget(target)].includes(workload);

function newest<T extends { readonly acceptedAt: string }>(all: readonly T[], limit: number): readonly T[] {
  return all
    .toSorted((a, b) => Number(a.acceptedAt < b.acceptedAt) - Number(a.acceptedAt > b.acceptedAt))
    .slice(0, limit);
}

// Of several containers the one that is least settled says how far the rollout is.
const PHASES: readonly Phase[] = [
  "progressing",
  "accepted",
  "failed",
  "rolled-back",
  "undone",
  "superseded",
  "complete",
  "held",
];

const rankOf = ({ phase }: PushRecord): number => PHASES.indexOf(phase);

const later = (one: string | null, other: string | null): string | null => ((one ?? "") > (other ?? "") ? one : other);

function rolloutReport(state: RolloutState, rollout: Rollout): RolloutReport {
  const { hook, acceptedAt, request, changes } = rollout;
  const target = targetOf(state);
  const pushes = changes.map(({ push }) => push);
  const { phase } = pushes.reduce((least, push) => (rankOf(push) < rankOf(least) ? push : least));
  const telling = pushes.filter((push) => push.phase === phase && push.reason !== "");
  return {
    key: rolloutKey(target, rollout),
    hook,
    namespace: target.namespace,
    workload: printTarget(target),
    containers: changes.map(({ container, push: { before, after } }) => ({ container, before, after })),
    phase,
    reason: joined(telling, ({ reason }) => reason),
    acceptedAt,
    endedAt: pushes.some(isOpen) ? null : pushes.map(({ endedAt }) => endedAt).reduce(later),
    requestId: request,
    notices: state.notices
      .filter(({ id, channel }) => id === noticeId(target, rollout, channel))
      .map(({ channel, state: itsState }) => ({ channel, state: itsState })),
  };
}

function pendingReports(state: RolloutState): readonly PendingReport[] {
  const target = targetOf(state);
  return Object.keys(state.containers).flatMap((container) => {
    const pending = pendingOf(state, container);
    if (pending === null) return [];
    const { hook, image, until, reason, acceptedAt, request } = pending;
    const where = { namespace: target.namespace, workload: printTarget(target), container };
    return [{ hook, ...where, image, until, reason, acceptedAt, requestId: request }];
  });
}
