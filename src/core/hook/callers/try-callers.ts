import type { HookRequest } from "../argument.ts";
import type { CallerEntry } from "./caller-entry.ts";
import { callerFault, type CallerSurroundings } from "./caller-fault.ts";

/** An entry that was tried on a request, and why it does not prove the caller; null when it does. */
export interface Trial {
  readonly entry: CallerEntry;
  readonly fault: string | null;
}

/** Tries entries one after the other, up to the first that proves the caller. */
export function tryCallers(
  entries: readonly CallerEntry[],
  request: HookRequest,
  surroundings: CallerSurroundings,
): readonly Trial[] {
  const trials: Trial[] = [];
  for (const entry of entries) {
    const fault = callerFault(entry, request, surroundings);
    trials.push({ entry, fault });
    if (fault === null) break;
  }
  return trials;
}
