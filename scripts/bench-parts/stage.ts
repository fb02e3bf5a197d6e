import type { ControlPlane } from "../control-plane/control-plane.ts";
import type { Watchdog } from "../control-plane/watchdog.ts";
import type { Account } from "./account.ts";
import type { Effort } from "./options.ts";

/** What every measurement needs. */
export interface Common {
  readonly effort: Effort;
  readonly folder: string;
  readonly watchdog: Watchdog;
  /** The built service. */
  readonly program: string;
  /** Node's options that profile a process of this name; none where nobody asked. */
  readonly profiled: (name: string) => readonly string[];
  readonly say: (line: string) => void;
}

/** What a measurement on a cluster needs. */
export interface Stage extends Common {
  readonly cluster: ControlPlane;
  readonly account: Account;
}
