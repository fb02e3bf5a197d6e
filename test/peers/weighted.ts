import fc from "fast-check";

/** Draws one of the values, each as often as its weight says. */
export const weighted = <T>(...choices: readonly (readonly [weight: number, value: T])[]): fc.Arbitrary<T> =>
  fc.oneof(...choices.map(([weight, value]) => ({ weight, arbitrary: fc.constant(value) })));

/** Draws from one of the arbitraries, each as often as its weight says. */
export const mixed = <T>(
  ...choices: readonly (readonly [weight: number, arbitrary: fc.Arbitrary<T>])[]
): fc.Arbitrary<T> => fc.oneof(...choices.map(([weight, arbitrary]) => ({ weight, arbitrary })));

/** True in so many of a hundred cases; shrinks to false. */
export const chance = (percent: number): fc.Arbitrary<boolean> => weighted([100 - percent, false], [percent, true]);
