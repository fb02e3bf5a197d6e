import { setTimeout as sleep } from "node:timers/promises";
import type { Election, Log } from "../ports.ts";
import type { Runnable } from "./runnable.ts";
import { createRunnableGroup, type RunnableGroup } from "./runnable-group.ts";

/** Starts servers, loops and what the leader does, and stops them. */
export interface Manager {
  /**
   * What is added later is started at once, and not at all while it stops. One that needs the leader is started anew each time that this process leads.
   * @example manager.add(server)
   */
  readonly add: (runnable: Runnable) => void;
  /**
   * Runs until the signal, or until something fails, which is then what it rejects with. To be called once.
   * @example await manager.start()
   */
  readonly start: (signal?: AbortSignal) => Promise<void>;
}

/** What a manager is made of. */
export interface ManagerParts {
  /** Null: what needs the leader just runs. */
  readonly election: Election | null;
  readonly log: Log;
  /** How long all of it may take to stop. */
  readonly stopWithinMs: number;
}

/**
 * Makes a manager. Servers are started first, each is up before the next; then loops; then, while this process leads, what
 * needs the leader. They stop in the reverse order.
 */
export function createRunnableManager(parts: ManagerParts): Manager {
  const { log, stopWithinMs } = parts;
  const added: Runnable[] = [];
  const over = new AbortController();
  const failures: unknown[] = [];
  const fail = (error: unknown): void => {
    // The first one is what `start` rejects with.
    if (failures.length > 0) log.error({ err: error }, "another failure while stopping");
    failures.push(error);
    over.abort();
  };
  const always = createRunnableGroup(fail);
  const leading = createLeading(parts, fail);
  let isStarted = false;

  const take = (runnable: Runnable): Promise<void> => (runnable.needsLeader === true ? leading : always).add(runnable);
  const add: Manager["add"] = (runnable) => {
    if (!isStarted) added.push(runnable);
    else if (!over.signal.aborted) void take(runnable);
  };
  const bringUp = async (): Promise<void> => {
    await Promise.all(inOrder(added).map(take));
    if (over.signal.aborted) return;
    log.info({ runnables: added.length }, "all is started");
    leading.begin();
  };
  const start: Manager["start"] = async (signal = new AbortController().signal) => {
    if (isStarted) throw new Error("the manager was started before: make another one");
    isStarted = true;
    const end = (): void => {
      over.abort();
    };
    signal.addEventListener("abort", end, { once: true });
    if (signal.aborted) end();
    else await Promise.race([bringUp(), aborted(over.signal)]);
    await aborted(over.signal);
    signal.removeEventListener("abort", end);
    log.info({ failures: failures.length }, "stopping");
    await within(stopWithinMs, async () => {
      await leading.stop();
      await always.stop();
    }).catch(fail);
    if (failures.length > 0) throw failures[0];
  };
  return { add, start };
}

const inOrder = (runnables: readonly Runnable[]): readonly Runnable[] => [
  ...runnables.filter(({ stop }) => stop !== undefined),
  ...runnables.filter(({ stop }) => stop === undefined),
];

interface Leading extends RunnableGroup {
  readonly begin: () => void;
}

// Each term has a group of its own: what ended with the last one is started again.
function createLeading({ election }: ManagerParts, fail: (error: unknown) => void): Leading {
  const runnables: Runnable[] = [];
  const end = new AbortController();
  let term: RunnableGroup | null = null;
  let running = Promise.resolve();

  const work = async (signal: AbortSignal): Promise<void> => {
    const group = createRunnableGroup(fail);
    term = group;
    for (const runnable of inOrder(runnables)) void group.add(runnable);
    await aborted(signal);
    term = null;
    await group.stop();
  };
  return {
    add: async (runnable) => {
      runnables.push(runnable);
      await term?.add(runnable);
    },
    begin: () => {
      running = (election === null ? work(end.signal) : election.lead(work, end.signal)).catch(fail);
    },
    stop: async () => {
      end.abort();
      await running;
    },
  };
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const end = (): void => {
      resolve();
    };
    if (signal.aborted) end();
    else signal.addEventListener("abort", end, { once: true });
  });

async function within(ms: number, work: () => Promise<void>): Promise<void> {
  const done = new AbortController();
  const late = sleep(ms, undefined, { signal: done.signal }).then(() => {
    throw new Error(`not everything has stopped within ${String(ms / 1000)} s`);
  });
  try {
    await Promise.race([work(), late]);
  } finally {
    done.abort();
  }
}
