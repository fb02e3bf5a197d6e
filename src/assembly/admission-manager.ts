import { createRunnableManager, type Manager } from "../flow/admission/manager.ts";
import type { Election, Log } from "../flow/ports.ts";
import { createLogger, openStandardOutput } from "../telemetry/logger.ts";
import { onSignal } from "./signals.ts";

/** How a manager runs what it is given. */
export interface ManagerOptions {
  /** Whether SIGTERM and SIGINT stop it; a second signal ends the process at once. Yes by default. */
  readonly signals?: boolean;
  /** Says which of several processes does what needs the leader; left out: each does. */
  readonly election?: Election;
  /** Left out: lines for people on the standard output. */
  readonly log?: Log;
  /** How long all of it may take to stop before `start` rejects; 75 s where it is left out. */
  readonly stopWithinMs?: number;
}

// A drain of 60 s at most, as controller-runtime's, and the loops before it.
const STOP_WITHIN_MS = 75_000;

/**
 * Makes a manager: it starts servers, loops and what needs the leader in this order, and stops them in the reverse one.
 * @example
 * const manager = createManager();
 * manager.add(createAdmissionServer({ port: 8443, certDir: "/certs" }));
 * await manager.start();
 */
export function createManager(options: ManagerOptions = {}): Manager {
  const { signals = true, election = null, stopWithinMs = STOP_WITHIN_MS } = options;
  const log = options.log ?? createLogger({ level: "info", format: "text" }, openStandardOutput());
  const manager = createRunnableManager({ election, log, stopWithinMs });
  if (!signals) return manager;
  const start: Manager["start"] = async (signal) => {
    const told = new AbortController();
    const forget = onSignal(() => {
      told.abort();
    });
    try {
      await manager.start(signal === undefined ? told.signal : AbortSignal.any([signal, told.signal]));
    } finally {
      forget();
    }
  };
  return { ...manager, start };
}
