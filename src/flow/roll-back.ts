import { describeFailure, isFinal, type ClusterFailure } from "../core/rollout/cluster-failure.ts";
import { rollbackPatch } from "../core/rollout/patch.ts";
import { isRedeploy } from "../core/rollout/plan.ts";
import { rolloutId, rolloutsOf, type Rollout } from "../core/rollout/rollouts.ts";
import { withRecord } from "../core/rollout/state.ts";
import type { Target } from "../core/rollout/target.ts";
import { joined } from "../core/rollout/change.ts";
import type { Result } from "../core/result.ts";
import { fail, ok } from "../core/result.ts";
import type { Workload } from "../core/rollout/workload.ts";
import type { EventRecorder, Log, Observation, States, Workloads } from "./ports.ts";
import type { End } from "./settle.ts";

/** What it reaches. */
export interface RollBackParts {
  readonly workloads: Workloads;
  readonly states: States;
  readonly events: EventRecorder;
  readonly log: Log;
}

const TIMEOUT_MS = 10_000;
// Kubernetes' documents call it a forced rollback; only people may judge whether a pod's data allows it.
const STUCK_PODS = "; a StatefulSet keeps pods that never became ready: delete them";

interface Failed {
  readonly end: End;
  readonly latest: Observation;
}

/**
 * Sets the images again that a workload ran before a rollout that failed, unless someone has changed them since. That it
 * is meant to stands in the state first. `again` where the API server could not be asked.
 */
export async function rollBack(
  rollout: Rollout,
  { end, latest }: Failed,
  parts: RollBackParts,
  signal: AbortSignal,
): Promise<End | "again"> {
  const { target } = latest.workload;
  const { changes } = rollout;
  const why = end.result === null || end.result.kind === "complete" ? "" : end.result.reason;
  if (changes.every(({ push }) => isRedeploy(push)))
    return withReason(end, `${why}; nothing to roll back to: the image's name was the same before`);
  const limit = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
  const images = joined(changes, ({ container, push }) => `${container} has ${push.before} again`);
  const reason = `${why}; rolled back: ${images}${target.kind === "statefulset" ? STUCK_PODS : ""}`;
  const meant = await announce(rollout, { target, reason }, parts, limit);
  if (meant.kind === "error") return isFinal(meant.error) ? refused(end, why, meant.error, { latest, parts }) : "again";
  const patched = await patchBack(changes, latest.workload, parts, limit);
  if (patched.kind === "ok") return { result: { kind: "rolled-back", reason }, phase: "rolled-back", replaced: [] };
  if (patched.error.kind === "conflict") return "again";
  return isFinal(patched.error) ? refused(end, why, patched.error, { latest, parts }) : "again";
}

// Some admission webhooks refuse as a lost test does. What is lost though nobody changed the images is a refusal.
async function patchBack(
  changes: Rollout["changes"],
  workload: Workload,
  { workloads }: Pick<RollBackParts, "workloads">,
  signal: AbortSignal,
): Promise<Result<Workload, ClusterFailure>> {
  const { target } = workload;
  const first = await workloads.patch(target, rollbackPatch(changes, workload), signal);
  if (first.kind === "ok" || first.error.kind !== "conflict") return first;
  const now = await workloads.read(target, signal);
  if (now.kind === "error" || !runsAll(changes, now.value)) return first;
  const second = await workloads.patch(target, rollbackPatch(changes, now.value), signal);
  if (second.kind === "ok" || second.error.kind !== "conflict") return second;
  const after = await workloads.read(target, signal);
  const isUntouched = after.kind === "ok" && after.value.generation === now.value.generation;
  return isUntouched ? fail({ kind: "refused", message: second.error.message, status: 422 }) : second;
}

const runsAll = (changes: Rollout["changes"], { containers }: Workload): boolean =>
  changes.every(({ container, push }) =>
    containers.some(({ name, image }) => name === container && image === push.after),
  );

const withReason = (end: End, reason: string): End => ({ ...end, result: { kind: "failed", reason } });

// Said loudly: the workload is left with an image that does not run.
function refused(
  end: End,
  why: string,
  failure: ClusterFailure,
  { latest, parts }: { readonly latest: Observation; readonly parts: RollBackParts },
): End {
  const reason = `${why}; THE ROLLBACK FAILED: ${describeFailure(failure)}`;
  parts.log.error({ workload: latest.workload.target.name, reason: describeFailure(failure) }, "rollback failed");
  parts.events.record(latest.workload, { type: "Warning", reason: "RollbackFailed", message: reason });
  return withReason(end, reason);
}

async function announce(
  rollout: Rollout,
  { target, reason }: { readonly target: Target; readonly reason: string },
  { states }: RollBackParts,
  signal: AbortSignal,
): Promise<Result<void, ClusterFailure>> {
  const stored = await states.load(target, signal);
  if (stored.kind === "error") return stored;
  const { state } = stored.value;
  const id = rolloutId(rollout);
  const known = rolloutsOf(state).find((one) => rolloutId(one) === id);
  if (known === undefined || known.changes.every(({ push }) => push.rollback === reason)) return ok(undefined);
  const next = known.changes.reduce(
    (changed, { container, push }) => withRecord(changed, container, push, { rollback: reason }),
    state,
  );
  const saved = await states.save(target, { ...stored.value, state: next }, signal);
  return saved.kind === "ok" ? ok(undefined) : saved;
}
