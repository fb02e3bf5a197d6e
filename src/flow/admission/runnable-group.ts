import type { Runnable } from "./runnable.ts";

/** Runnables that are started in the order in which they are added, and stopped in the reverse one, servers last. */
export interface RunnableGroup {
  /** Resolves when it has been started, or will never be: after a failure and while all stops. */
  readonly add: (runnable: Runnable) => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Makes one with nothing in it. What fails is handed over, and nothing more is started. */
export function createRunnableGroup(onFailure: (error: unknown) => void): RunnableGroup {
  const ending = new AbortController();
  const loops = new Set<Promise<void>>();
  const stops: (() => Promise<void>)[] = [];
  let isOver = false;
  let started = Promise.resolve();

  const fail = (error: unknown): void => {
    isOver = true;
    onFailure(error);
  };
  const runLoop = async (runnable: Runnable): Promise<void> => {
    try {
      await runnable.start(ending.signal);
    } catch (error) {
      if (!isEndedBy(ending.signal, error)) fail(error);
    }
  };
  const startServer = async (server: Runnable, stop: () => Promise<void>): Promise<void> => {
    try {
      await untilUp(server, ending.signal);
      stops.unshift(stop);
    } catch (error) {
      if (!isEndedBy(ending.signal, error)) fail(error);
    }
  };
  const begin = async (runnable: Runnable): Promise<void> => {
    if (isOver) return;
    if (runnable.stop !== undefined) {
      await startServer(runnable, async () => runnable.stop?.());
      return;
    }
    const running = runLoop(runnable).finally(() => loops.delete(running));
    loops.add(running);
  };
  const add: RunnableGroup["add"] = (runnable) => {
    started = started.then(() => begin(runnable));
    return started;
  };
  const stop = async (): Promise<void> => {
    isOver = true;
    ending.abort();
    await started;
    await Promise.all(loops);
    for (const stopOne of stops.splice(0)) await stopOne().catch(fail);
  };
  return { add, stop };
}

// A server that is up is ended by its `stop` alone, in its turn: its signal ends only while it starts.
async function untilUp(server: Runnable, signal: AbortSignal): Promise<void> {
  const own = new AbortController();
  const end = (): void => {
    own.abort(signal.reason);
  };
  signal.addEventListener("abort", end, { once: true });
  try {
    await server.start(own.signal);
  } finally {
    signal.removeEventListener("abort", end);
  }
}

const isEndedBy = (signal: AbortSignal, error: unknown): boolean =>
  signal.aborted && (error === signal.reason || (error instanceof Error && error.name === "AbortError"));
