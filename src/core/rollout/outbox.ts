import { noticeId } from "./notice-id.ts";
import { targetOf, type NoticeAbout, type NoticeRecord, type RolloutState } from "./state.ts";

/** How many notices of a workload are remembered. */
const MAX_NOTICES = 20;

/** How long whoever sends a notice has for it: more than the sending may take. */
export const CLAIM_MS = 120_000;

/** A moment of the outbox, and who looks at it. */
export interface Claimant {
  readonly identity: string;
  readonly now: Date;
}

/**
 * Puts what is to be told into the outbox, once for each channel; what was put there before stays as it is. With a
 * claimant it is being sent already.
 */
export function withNotices(
  state: RolloutState,
  about: NoticeAbout,
  channels: readonly string[],
  { identity, now }: Claimant,
): RolloutState {
  const added = [...new Set(channels)]
    .map((channel): NoticeRecord => ({
      id: noticeId(targetOf(state), about, channel),
      channel,
      state: "waiting",
      attempts: 0,
      nextAt: now.toISOString(),
      claimedBy: identity,
      claimedUntil: identity === "" ? "" : claimEnd(now),
      about,
    }))
    .filter(({ id }) => !state.notices.some((known) => known.id === id));
  return added.length === 0 ? state : { ...state, notices: forgetOldest([...state.notices, ...added]) };
}

// Those that were sent are forgotten first.
function forgetOldest(notices: readonly NoticeRecord[]): NoticeRecord[] {
  const tooMany = Math.max(0, notices.length - MAX_NOTICES);
  const order = [...notices.filter(({ state }) => state !== "waiting"), ...notices.filter(isWaiting)];
  const forgotten = new Set(order.slice(0, tooMany));
  return notices.filter((notice) => !forgotten.has(notice));
}

const isWaiting = ({ state }: NoticeRecord): boolean => state === "waiting";

/** The notices that have not been sent. */
export const waitingNotices = ({ notices }: RolloutState): readonly NoticeRecord[] => notices.filter(isWaiting);

/** When a notice may be sent by someone: not before its time, and not while another one sends it. RFC 3339, UTC. */
export const dueAt = ({ nextAt, claimedUntil }: NoticeRecord): string =>
  claimedUntil > nextAt ? claimedUntil : nextAt;

/** Claims a notice: nobody else sends it until the claim has lapsed. */
export const withClaim = (state: RolloutState, id: string, { identity, now }: Claimant): RolloutState =>
  withNotice(state, id, { claimedBy: identity, claimedUntil: claimEnd(now) });

/** Changes a notice; one that is no longer remembered changes nothing. */
export const withNotice = (state: RolloutState, id: string, change: Partial<NoticeRecord>): RolloutState => ({
  ...state,
  notices: state.notices.map((notice) => (notice.id === id ? { ...notice, ...change } : notice)),
});

/** True when the hook's owners were told of a refusal of this kind since a time. RFC 3339, UTC. */
export const wasRefusalTold = (state: RolloutState, hook: string, reason: string, since: string): boolean =>
  state.notices.some(
    ({ about }) =>
      about?.hook === hook &&
      about.result.kind === "refused" &&
      about.result.reason === reason &&
      about.finishedAt > since,
  );

const claimEnd = (now: Date): string => new Date(now.getTime() + CLAIM_MS).toISOString();
