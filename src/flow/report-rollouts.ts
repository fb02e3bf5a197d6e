import { fail, ok, type Result } from "../core/result.ts";
import type { ClusterFailure } from "../core/rollout/cluster-failure.ts";
import {
  EMPTY_REPORT,
  rolloutReports,
  withStates,
  type Report,
  type ReportQuery,
  type RolloutReport,
} from "../core/rollout/report.ts";
import { objectOfKey } from "../core/rollout/rollout-key.ts";
import type { StateArchive } from "./ports.ts";

/** Says what is going on, from the state objects as they are now. */
export interface RolloutReports {
  readonly list: (query: ReportQuery, signal: AbortSignal) => Promise<Result<Report, ClusterFailure>>;
  /** Looks at the one state object that the key names; null where it holds no such rollout, or the text is no key. */
  readonly find: (key: string, signal: AbortSignal) => Promise<Result<RolloutReport | null, ClusterFailure>>;
}

/** Makes the flow. No more states are held at a time than those of one page. */
export function createRolloutReports(archive: Pick<StateArchive, "pages" | "find">): RolloutReports {
  return {
    list: async (query, signal) => {
      let report = EMPTY_REPORT;
      for await (const page of archive.pages(signal)) {
        if (page.kind === "error") return fail(page.error);
        const { states, unreadable } = page.value;
        report = withStates({ ...report, unreadable: report.unreadable + unreadable }, states, query);
      }
      return ok(report);
    },
    find: async (key, signal) => {
      const object = objectOfKey(key);
      if (object === null) return ok(null);
      const state = await archive.find(object, signal);
      if (state.kind === "error" || state.value === null) return state.kind === "error" ? state : ok(null);
      return ok(rolloutReports(state.value).find((rollout) => rollout.key === key) ?? null);
    },
  };
}
