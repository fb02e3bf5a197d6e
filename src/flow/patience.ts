import { setTimeout as sleep } from "node:timers/promises";
import { isFinal, type ClusterFailure } from "../core/rollout/cluster-failure.ts";

/** Says how often something is tried again within the time that a request has. */
export interface Patience {
  /** Waits as long as a failure asks for; false where there is no time left, or another try would not help. */
  readonly awaits: (failure: ClusterFailure) => Promise<boolean>;
}

const MAX_CONFLICTS = 5;
const FIRST_PAUSE_MS = 25;
const CONFLICT_PAUSE_MS = 10;
// What the last try shall have at least.
const LAST_TRY_MS = 200;

/** Makes one for a request that has so much time left. A lost race is tried again at once, five times in all. */
export function createPatience(remainingMs: () => number): Patience {
  let conflicts = 0;
  let pauseMs = FIRST_PAUSE_MS;
  const pause = async (ms: number): Promise<boolean> => {
    if (ms + LAST_TRY_MS > remainingMs()) return false;
    await sleep(ms);
    return true;
  };
  const awaits: Patience["awaits"] = async (failure) => {
    if (isFinal(failure) || failure.kind === "unreadable") return false;
    if (failure.kind === "conflict") {
      conflicts++;
      if (conflicts > 1) await sleep(Math.random() * CONFLICT_PAUSE_MS);
      return conflicts < MAX_CONFLICTS;
    }
    // The other side knows best when.
    if (failure.kind === "throttled") return pause(failure.retryAfterSeconds * 1000);
    const jittered = pauseMs * (0.5 + Math.random());
    pauseMs *= 2;
    return pause(jittered);
  };
  return { awaits };
}
