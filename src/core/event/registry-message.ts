import type { PayloadObject } from "../hook/payload.ts";

/** One request of a registry as dialects read it. */
export interface RegistryMessage {
  /** The body; an array is `{"root": [...]}`. */
  readonly body: PayloadObject;
  /** The first value of a header, named in lower case; empty when there is none. */
  readonly header: (name: string) => string;
  /** The registry's host that the hook names, for bodies that name none; empty when it names none. */
  readonly host: string;
  /** The time zone of times that are sent without one; empty: the one that the registry is known for. */
  readonly timeZone: string;
}
