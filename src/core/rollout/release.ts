import { pendingOf, pushesOf, withoutPush, withPending, type Phase, type RolloutState } from "./state.ts";

/** What is to be let go. */
export interface ReleaseRequest {
  /** The hook whose pushes are meant; empty for every hook. */
  readonly hook: string;
  /** Whether pushes that wait for their time are dropped too. */
  readonly dropsPending: boolean;
  /** The workload was named: all pushes whose rollout has ended are meant, whatever it runs. */
  readonly isNamed: boolean;
}

/** A push that was let go: it was held back after it had been undone, or it waited. */
export interface ReleasedPush {
  readonly kind: "held" | "pending";
  readonly hook: string;
  readonly container: string;
  readonly image: string;
}

const HELD: readonly Phase[] = ["rolled-back", "undone"];
// What someone undid after its end was recorded is held as well; only the workload would tell.
const ENDED: readonly Phase[] = [...HELD, "complete", "failed"];

/**
 * Forgets pushes that were rolled back or undone, so that the next delivery of one of them is carried out as if it were
 * new. The same state comes back where there is none.
 */
export function release(
  state: RolloutState,
  { hook, dropsPending, isNamed }: ReleaseRequest,
): { readonly state: RolloutState; readonly released: readonly ReleasedPush[] } {
  const isMeant = (push: { readonly hook: string }): boolean => hook === "" || push.hook === hook;
  let next = state;
  const released: ReleasedPush[] = [];
  for (const container of Object.keys(state.containers)) {
    for (const push of pushesOf(state, container).filter(isMeant)) {
      if (!(isNamed ? ENDED : HELD).includes(push.phase)) continue;
      next = withoutPush(next, container, push);
      released.push({ kind: "held", hook: push.hook, container, image: push.after });
    }
    const pending = pendingOf(state, container);
    if (!dropsPending || pending === null || !isMeant(pending)) continue;
    next = withPending(next, container, null);
    released.push({ kind: "pending", hook: pending.hook, container, image: pending.image });
  }
  return { state: next, released };
}
