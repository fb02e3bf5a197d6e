import type { UpgradeHook } from "../core/hook/hook.ts";
import type { Background } from "./background.ts";
import type { Clock, EventRecorder, Workloads } from "./ports.ts";

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
 * most one a minute of a hook. A workload that is not there has no Events.
 */
export function createTellRefused({
  workloads,
  events,
  background,
  clock,
}: TellParts): (hook: UpgradeHook, reason: string, requestId: string) => void {
  const told = new Map<string, number>();
  const isTold = (id: string, nowMs: number): boolean => {
    for (const [old, atMs] of told) if (nowMs - atMs >= QUIET_MS) told.delete(old);
    if (told.has(id) || told.size >= MAX_REMEMBERED) return true;
    told.set(id, nowMs);
    return false;
  };
  return ({ id, upgrade }, reason, requestId) => {
    if (isTold(id, clock.now().getTime())) return;
    background.run("tell-refused", async (signal) => {
      const limit = AbortSignal.any([signal, AbortSignal.timeout(READ_WITHIN_MS)]);
      const workload = await workloads.recall(upgrade.target, limit);
      if (workload.kind === "error") return;
      const message = `${reason} (hook ${id}, request ${requestId})`;
      events.record(workload.value, { type: "Warning", reason: "ImageRefused", message });
    });
  };
}
