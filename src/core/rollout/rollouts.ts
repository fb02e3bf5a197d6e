import { isNewer } from "./order.ts";
import { isOpen, isSamePush, pushesOf, withRecord, type Phase, type PushRecord, type RolloutState } from "./state.ts";

/** What one accepted push did to one container. */
export interface RolledContainer {
  readonly container: string;
  readonly push: PushRecord;
  /** A later push of the container is on record, which is the newer one of the two. */
  readonly isFollowed?: boolean;
}

/** What one accepted push did to a workload: one patch, and one end for all of its containers. */
export interface Rollout {
  readonly hook: string;
  readonly acceptedAt: string;
  readonly request: string;
  readonly changes: readonly [RolledContainer, ...RolledContainer[]];
}

/** The remembered rollouts of a workload, the oldest first. */
export function rolloutsOf({ containers }: RolloutState): readonly Rollout[] {
  const found = new Map<string, Rollout>();
  for (const [container, { pushes }] of Object.entries(containers))
    for (const [index, push] of pushes.entries()) {
      const id = rolloutId(push);
      const known = found.get(id);
      const change = { container, push, isFollowed: index < pushes.length - 1 };
      const { hook, acceptedAt, request } = push;
      found.set(id, { hook, acceptedAt, request, changes: known ? [...known.changes, change] : [change] });
    }
  return [...found.values()].sort((a, b) => (a.acceptedAt < b.acceptedAt ? -1 : 1));
}

/** Those that have not come to their end. */
export const openRollouts = (state: RolloutState): readonly Rollout[] =>
  rolloutsOf(state).filter(({ changes }) => changes.some(({ push }) => isOpen(push)));

/** Tells the rollouts of a workload apart. */
export const rolloutId = ({ hook, acceptedAt, request }: Pick<Rollout, "hook" | "acceptedAt" | "request">): string =>
  `${hook} ${acceptedAt} ${request}`;

/** True where a newer push of a container is on record. */
export const isOvertaken = (state: RolloutState, { container, push }: RolledContainer): boolean =>
  pushesOf(state, container).some((other) => !isSamePush(other, push) && isNewer(other, push));

/** Records the end of a rollout for those of its containers for which none is recorded yet. */
export const withEnd = (
  state: RolloutState,
  { changes }: Rollout,
  endOf: (change: RolledContainer) => { readonly phase: Phase; readonly reason: string },
  endedAt: string,
): RolloutState =>
  changes.reduce((next, change) => {
    const isEnded = !isOpen(change.push);
    return isEnded ? next : withRecord(next, change.container, change.push, { ...endOf(change), endedAt });
  }, state);
