import type { ChangedContainer, CommandOutcome, Outcome, Refusal, UpgradeOutcome } from "../core/delivery/outcome.ts";
import { isRefusal } from "../core/delivery/refusal.ts";
import type { Hook } from "../core/hook/hook.ts";
import { joined } from "../core/rollout/change.ts";
import { printScope } from "../core/rollout/selection.ts";
import { printTarget } from "../core/rollout/target.ts";
import type { LogFacts } from "../flow/ports.ts";
import { factsOfEnding } from "../flow/run-command.ts";

/** The facts of a delivery's log line: what was meant, and what became of it. */
export function factsOf(outcome: Outcome, id: string): LogFacts {
  switch (outcome.kind) {
    case "unknown-hook":
      // The id of a hook that is not there is whatever was sent: only a piece of it is logged.
      return { hook: id.slice(0, 80), outcome: outcome.kind };
    case "upgrade":
      return { ...factsOfHook(outcome.hook), outcome: outcome.outcome.kind, ...upgradeDetails(outcome.outcome) };
    case "command":
      return { ...factsOfHook(outcome.hook), outcome: outcome.outcome.kind, ...commandDetails(outcome.outcome) };
  }
}

function factsOfHook(hook: Hook): LogFacts {
  if (hook.kind === "command") return { hook: hook.id, command: hook.command.path };
  const { target, container } = hook.upgrade;
  return { hook: hook.id, namespace: target.namespace, workload: printScope(target), container };
}

const reasonOf = ({ reason, detail = reason }: { readonly reason: string; readonly detail?: string }): LogFacts => ({
  reason: detail,
});

const upgradeDetails = (outcome: UpgradeOutcome): LogFacts =>
  isRefusal(outcome) ? refusalDetails(outcome) : takenDetails(outcome);

function takenDetails(outcome: Exclude<UpgradeOutcome, Refusal>): LogFacts {
  if ("reason" in outcome) return reasonOf(outcome);
  switch (outcome.kind) {
    case "changed":
      return changeDetails(outcome.containers);
    case "cluster":
      return { failure: outcome.failure.kind, reason: outcome.failure.message };
    case "ended":
      return endedDetails(outcome);
    case "skipped":
      return {
        reason: joined(outcome.containers, ({ reason }) => reason),
        image: joined(outcome.containers, ({ image }) => image),
      };
    case "several":
      return {
        workloads: outcome.workloads.map(({ target, outcome: one }) => ({
          workload: printTarget(target),
          outcome: one.kind,
          ...upgradeDetails(one),
        })),
      };
    case "dry-run":
      return { dryRun: true, would: outcome.would.kind, ...upgradeDetails(outcome.would) };
    case "handshake":
      return { handshake: outcome.handshake.kind };
  }
}

const endedDetails = ({ set, end }: UpgradeOutcome & { kind: "ended" }): LogFacts => ({
  ...takenDetails(set),
  ...(end !== null && { ended: end.phase, endReason: end.reason }),
});

const changeDetails = (containers: readonly ChangedContainer[]): LogFacts => ({
  before: joined(containers, ({ push }) => push.before),
  after: joined(containers, ({ push }) => push.after),
  redeploys: containers.every(({ redeploys }) => redeploys),
});

function commandDetails(outcome: CommandOutcome): LogFacts {
  if (isRefusal(outcome)) return refusalDetails(outcome);
  switch (outcome.kind) {
    case "ended":
      return factsOfEnding(outcome.ending);
    case "busy":
      return { running: outcome.running, waiting: outcome.waiting };
    case "accepted":
    case "gone":
      return {};
  }
}

function refusalDetails(refusal: Refusal): LogFacts {
  switch (refusal.kind) {
    case "mismatch":
      return { missing: refusal.missing, ...(refusal.tried === undefined ? {} : { tried: refusal.tried }) };
    case "too-many-failures":
      return { retryAfterSeconds: refusal.retryAfterSeconds };
    case "method-not-allowed":
      return {};
    case "bad-request":
      return { field: refusal.field, reason: refusal.reason };
    case "not-served":
    case "unavailable":
      return reasonOf(refusal);
    case "not-received":
      return { failure: refusal.failure };
  }
}
