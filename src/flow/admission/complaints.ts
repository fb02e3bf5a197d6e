import { describeFailure, type ClusterFailure } from "../../core/rollout/cluster-failure.ts";
import type { Log, LogFacts } from "../ports.ts";

/** Says what is wrong once, and again when it is something else or has been well in between. */
export interface Complaints {
  readonly fail: (failure: ClusterFailure, facts: LogFacts, message: string) => void;
  /** All is well. */
  readonly clear: () => void;
}

/** Makes one that has nothing to complain about. */
export function createComplaints(log: Log): Complaints {
  const said = new Set<string>();
  return {
    fail: (failure, facts, message) => {
      const key = `${message} ${failure.kind} ${JSON.stringify(facts)}`;
      if (failure.kind === "conflict" || said.has(key)) return;
      said.add(key);
      log.error({ ...facts, reason: describeFailure(failure) }, message);
    },
    clear: () => {
      said.clear();
    },
  };
}
