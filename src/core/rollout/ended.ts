import type { RolledContainer } from "./rollouts.ts";
import { isOpen, isSamePush, pushesOf, type Phase, type RolloutState } from "./state.ts";

/** How the rollouts of some pushes ended, and why. */
export interface Ended {
  readonly phase: Phase;
  readonly reason: string;
}

// The worst of several comes first.
const WORST: readonly Phase[] = ["failed", "rolled-back", "undone", "superseded", "complete"];

/** How pushes ended, the worst of them; null while one is open. One that is no longer on record was superseded. */
export function endOf(state: RolloutState, pushes: readonly RolledContainer[]): Ended | null {
  const records = pushes.map(
    ({ container, push }) =>
      pushesOf(state, container).find((other) => isSamePush(other, push)) ?? {
        ...push,
        phase: "superseded" as const,
        reason: "newer pushes came",
      },
  );
  if (records.some(isOpen)) return null;
  const worst = WORST.flatMap((phase) => records.filter((record) => record.phase === phase))[0];
  return worst === undefined ? null : { phase: worst.phase, reason: worst.reason };
}

/** A container that ran already what a push brought; `isRepeated`: by the same delivery. */
interface Repetition {
  readonly container: string;
  readonly image: string;
  readonly isRepeated: boolean;
}

/**
 * The pushes whose end a repetition waits for: those that are open, else the one that it repeats, which may have failed
 * and left its image.
 */
export const repeatedPushes = (state: RolloutState, repetitions: readonly Repetition[]): readonly RolledContainer[] =>
  repetitions.flatMap(({ container, image, isRepeated }) => {
    const pushes = pushesOf(state, container);
    const open = pushes.filter(isOpen);
    const last = isRepeated ? pushes.findLast(({ after }) => after === image) : undefined;
    return (open.length > 0 || last === undefined ? open : [last]).map((push) => ({ container, push }));
  });
