import { rolloutKey } from "../rollout/rollout-key.ts";
import type { UpgradeTarget } from "../rollout/selection.ts";
import type { Answer } from "./answer.ts";
import type { Outcome, SingleOutcome } from "./outcome.ts";

/** Names the rollouts that a delivery began: their keys, with commas between. */
const KEYS = "Imagehook-Rollout";
/** Where what becomes of them can be looked up. */
const STATUS = "Imagehook-Status";

const API = "/api/v1/rollouts";

/** Where what becomes of a rollout can be looked up. */
export const rolloutAddress = (publicUrl: string, key: string): string => `${publicUrl}${API}/${key}`;

/**
 * The headers of an answer to a delivery that changed something; none for any other. Addresses begin with the public
 * one of the configuration; without one there is no address.
 */
export function statusHeaders(outcome: Outcome, publicUrl: string): Answer["headers"] {
  if (outcome.kind !== "upgrade") return [];
  const keys = keysOf(outcome);
  const [first] = keys;
  if (first === undefined) return [];
  const hook = encodeURIComponent(outcome.hook.id);
  const status = keys.length === 1 ? rolloutAddress(publicUrl, first) : `${publicUrl}${API}?hook=${hook}`;
  return [{ name: KEYS, value: keys.join(", ") }, ...(publicUrl === "" ? [] : [{ name: STATUS, value: status }])];
}

function keysOf({ hook, outcome }: Outcome & { readonly kind: "upgrade" }): readonly string[] {
  if (outcome.kind === "several") return outcome.workloads.flatMap((one) => keyOf(one.target, one.outcome));
  return outcome.kind === "dry-run" ? [] : keyOf(hook.upgrade.target, outcome);
}

function keyOf(target: UpgradeTarget, outcome: SingleOutcome): readonly string[] {
  const set = outcome.kind === "ended" ? outcome.set : outcome;
  if (set.kind !== "changed" || target.kind === "selected") return [];
  return [rolloutKey(target, set.containers[0].push)];
}
