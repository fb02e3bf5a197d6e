import type { Change } from "../core/rollout/change.ts";
import type { Target } from "../core/rollout/target.ts";
import type { AcceptedPush } from "./push.ts";

/** A push on its way to a workload. */
export interface Job {
  readonly accepted: AcceptedPush;
  readonly target: Target;
}

/** What a push does to the containers of a workload. */
export type Changes = readonly [Change, ...Change[]];
