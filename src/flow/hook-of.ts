import type { UpgradeHook } from "../core/hook/hook.ts";
import type { Target } from "../core/rollout/target.ts";
import type { HookStore } from "./hook-store.ts";
import type { Clock } from "./ports.ts";

/** The hook that a workload's state names; `unknown` while it may still come, `gone` when it will not. */
export type FindHook = (id: string, target: Target) => UpgradeHook | "unknown" | "gone";

// A ConfigMap may come a minute late, and so may a hook that is moved from one file to another.
const GRACE_MS = 60_000;
const MAX_MISSED = 1_000;

/**
 * Finds the hooks of stored pushes. One that is missing is gone after a minute, unless a hooks file cannot be read: it may
 * stand there.
 */
export function createFindHook(store: Pick<HookStore, "find" | "isSound">, clock: Clock): FindHook {
  const missedSince = new Map<string, number>();
  return (id, target) => {
    const hook = store.find(id);
    if (hook?.kind === "upgrade" && covers(hook, target)) {
      missedSince.delete(id);
      return hook;
    }
    const nowMs = clock.now().getTime();
    const since = missedSince.get(id) ?? nowMs;
    if (missedSince.size < MAX_MISSED || missedSince.has(id)) missedSince.set(id, since);
    return store.isSound() && nowMs - since >= GRACE_MS ? "gone" : "unknown";
  };
}

function covers({ upgrade }: UpgradeHook, { kind, namespace, name }: Target): boolean {
  const { target } = upgrade;
  if (target.namespace !== namespace) return false;
  return target.kind === "selected" ? target.kinds.includes(kind) : target.kind === kind && target.name === name;
}
