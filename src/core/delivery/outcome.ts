import type { CommandHook, UpgradeHook } from "../hook/hook.ts";
import type { Handshake } from "./handshake.ts";
import type { ClusterFailure } from "../rollout/cluster-failure.ts";
import type { Ended } from "../rollout/ended.ts";
import type { PushRecord } from "../rollout/state.ts";
import type { Target } from "../rollout/target.ts";

/** Why a body was not read. */
export type BodyFailure = "too-large" | "encoded" | "aborted";

/** What either kind of hook may end in before its action. */
export type Refusal =
  | { readonly kind: "method-not-allowed"; readonly methods: readonly string[] }
  | { readonly kind: "not-received"; readonly failure: BodyFailure; readonly maxBytes: number }
  /** `tried`: none of the hook's callers was proved, tried by these keys; the rule was not looked at. */
  | { readonly kind: "mismatch"; readonly missing: string | null; readonly tried?: readonly string[] }
  /** The caller was not proved, as often before from the same source. */
  | { readonly kind: "too-many-failures"; readonly retryAfterSeconds: number }
  /** What proves the caller cannot be had now, or its subscription not be confirmed; the reason is for the log. */
  | { readonly kind: "unavailable"; readonly what: "proof" | "subscription"; readonly reason: string }
  | { readonly kind: "bad-request"; readonly field: string; readonly reason: string }
  /** `detail` is for the log: the caller is not told. */
  | { readonly kind: "not-served"; readonly reason: string; readonly detail?: string };

/** A container that runs what was pushed. */
export interface SkippedContainer {
  readonly container: string;
  readonly reason: "duplicate" | "already-running";
  readonly image: string;
}

/** A container that a push changed. */
export interface ChangedContainer {
  readonly container: string;
  readonly push: PushRecord;
  readonly redeploys: boolean;
}

/** What a push has set off, or what it found. */
type SetOutcome =
  | { readonly kind: "skipped"; readonly containers: readonly SkippedContainer[] }
  | { readonly kind: "changed"; readonly containers: readonly [ChangedContainer, ...ChangedContainer[]] };

/** What became of a push to one workload. */
export type SingleOutcome =
  | Refusal
  | { readonly kind: "not-allowed"; readonly reason: string }
  | { readonly kind: "foreign-repository"; readonly reason: string }
  | { readonly kind: "ignored"; readonly reason: string }
  /** Accepted, and carried out when its hook lets it; null where nobody can tell when. */
  | { readonly kind: "held"; readonly until: string | null; readonly reason: string }
  | { readonly kind: "handshake"; readonly handshake: Handshake }
  /** For good, and said to a registry that would send it again and hold up what comes after it. */
  | { readonly kind: "refused"; readonly reason: string }
  /** What the registry has is not what may run here. */
  | { readonly kind: "unfit"; readonly reason: string }
  /** The registry that shall be asked gives no answer now. */
  | { readonly kind: "registry-away"; readonly reason: string }
  | { readonly kind: "cluster"; readonly failure: ClusterFailure }
  | SetOutcome
  /** Its sender has waited for the end; null where it goes on. */
  | { readonly kind: "ended"; readonly set: SetOutcome; readonly end: Ended | null };

/** What became of one of several workloads. */
export interface WorkloadOutcome {
  readonly target: Target;
  readonly outcome: SingleOutcome;
}

/** What became of a push. */
export type PushOutcome =
  | SingleOutcome
  /** The hook selects workloads; each has an outcome of its own. */
  | { readonly kind: "several"; readonly workloads: readonly WorkloadOutcome[] };

/** What became of a delivery to a hook that rolls a workload forward. */
export type UpgradeOutcome =
  | PushOutcome
  /** Nothing was stored or patched; `would` is what else had become of it. */
  | { readonly kind: "dry-run"; readonly would: PushOutcome };

/** How a run of a command ended. The output is standard output and standard error as they came. */
export type CommandEnding =
  | { readonly kind: "exited"; readonly code: number; readonly output: Buffer }
  | { readonly kind: "killed"; readonly signal: string; readonly output: Buffer }
  | { readonly kind: "timed-out"; readonly afterMs: number; readonly output: Buffer }
  | { readonly kind: "not-started"; readonly reason: string };

/** What became of a delivery to a hook that runs a command. */
export type CommandOutcome =
  | Refusal
  /** The command runs, or waits for its turn: the answer does not wait for it. */
  | { readonly kind: "accepted" }
  | { readonly kind: "ended"; readonly ending: CommandEnding }
  /** So many run and wait already. */
  | { readonly kind: "busy"; readonly running: number; readonly waiting: number }
  /** The client went away while its delivery waited for its turn. */
  | { readonly kind: "gone" };

/** What became of a delivery. */
export type Outcome =
  | { readonly kind: "unknown-hook" }
  | { readonly kind: "upgrade"; readonly hook: UpgradeHook; readonly outcome: UpgradeOutcome }
  | { readonly kind: "command"; readonly hook: CommandHook; readonly outcome: CommandOutcome };
