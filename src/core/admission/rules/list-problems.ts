const MAX_PROBLEMS = 20;

/** Puts problems into one message, a line each: so many at most, and how many more there are. */
export function listProblems(problems: readonly string[], max = MAX_PROBLEMS): string {
  const said = firstOf(problems, max);
  return problems.length === 1 ? said.join("") : [`${String(problems.length)} problems:`, ...said].join("\n- ");
}

/** The first problems, and behind them how many more there are. */
export const firstOf = (problems: readonly string[], max = MAX_PROBLEMS): readonly string[] =>
  problems.length > max ? [...problems.slice(0, max), `and ${String(problems.length - max)} more`] : problems;
