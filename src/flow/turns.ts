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
  /** The limit that was asked with last: a reload may change it. */
  concurrency: number;
}

/** Makes one with nothing running. */
export function createTurns(): Turns {
  const lines = new Map<string, Line>();
  const leave = (key: string, line: Line, place: object): void => {
    line.running.delete(place);
    line.waiting.delete(place);
    advance(line);
    const isEmpty = line.running.size === 0 && line.waiting.size === 0;
    if (isEmpty && lines.get(key) === line) lines.delete(key);
  };
  const ask: Turns["ask"] = (key, { concurrency, queue }) => {
    const line: Line = lines.get(key) ?? { running: new Set(), waiting: new Map(), concurrency };
    line.concurrency = concurrency;
    advance(line);
    const [running, waiting] = [line.running.size, line.waiting.size];
    if (running >= concurrency && waiting >= queue) return { kind: "busy", running, waiting };
    lines.set(key, line);
    const place = {};
    const isDue = new Promise<void>((resolve) => {
      line.waiting.set(place, resolve);
    });
    advance(line);
    const give = (): void => {
      leave(key, line, place);
    };
    return { kind: "turn", isDue, leave: give };
  };
  return { ask };
}

// First come, first served.
function advance({ running, waiting, concurrency }: Line): void {
  for (const [next, start] of waiting) {
    if (running.size >= concurrency) break;
    waiting.delete(next);
    running.add(next);
    start();
  }
}
