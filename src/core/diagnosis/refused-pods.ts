import type { Evidence, Fault } from "./facts.ts";
import { behind, quote, withQuote } from "./quote.ts";

/** Says why pods are not even made: a quota, an admission webhook, Pod Security. Null where they are, or nobody says. */
export function refusedPods(evidence: Evidence): Fault | null {
  const message = refusal(evidence);
  if (message === "") return null;
  const why = behind(behind(message, "Error creating: "), " is forbidden: ");
  return { rank: 0, key: "refused", text: clauseOf(why), crashed: null };
}

/** True for a workload that has fewer pods than it wants, of which only its Events can say why. */
export const isShortOfPods = ({ rollout, pods }: Pick<Evidence, "rollout" | "pods">): boolean =>
  (rollout.kind === "statefulset" || rollout.kind === "daemonset") &&
  pods.filter(({ isDeleted }) => !isDeleted).length < rollout.desired;

// A deployment repeats in a condition what its ReplicaSet was told; others leave an Event alone.
function refusal(evidence: Evidence): string {
  const { rollout, workload, events } = evidence;
  if (rollout.kind === "deployment") return rollout.replicaFailure;
  if (!isShortOfPods(evidence)) return "";
  return events.find(({ uid, reason }) => uid === workload.uid && reason === "FailedCreate")?.message ?? "";
}

function clauseOf(why: string): string {
  if (why.startsWith("exceeded quota")) return `a quota allows no more pods: ${quote(why)}`;
  if (why.startsWith("violates PodSecurity")) return `Pod Security refuses the new pods: ${quote(why)}`;
  const webhook = why.indexOf("admission webhook ");
  if (webhook !== -1) return `an admission webhook refuses the new pods: ${quote(why.slice(webhook))}`;
  return withQuote("new pods cannot be made", why);
}
