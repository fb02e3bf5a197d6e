import { NO_ADDRESS, encodeBadReview } from "../../core/admission/review.ts";
import { isLarge, reviewWeight } from "../../core/admission/review-weight.ts";
import type { AnswerReview, ReviewCall, ReviewReply } from "./answer-review.ts";

/** How much memory objects of reviews may take, in bytes. */
interface ParsedLimits {
  /** Those of all reviews that are being answered; one alone is answered in any case. */
  readonly maxHeld: number;
  /** Those of a single one. */
  readonly maxWeight: number;
  /** Is called whenever about `maxHeld` have been let go: large objects leave the collector too much to do for later. */
  readonly collect: () => void;
}

/** Parses a review when there is memory for its object; it waits until then, in its turn, and has less time left. */
export function parseInTurn<Client>(answer: AnswerReview<Client>, limits: ParsedLimits): AnswerReview<Client> {
  const { maxHeld, maxWeight, collect } = limits;
  let held = 0;
  let letGo = 0;
  const waiting: { readonly weight: number; readonly begin: () => void }[] = [];
  const isFree = (weight: number): boolean => held === 0 || held + weight <= maxHeld;
  const release = (weight: number): void => {
    held -= weight;
    for (let next = waiting[0]; next !== undefined && isFree(next.weight); next = waiting[0]) {
      waiting.shift();
      held += next.weight;
      next.begin();
    }
  };
  const turn = async (weight: number): Promise<number> => {
    const startedMs = performance.now();
    await new Promise<void>((resolve) => waiting.push({ weight, begin: resolve }));
    return performance.now() - startedMs;
  };
  return async (call) => {
    const weight = reviewWeight(call.body);
    if (weight > maxWeight) return TOO_HEAVY;
    let waitedMs = 0;
    if (waiting.length === 0 && isFree(weight)) held += weight;
    else waitedMs = await turn(weight);
    try {
      return await answer(waitedMs === 0 ? call : later(call, waitedMs));
    } finally {
      release(weight);
      if (isLarge(call.body)) letGo += weight;
      if (letGo > maxHeld) {
        letGo = 0;
        collect();
      }
    }
  };
}

const TOO_HEAVY: ReviewReply = {
  status: 413,
  body: encodeBadReview({
    address: NO_ADDRESS,
    code: 413,
    message: "request entity is too large: its values would take too much memory, however short their text is",
  }),
};

const later = <Client>(call: ReviewCall<Client>, waitedMs: number): ReviewCall<Client> => ({
  ...call,
  timeoutMs: call.timeoutMs === null ? null : Math.max(1, call.timeoutMs - waitedMs),
});
