import { parseDuration } from "../duration.ts";
import type { FieldReader } from "./fields.ts";
import type { Upgrade } from "./hook.ts";

const MIN_DEADLINE_MS = 1_000;
const MAX_DEADLINE_MS = 24 * 3_600_000;

/** Reads `deadline` and `on-failure` of an upgrade: how long a rollout is followed, and what becomes of one that failed. */
export const readRollout = (upgrade: FieldReader): Pick<Upgrade, "deadlineMs" | "onFailure"> => ({
  deadlineMs: readDeadline(upgrade),
  onFailure: readOnFailure(upgrade),
});

function readDeadline(upgrade: FieldReader): number | null {
  const text = upgrade.text("deadline", "");
  if (text === "") return null;
  const deadlineMs = parseDuration(text);
  if (deadlineMs !== null && deadlineMs >= MIN_DEADLINE_MS && deadlineMs <= MAX_DEADLINE_MS) return deadlineMs;
  upgrade.error("deadline", "must be a duration from 1s to 24h, such as 10m");
  return null;
}

function readOnFailure(upgrade: FieldReader): Upgrade["onFailure"] {
  const choice = upgrade.text("on-failure", "").toLowerCase() || "keep";
  if (choice === "keep" || choice === "rollback") return choice;
  upgrade.error("on-failure", `"${choice}" is not known: use keep or rollback`);
  return "keep";
}
