import { setTimeout as sleep } from "node:timers/promises";
import { isNewer, type PushTimes } from "../core/rollout/order.ts";

/** What a task gave, and whether it changed the workload. */
export interface Done<T> {
  readonly value: T;
  readonly isChange: boolean;
}

/** Takes the tasks of one key together: those that have gathered are begun newest first, one after the other. */
export interface Line {
  readonly run: <T>(key: string, times: PushTimes, task: (hasWaited: boolean) => Promise<Done<T>>) => Promise<T>;
}

interface Waiting {
  readonly times: PushTimes;
  /** True when it changed the workload. */
  readonly begin: (hasWaited: boolean) => Promise<boolean>;
}

/**
 * Makes one with nobody waiting. After a change the next tasks of its key gather for a time, so that a burst of pushes
 * changes a workload a few times only: the newest of them first, the others then find that they are older.
 */
export function createLine(paceMs: number): Line {
  const lines = new Map<string, Waiting[]>();
  const work = async (key: string, waiting: Waiting[]): Promise<void> => {
    let hasWaited = false;
    while (waiting.length > 0) {
      const gathered = waiting.splice(0).sort((a, b) => (isNewer(a.times, b.times) ? -1 : 1));
      let isChanged = false;
      for (const { begin } of gathered) {
        isChanged = (await begin(hasWaited)) || isChanged;
        hasWaited = true;
      }
      if (isChanged) await sleep(paceMs, undefined, { ref: false });
    }
    lines.delete(key);
  };
  return {
    run: (key, times, task) =>
      new Promise((resolve, reject) => {
        const begin = async (hasWaited: boolean): Promise<boolean> => {
          try {
            const { value, isChange } = await task(hasWaited);
            resolve(value);
            return isChange;
          } catch (error) {
            reject(error instanceof Error ? error : new Error(String(error)));
            return false;
          }
        };
        const waiting = lines.get(key) ?? [];
        waiting.push({ times, begin });
        if (lines.has(key)) return;
        lines.set(key, waiting);
        void work(key, waiting);
      }),
  };
}
