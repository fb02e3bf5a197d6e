/** What the starter is asked to start. */
export interface StartRequest {
  readonly id: number;
  readonly program: string;
  readonly argv0: string;
  readonly arguments: readonly string[];
  readonly environment: readonly (readonly [name: string, value: string])[];
  /** Empty for the starter's own, which is the service's. */
  readonly directory: string;
  /** The named pipe for standard output and standard error; null for none. */
  readonly output: string | null;
}

/** How a program left; one of the two is not null. */
export interface Exit {
  readonly code: number | null;
  readonly signal: string | null;
}

/** What the starter says of a program: first that it started or why not, then how it left. */
export type StartAnswer =
  | { readonly id: number; readonly kind: "started"; readonly pid: number }
  | { readonly id: number; readonly kind: "failed"; readonly code: string }
  | ({ readonly id: number; readonly kind: "exited" } & Exit);
