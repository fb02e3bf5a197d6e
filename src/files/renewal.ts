import type { Result } from "../core/result.ts";
import { createPoll, type Poll } from "./poll.ts";

/** What is read again when its files change. */
interface Renewable<T> {
  /** Changes when the files do. */
  readonly signature: () => Promise<string>;
  /** The signature of what was read last. */
  readonly adopted: string;
  readonly read: () => Promise<Result<T, string>>;
}

/** What is told of it. */
interface Renewed<T> {
  readonly onRenewed: (value: T) => void;
  /** The files changed and cannot be used; told once for each change. */
  readonly onKept: (reason: string) => void;
}

const INTERVAL_MS = 500;

/** Reads files again once they have changed and stayed the same for two looks, so that none is read half written. */
export function createRenewal<T>({ signature, adopted, read }: Renewable<T>, { onRenewed, onKept }: Renewed<T>): Poll {
  let known = adopted;
  let last = adopted;
  return createPoll(async () => {
    const seen = await signature();
    const isSettled = seen === last;
    last = seen;
    if (seen === known || !isSettled) return;
    known = seen;
    const renewed = await read();
    if (renewed.kind === "error") onKept(renewed.error);
    else onRenewed(renewed.value);
  }, INTERVAL_MS);
}
