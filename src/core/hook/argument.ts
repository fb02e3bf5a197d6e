import { lookUp, printJson, printValue, type PayloadObject } from "./payload.ts";

/** Where an argument's value comes from; the names are adnanh/webhook's (`url` and `query` are one). */
export type ArgumentSource = "url" | "header" | "payload" | "string" | "entire-payload";

/** The sources that are read, by the names that a hooks file may give them. */
export const ARGUMENT_SOURCES: ReadonlyMap<string, ArgumentSource> = new Map([
  ["url", "url"],
  ["query", "url"],
  ["header", "header"],
  ["payload", "payload"],
  ["string", "string"],
  ["entire-payload", "entire-payload"],
]);

/** One value that a hook takes out of a request, and the environment variable that it feeds. */
export interface Argument {
  readonly source: ArgumentSource;
  readonly name: string;
  readonly envname: string;
}

/** What a request brings, as hooks see it. Header names are lower case. */
export interface HookRequest {
  readonly query: ReadonlyMap<string, readonly string[]>;
  readonly headers: ReadonlyMap<string, readonly string[]>;
  /** The parsed body, null when it is not a payload; called only by those who need it. */
  readonly payload: () => PayloadObject | null;
}

/** The argument's value in a request; `undefined` when the request does not bring it. The first of several counts. */
export function readArgument(argument: Argument, request: HookRequest): string | undefined {
  switch (argument.source) {
    case "string":
      return argument.name;
    case "url":
      return request.query.get(argument.name)?.[0];
    case "header":
      return request.headers.get(argument.name.toLowerCase())?.[0];
    case "payload":
      return readPayload(request.payload(), argument.name);
    case "entire-payload":
      return printJson(request.payload());
  }
}

function readPayload(payload: PayloadObject | null, path: string): string | undefined {
  if (payload === null) return undefined;
  const value = lookUp(payload, path);
  return value === undefined ? undefined : printValue(value);
}
