import { lookUp, printJson, printValue, type PayloadObject } from "./payload.ts";

/** Where an argument's value comes from; the names are adnanh/webhook's (`url` and `query` are one). */
export type ArgumentSource =
  | "url"
  | "header"
  | "payload"
  | "string"
  | "request"
  | "raw-request-body"
  | "entire-payload"
  | "entire-headers"
  | "entire-query";

/** The sources that are read, by the names that a hooks file may give them. */
export const ARGUMENT_SOURCES: ReadonlyMap<string, ArgumentSource> = new Map([
  ["url", "url"],
  ["query", "url"],
  ["header", "header"],
  ["payload", "payload"],
  ["string", "string"],
  ["request", "request"],
  ["raw-request-body", "raw-request-body"],
  ["entire-payload", "entire-payload"],
  ["entire-headers", "entire-headers"],
  ["entire-query", "entire-query"],
]);

/** What the source `request` knows, in any case. */
export const REQUEST_FACTS: readonly string[] = ["method", "remote-addr"];

/** One value that a hook takes out of a request, and the environment variable that it feeds. */
export interface Argument {
  readonly source: ArgumentSource;
  readonly name: string;
  readonly envname: string;
}

type Values = ReadonlyMap<string, readonly string[]>;

/** What a request brings, as hooks see it. Header names are lower case. */
export interface HookRequest {
  readonly method: string;
  /** The client's `address:port`. */
  readonly remoteAddress: string;
  readonly query: Values;
  readonly headers: Values;
  readonly body: () => Buffer;
  /** The parsed body, null when it is not a payload; called only by those who need it. */
  readonly payload: () => PayloadObject | null;
}

type Read = (name: string, request: HookRequest) => string | undefined;

const READERS: Readonly<Record<ArgumentSource, Read>> = {
  string: (name) => name,
  url: (name, request) => request.query.get(name)?.[0],
  header: (name, request) => request.headers.get(name.toLowerCase())?.[0],
  payload: (name, request) => readPayload(request.payload(), name),
  request: (name, { method, remoteAddress }) => (name.toLowerCase() === "method" ? method : remoteAddress),
  "raw-request-body": (_name, request) => request.body().toString("utf8"),
  "entire-payload": (_name, request) => printJson(request.payload()),
  "entire-headers": (_name, request) => printFirsts(request.headers, canonicalName),
  "entire-query": (_name, request) => printFirsts(request.query, (key) => key),
};

/** The argument's value in a request; `undefined` when the request does not bring it. The first of several counts. */
export const readArgument = ({ source, name }: Argument, request: HookRequest): string | undefined =>
  READERS[source](name, request);

function readPayload(payload: PayloadObject | null, path: string): string | undefined {
  if (payload === null) return undefined;
  const value = lookUp(payload, path);
  return value === undefined ? undefined : printValue(value);
}

const printFirsts = (values: Values, nameOf: (key: string) => string): string =>
  printJson(new Map([...values].map(([key, [first = ""]]) => [nameOf(key), first])));

// Go's canonical form of a header's name: x-hub-signature is X-Hub-Signature.
const canonicalName = (name: string): string =>
  name
    .toLowerCase()
    .replace(/(^|-)([a-z])/g, (_whole, before: string, letter: string) => before + letter.toUpperCase());
