/** What a look at files means: nothing new, the first look, or a change that has been there for two looks. */
export type Settled = "same" | "first" | "changed";

/**
 * Tells of signatures that are seen one after the other when there is something to be taken: a file that is still being
 * written changes between two looks, and is left to the next one.
 */
export function createSettling(): (signature: string) => Settled {
  let adopted: string | null = null;
  let last: string | null = null;
  return (signature) => {
    const isFirst = adopted === null;
    const isNew = isFirst || (signature !== adopted && signature === last);
    last = signature;
    if (!isNew) return "same";
    adopted = signature;
    return isFirst ? "first" : "changed";
  };
}
