import type { Hook } from "../hook/hook.ts";
import type { ClusterFailure } from "./cluster-failure.ts";
import type { PushRecord } from "./state.ts";

/** What became of a delivery to a hook that was found. */
export type HookOutcome =
  | { readonly kind: "method-not-allowed" }
  | { readonly kind: "mismatch"; readonly missing: string | null }
  | { readonly kind: "bad-request"; readonly field: string; readonly reason: string }
  | { readonly kind: "not-allowed"; readonly reason: string }
  | { readonly kind: "ignored"; readonly reason: string }
  /** `detail` is for the log: the caller is not told. */
  | { readonly kind: "not-served"; readonly reason: string; readonly detail?: string }
  | { readonly kind: "cluster"; readonly failure: ClusterFailure }
  | { readonly kind: "skipped"; readonly reason: "duplicate" | "already-running"; readonly image: string }
  | { readonly kind: "changed"; readonly push: PushRecord; readonly redeploys: boolean };

/** What became of a delivery. */
export type Outcome =
  { readonly kind: "unknown-hook" } | { readonly kind: "answered"; readonly hook: Hook; readonly outcome: HookOutcome };
