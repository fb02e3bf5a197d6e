/** One side of a comparison: runs one slice and gives its rate in operations per second. */
export interface Contender {
  readonly name: string;
  readonly slice: () => Promise<number>;
}

/** The rates of one round, in the order of the contenders. */
export type Round = readonly number[];

/**
 * Runs the contenders' slices in turn, every other round in reverse order (A B, B A, …), so that what drifts during
 * the run, such as other work on the machine, falls on all of them alike.
 */
export async function runRounds(
  contenders: readonly Contender[],
  count: number,
  onRound: (round: Round, index: number) => void,
): Promise<readonly Round[]> {
  const rounds: Round[] = [];
  for (let index = 0; index < count; index++) {
    const order = index % 2 === 0 ? contenders : contenders.toReversed();
    const rates = new Map<Contender, number>();
    for (const contender of order) rates.set(contender, await contender.slice());
    const round = contenders.map((contender) => rates.get(contender) ?? 0);
    rounds.push(round);
    onRound(round, index);
  }
  return rounds;
}

/** The middle of some numbers and their ends. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** Median, least and greatest of at least one number. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const half = (sorted.length - 1) / 2;
  const [low = NaN, high = NaN] = [sorted[Math.floor(half)], sorted[Math.ceil(half)]];
  return { median: (low + high) / 2, min: sorted[0] ?? NaN, max: sorted.at(-1) ?? NaN };
}

/** What 99 of 100 values do not exceed. */
export const p99Of = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.ceil(values.length * 0.99) - 1] ?? NaN;

/** The spread of one contender's rates. */
export const ratesOf = (rounds: readonly Round[], contender: number): Spread =>
  spreadOf(rounds.map((round) => round[contender] ?? NaN));

/** The spread of the ratio of two contenders within each round. */
export const ratiosOf = (rounds: readonly Round[], contender: number, baseline: number): Spread =>
  spreadOf(rounds.map((round) => (round[contender] ?? NaN) / (round[baseline] ?? NaN)));
