/** What an operation that may fail in an expected way returns: a value, or an error that says why. Bugs throw instead. */
export type Result<T, E> = { readonly kind: "ok"; readonly value: T } | { readonly kind: "error"; readonly error: E };

/** Wraps a value as a success. */
export const ok = <T>(value: T): { readonly kind: "ok"; readonly value: T } => ({ kind: "ok", value });

/** Wraps an error as an expected failure. */
export const fail = <E>(error: E): { readonly kind: "error"; readonly error: E } => ({ kind: "error", error });
