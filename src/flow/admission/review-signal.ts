/** How long a handler may take. */
export interface ReviewSignal {
  /** The time after which nobody hears the answer, less what it takes to get there. */
  readonly timeoutMs: number;
  /** Ends then, or when the caller has gone. It is made when somebody asks for it. */
  readonly signal: () => AbortSignal;
  /** Calls back then, unless `end` comes before. */
  readonly onTimeout: (listener: () => void) => void;
  readonly end: () => void;
}

interface Waiting {
  /** What the API server waits; null where it does not say it. */
  readonly timeoutMs: number | null;
  readonly onGone: (listener: () => void) => void;
}

// The API server's own default and its longest time, and what the way there and back may take of it.
const DEFAULT_TIMEOUT_MS = 10_000;
const LONGEST_TIMEOUT_MS = 30_000;
const MARGIN = 0.1;
const [LEAST_MARGIN_MS, MOST_MARGIN_MS] = [50, 500];

/** Makes it; the time runs from now. */
export function createReviewSignal({ timeoutMs: given, onGone }: Waiting): ReviewSignal {
  const whole = Math.min(given ?? DEFAULT_TIMEOUT_MS, LONGEST_TIMEOUT_MS);
  const margin = Math.min(MOST_MARGIN_MS, Math.max(LEAST_MARGIN_MS, whole * MARGIN));
  const timeoutMs = Math.max(1, Math.round(whole - margin));
  const startedMs = performance.now();
  const listeners: (() => void)[] = [];
  let timer: NodeJS.Timeout | null = null;
  let controller: AbortController | null = null;
  let isOver = false;
  const expire = (): void => {
    for (const listener of listeners) listener();
    controller?.abort(new Error(`the API server waits no longer than ${String(timeoutMs)} ms`));
  };
  const arm = (): void => {
    if (isOver) return;
    timer ??= setTimeout(expire, Math.max(0, timeoutMs - (performance.now() - startedMs)));
  };
  return {
    timeoutMs,
    signal: () => {
      if (controller === null) {
        const made = new AbortController();
        controller = made;
        onGone(() => {
          made.abort(new Error("the caller has gone"));
        });
        arm();
      }
      return controller.signal;
    },
    onTimeout: (listener) => {
      listeners.push(listener);
      arm();
    },
    end: () => {
      isOver = true;
      if (timer !== null) clearTimeout(timer);
    },
  };
}

/** Stands for an answer that was not there in time. */
export const TOO_LATE = Symbol("too late");

/** What was promised, or that it was not there in time. */
export async function answerWithin<T>(answer: Promise<T>, { onTimeout }: ReviewSignal): Promise<T | typeof TOO_LATE> {
  return new Promise((resolve, reject) => {
    onTimeout(() => {
      resolve(TOO_LATE);
    });
    answer.then(resolve, reject);
  });
}
