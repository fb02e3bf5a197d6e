import { METHODS } from "node:http";
import type { HookSpec } from "./hooks-text.ts";
import type { RawRequest } from "./raw-client.ts";

/** A request to a hook. */
export interface Exchange {
  readonly hook: HookSpec;
  readonly request: RawRequest;
}

/** A class of requests that ours answers otherwise than the peer, by intent. */
export interface Deviation {
  readonly name: string;
  readonly reason: string;
  /** Looks at the hook and the request, never at an answer. */
  readonly applies: (exchange: Exchange) => boolean;
}

/** All that is left out of the comparison. */
export const DEVIATIONS: readonly Deviation[] = [
  {
    name: "method that Node refuses",
    reason: "Node's HTTP parser answers 400 to a method that it does not know, before the application sees it",
    applies: ({ request }) => !METHODS.includes(request.method),
  },
];
