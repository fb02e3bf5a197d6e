/** A signal that ends with another one, or when its time is over. */
export interface BoundedSignal {
  readonly signal: AbortSignal;
  /** Gives it another time, from now on. */
  readonly endAfter: (ms: number) => void;
  /** To be called when nothing listens to it any more: lets go of its timer and of the other signal. */
  readonly release: () => void;
}

/** Makes one. Unlike AbortSignal.any it leaves nothing behind at a signal that lives as long as the process. */
export function boundSignal(outer: AbortSignal, ms: number): BoundedSignal {
  const end = new AbortController();
  // Whoever listens may never come to release it.
  const stop = (): void => {
    clearTimeout(timer);
    end.abort();
  };
  let timer = setTimeout(stop, ms);
  outer.addEventListener("abort", stop, { once: true });
  if (outer.aborted) stop();
  return {
    signal: end.signal,
    endAfter: (nextMs) => {
      clearTimeout(timer);
      if (!end.signal.aborted) timer = setTimeout(stop, nextMs);
    },
    release: () => {
      clearTimeout(timer);
      outer.removeEventListener("abort", stop);
    },
  };
}
