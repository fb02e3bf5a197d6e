import process from "node:process";

/**
 * Calls once when the process is told to end, by SIGTERM or SIGINT. A second signal does not wait: the process exits with
 * code 1. What comes back ends the listening.
 */
export function onSignal(act: () => void): () => void {
  let isTold = false;
  const hear = (): void => {
    if (isTold) process.exit(1);
    isTold = true;
    act();
  };
  for (const name of NAMES) process.on(name, hear);
  return () => {
    for (const name of NAMES) process.off(name, hear);
  };
}

const NAMES = ["SIGTERM", "SIGINT"] as const;

/** Resolves when the process is told to end; a second signal does not wait. */
export const signalled = (): Promise<void> =>
  new Promise((resolve) => {
    onSignal(resolve);
  });
