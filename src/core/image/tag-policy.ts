import type { Tag } from "./reference.ts";

/** Which tags a push may bring. */
export interface TagPolicy {
  /** Why a tag may not replace the one that the container runs (null: it runs none); null when it may. */
  readonly refusal: (tag: Tag, running: Tag | null) => string | null;
  /** Which of two tags that may be brought is the higher: over 0 the first, under 0 the second, 0 where none is. */
  readonly compare: (a: Tag, b: Tag) => number;
}

/** Makes a policy that knows no higher and lower tags from what it says of one that it refuses. */
export const unordered = (refusal: (tag: Tag) => string | null): TagPolicy => ({ refusal, compare: () => 0 });

/** Lets every tag in. */
export const ANY_TAG: TagPolicy = unordered(() => null);

/** Lets in what all of the policies let in. The last that knows a higher tag decides which is. */
export const allOf = (policies: readonly TagPolicy[]): TagPolicy => ({
  refusal: (tag, running) => {
    for (const { refusal } of policies) {
      const refused = refusal(tag, running);
      if (refused !== null) return refused;
    }
    return null;
  },
  compare: (a, b) => policies.findLast(({ compare }) => compare(a, b) !== 0)?.compare(a, b) ?? 0,
});
