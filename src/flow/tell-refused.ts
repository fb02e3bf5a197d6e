import { targetKey } from "../core/rollout/target.ts";
import type { Background } from "./background.ts";
import type { Clock, EventRecorder, Workloads } from "./ports.ts";
import type { PushParts } from "./push.ts";

/** What it reaches. */
interface TellParts {
  readonly workloads: Pick<Workloads, "recall">;
  readonly events: EventRecorder;
  readonly background: Background;
  readonly clock: Clock;
}

const QUIET_MS = 60_000;
const MAX_REMEMBERED = 1_000;
const READ_WITHIN_MS = 5_000;

/**
 * Makes what records an Event on a hook's workload for a push that was refused, where the sender hears only a 2xx: at
 * most one a minute of a hook and workload. A workload that is not there has no Events.
 */
export function createTellRefused({ workloads, events, background, clock }: TellParts): PushParts["onRefused"] {
  const told = new Map<string, number>();
  const isTold = (key: string, nowMs: number): boolean => {
    for (const [old, atMs] of told) if (nowMs - atMs >= QUIET_MS) told.delete(old);
    if (told.has(key) || told.size >= MAX_REMEMBERED) return true;
    told.set(key, nowMs);
    return false;
  };
  return ({ id }, { target, reason }, requestId) => {
    if (isTold(`${id} ${targetKey(target)}`, clock.now().getTime())) return;
    background.run("tell-refused", async (signal) => {
      const limit = AbortSignal.any([signal, AbortSignal.timeout(READ_WITHIN_MS)]);
      const workload = await workloads.recall(target, limit);
      if (workload.kind === "error") return;
      const message = `${reason} (hook ${id}, request ${requestId})`;
      events.record(workload.value, { type: "Warning", reason: "ImageRefused", message });
    });
  };
}
