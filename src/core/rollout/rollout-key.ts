import { createHash } from "node:crypto";
import { rolloutId, type Rollout } from "./rollouts.ts";
import { stateObjectName } from "./state.ts";
import type { Target } from "./target.ts";

const OBJECT_PREFIX = "imagehook-";
const KEY = /^([0-9a-f]{16})-[0-9a-f]{12}$/;

/** Names a rollout in URLs, answers and tables: 16 digits of its state object, 12 of the rollout, both hexadecimal. */
export function rolloutKey(target: Target, rollout: Pick<Rollout, "hook" | "acceptedAt" | "request">): string {
  const own = createHash("sha256").update(rolloutId(rollout)).digest("hex").slice(0, 12);
  return `${stateObjectName(target).slice(OBJECT_PREFIX.length)}-${own}`;
}

/** The name of the state object that a rollout of this key stands in; null for a text that is no key. */
export function objectOfKey(key: string): string | null {
  const [, digits] = KEY.exec(key) ?? [];
  return digits === undefined ? null : `${OBJECT_PREFIX}${digits}`;
}
