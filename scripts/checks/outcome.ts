/** How one check ended: a step counts as one, a suite as its tests; what failed stands in the problems. */
export interface Outcome {
  readonly name: string;
  readonly passed: number;
  readonly failed: number;
  readonly problems: readonly string[];
}

/** Counts a check that is not a test as one. */
export function stepOutcome(name: string, problem: string | undefined): Outcome {
  return problem === undefined
    ? { name, passed: 1, failed: 0, problems: [] }
    : { name, passed: 0, failed: 1, problems: [problem] };
}

/** Says what passed and failed in all, in the form that scripts look for. */
export function closingLine(outcomes: readonly Outcome[]): string {
  const sum = (count: (outcome: Outcome) => number): string =>
    String(outcomes.reduce((total, outcome) => total + count(outcome), 0));
  return `${sum(({ passed }) => passed)} passed, ${sum(({ failed }) => failed)} failed`;
}
