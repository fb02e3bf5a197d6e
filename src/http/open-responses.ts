import type { ServerResponse } from "node:http";

/** The responses of a server that are under way. */
export interface OpenResponses {
  /** Until it is closed. */
  readonly add: (response: ServerResponse) => void;
  readonly all: () => readonly ServerResponse[];
}

/**
 * Makes an empty one. A Set would do the same, but its tables outlive the collections of young objects and keep what was
 * taken out of them: a fifth of what a small review costs.
 */
export function createOpenResponses(): OpenResponses {
  const places: (ServerResponse | null)[] = [];
  const vacant: number[] = [];
  return {
    add: (response) => {
      const place = vacant.pop() ?? places.length;
      places[place] = response;
      response.once("close", () => {
        places[place] = null;
        vacant.push(place);
      });
    },
    all: () => places.filter((response) => response !== null),
  };
}
