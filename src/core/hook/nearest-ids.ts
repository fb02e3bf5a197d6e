import { distance } from "fastest-levenshtein";

const SHOWN = 3;

/** The ids that look most like one that there is not. */
export const nearestIds = (id: string, known: readonly string[]): readonly string[] =>
  known
    .map((each) => ({ each, away: distance(id.toLowerCase(), each.toLowerCase()) }))
    .sort((a, b) => a.away - b.away)
    .slice(0, SHOWN)
    .map(({ each }) => each);
