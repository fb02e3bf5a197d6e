import { DEVIATIONS, type Exchange } from "./deviations.ts";
import { isSameAnswer, showAnswer, showRequest, type Answer, type Answering } from "./raw-client.ts";

/** A request that two servers answered differently. */
export interface Difference {
  readonly exchange: Exchange;
  readonly first: Answer;
  readonly second: Answer;
}

/** What came of a comparison. */
export interface Comparison {
  /** How many requests were compared to the byte. */
  readonly compared: number;
  /** How many were left out, by the name of the deviation. */
  readonly excepted: ReadonlyMap<string, number>;
  /** How many answers of the first server are of each kind. */
  readonly outcomes: ReadonlyMap<OutcomeKind, number>;
  readonly differences: readonly Difference[];
}

/** What a server did with a request, as its answer tells. */
export type OutcomeKind = "triggered" | "mismatch" | "rule error" | "unknown hook" | "method not allowed" | "other";

const SAYS: readonly (readonly [OutcomeKind, (status: number, text: string) => boolean])[] = [
  ["method not allowed", (status, text) => status === 405 && text === ""],
  ["unknown hook", (status, text) => status === 404 && text === "Hook not found."],
  ["rule error", (_status, text) => text === "Error occurred while evaluating hook rules."],
  ["mismatch", (_status, text) => text === "Hook rules were not satisfied."],
  ["triggered", (_status, text) => /^done|^Error occurred while executing/.test(text)],
];

const outcomeOf = ({ status, body }: Answer): OutcomeKind =>
  SAYS.find(([, says]) => says(status, body.toString()))?.[0] ?? "other";

const deviationOf = (exchange: Exchange): string | undefined =>
  DEVIATIONS.find(({ applies }) => applies(exchange))?.name;

/** Shows a difference with all that is needed to repeat it. */
export const showDifference = ({ exchange: { hook, request }, first, second }: Difference): string =>
  [
    `  hook ${JSON.stringify(hook)}`,
    showRequest(request),
    `  first:  ${showAnswer(first)}`,
    `  second: ${showAnswer(second)}`,
  ].join("\n");

/** Sends a request to both servers; the difference between their answers, unless a deviation says that there may be one. */
export async function differenceIn(
  exchange: Exchange,
  first: Answering,
  second: Answering,
): Promise<Difference | undefined> {
  if (deviationOf(exchange) !== undefined) return undefined;
  const [one, other] = await Promise.all([first(exchange.request), second(exchange.request)]);
  return isSameAnswer(one, other) ? undefined : { exchange, first: one, second: other };
}

const count = <Key>(counts: Map<Key, number>, key: Key): unknown => counts.set(key, (counts.get(key) ?? 0) + 1);

/** Sends the same requests to two servers and compares what they answer; deviations are left out. */
export async function compare(
  exchanges: readonly Exchange[],
  first: Answering,
  second: Answering,
): Promise<Comparison> {
  const excepted = new Map<string, number>();
  const outcomes = new Map<OutcomeKind, number>();
  const differences: Difference[] = [];
  for (const exchange of exchanges) {
    const deviation = deviationOf(exchange);
    if (deviation !== undefined) {
      count(excepted, deviation);
      continue;
    }
    const [one, other] = await Promise.all([first(exchange.request), second(exchange.request)]);
    count(outcomes, outcomeOf(one));
    if (!isSameAnswer(one, other)) differences.push({ exchange, first: one, second: other });
  }
  return { compared: sum(outcomes), excepted, outcomes, differences };
}

const sum = (counts: ReadonlyMap<unknown, number>): number => [...counts.values()].reduce((all, each) => all + each, 0);

/** Adds up comparisons. */
export function total(comparisons: readonly Comparison[]): Comparison {
  const merge = <Key>(maps: readonly ReadonlyMap<Key, number>[]): Map<Key, number> => {
    const merged = new Map<Key, number>();
    for (const [key, more] of maps.flatMap((map) => [...map])) merged.set(key, (merged.get(key) ?? 0) + more);
    return merged;
  };
  return {
    compared: comparisons.reduce((all, { compared }) => all + compared, 0),
    excepted: merge(comparisons.map(({ excepted }) => excepted)),
    outcomes: merge(comparisons.map(({ outcomes }) => outcomes)),
    differences: comparisons.flatMap(({ differences }) => differences),
  };
}
