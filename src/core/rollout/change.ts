import type { Plan } from "./plan.ts";

/** What a push does to one container. */
export type Change = Plan & { readonly kind: "change" };

/** When the newest of these changes was accepted. A repetition has the time of the push that it repeats. */
export const newestOf = (changes: readonly Change[]): string =>
  changes.map(({ push }) => push.acceptedAt).reduce((newest, at) => (at > newest ? at : newest), "");

/** What there is to say of several, in one line; what is said of more than one of them stands there once. */
export const joined = <T>(all: readonly T[], say: (one: T) => string): string => [...new Set(all.map(say))].join(", ");
