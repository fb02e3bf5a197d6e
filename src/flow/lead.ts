import { setTimeout as sleep } from "node:timers/promises";
import { targetKey, type Target } from "../core/rollout/target.ts";
import { targetOf, type RolloutState } from "../core/rollout/state.ts";
import { openView, type Board, type View } from "./board.ts";
import type { Log } from "./ports.ts";

/** Something that whoever leads does for each workload whose state asks for it. */
export interface Duty {
  readonly name: string;
  readonly isDue: (state: RolloutState) => boolean;
  /** Does what is due, and returns when nothing is any more or with the signal. */
  readonly run: (target: Target, view: View, signal: AbortSignal) => Promise<void>;
}

// What returns though it is still due is not begun again at once.
const PAUSE_MS = 100;
const PAUSE_AFTER_FAULT_MS = 5_000;

/**
 * Makes the work of whoever leads: each duty is done for each workload whose state asks for it, once at a time, until
 * the signal. A duty that throws is a bug: it is logged, begun again later, and harms no other.
 */
export function createLead(board: Board, duties: readonly Duty[], log: Log): (signal: AbortSignal) => Promise<void> {
  return async (signal) => {
    const running = new Map<string, Promise<void>>();
    const perform = async (duty: Duty, target: Target): Promise<void> => {
      const view = openView(board, target);
      let pauseMs = PAUSE_MS;
      try {
        await duty.run(target, view, signal);
      } catch (error) {
        log.error({ duty: duty.name, workload: targetKey(target), err: error }, "a duty failed");
        pauseMs = PAUSE_AFTER_FAULT_MS;
      } finally {
        view.close();
      }
      await sleep(pauseMs, undefined, { signal, ref: false }).catch(() => undefined);
    };
    const consider = (target: Target): void => {
      const stored = board.get(target);
      if (stored === null || signal.aborted) return;
      for (const duty of duties) {
        const key = `${duty.name} ${targetKey(target)}`;
        if (running.has(key) || !duty.isDue(stored.state)) continue;
        const task = perform(duty, target).then(() => {
          running.delete(key);
          consider(target);
        });
        running.set(key, task);
      }
    };
    const stop = board.listen(consider);
    for (const { state } of board.busy()) consider(targetOf(state));
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      else
        signal.addEventListener(
          "abort",
          () => {
            resolve();
          },
          { once: true },
        );
    });
    stop();
    await Promise.all(running.values());
  };
}
