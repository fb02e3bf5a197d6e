/** The notices that this process has claimed and is to send: nobody else does before the claim lapses. */
export interface Claims {
  readonly add: (ids: readonly string[]) => void;
  readonly has: (id: string) => boolean;
  readonly remove: (ids: readonly string[]) => void;
}

/** Makes one with no claim. */
export function createClaims(): Claims {
  const claimed = new Set<string>();
  return {
    add: (ids) => {
      for (const id of ids) claimed.add(id);
    },
    has: (id) => claimed.has(id),
    remove: (ids) => {
      for (const id of ids) claimed.delete(id);
    },
  };
}
