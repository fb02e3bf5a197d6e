import { createHash } from "node:crypto";
import { rolloutId, type Rollout } from "./rollouts.ts";
import { targetKey, type Target } from "./target.ts";

/** Tells notices apart: that of one rollout by one channel always has the same id. 32 hexadecimal digits. */
export const noticeId = (
  target: Target,
  rollout: Pick<Rollout, "hook" | "acceptedAt" | "request">,
  channel: string,
): string =>
  createHash("sha256")
    .update([targetKey(target), rolloutId(rollout), channel].join("\n"))
    .digest("hex")
    .slice(0, 32);
