/** Something that a manager starts and stops. */
export interface Runnable {
  /**
   * With a `stop` it is a server: start resolves when it is up. Without one it is a loop: start runs until the signal.
   */
  readonly start: (signal: AbortSignal) => Promise<void>;
  readonly stop?: () => Promise<void>;
  /** Runs only in the process that leads. */
  readonly needsLeader?: boolean;
}
