/** How many tasks of one key run at once, and how many wait. */
export interface TurnLimits {
  readonly concurrency: number;
  readonly queue: number;
}

/** A place among the tasks of one key. */
export interface Turn {
  readonly kind: "turn";
  /** Resolves when the task may run. */
  readonly isDue: Promise<void>;
  /** Gives the place up: after the run, or when the wait is over for another reason. */
  readonly leave: () => void;
}

/** Why there is no place. */
interface NoTurn {
  readonly kind: "busy";
  readonly running: number;
  readonly waiting: number;
}

/** Lets a bounded number of tasks of each key run, and a bounded number wait, first come, first served. */
export interface Turns {
  readonly ask: (key: string, limits: TurnLimits) => Turn | NoTurn;
}

interface Line {
  readonly running: Set<object>;
  readonly waiting: Map<object, () => void>;
}

/** Makes one with nothing running. */
export function createTurns(): Turns {
  const lines = new Map<string, Line>();
  const leave = (key: string, line: Line, place: object, { concurrency }: TurnLimits): void => {
    line.running.delete(place);
    line.waiting.delete(place);
    for (const [next, start] of line.waiting) {
      if (line.running.size >= concurrency) break;
      line.waiting.delete(next);
      line.running.add(next);
      start();
    }
    const isEmpty = line.running.size === 0 && line.waiting.size === 0;
    if (isEmpty && lines.get(key) === line) lines.delete(key);
  };
  const ask: Turns["ask"] = (key, limits) => {
    const line = lines.get(key) ?? { running: new Set(), waiting: new Map() };
    const place = {};
    const running = line.running.size;
    if (running >= limits.concurrency && line.waiting.size >= limits.queue)
      return { kind: "busy", running, waiting: line.waiting.size };
    lines.set(key, line);
    const isDue = new Promise<void>((resolve) => {
      if (running >= limits.concurrency) line.waiting.set(place, resolve);
      else {
        line.running.add(place);
        resolve();
      }
    });
    const give = (): void => {
      leave(key, line, place, limits);
    };
    return { kind: "turn", isDue, leave: give };
  };
  return { ask };
}
