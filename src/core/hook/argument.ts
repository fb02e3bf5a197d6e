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
  /** Where parse-parameters-as-json decoded some: all headers, by their canonical names, or all of the query. */
  readonly decoded?: { readonly headers?: PayloadObject; readonly query?: PayloadObject };
}

type Read = (name: string, request: HookRequest) => string | undefined;

const READERS: Readonly<Record<ArgumentSource, Read>> = {
  string: (name) => name,
  url: (name, request) =>
    request.decoded?.query === undefined ? request.query.get(name)?.[0] : readPayload(request.decoded.query, name),
  header: (name, request) =>
    request.decoded?.headers === undefined
      ? request.headers.get(name.toLowerCase())?.[0]
      : readPayload(request.decoded.headers, headerKey(name)),
  payload: (name, request) => readPayload(request.payload(), name),
  request: (name, { method, remoteAddress }) => (name.toLowerCase() === "method" ? method : remoteAddress),
  "raw-request-body": (_name, request) => request.body().toString("utf8"),
  "entire-payload": (_name, request) => printJson(request.payload()),
  "entire-headers": (_name, request) => printJson(decodedHeaders(request)),
  "entire-query": (_name, request) => printJson(decodedQuery(request)),
};

/** The argument's value in a request; `undefined` when the request does not bring it. The first of several counts. */
export const readArgument = ({ source, name }: Argument, request: HookRequest): string | undefined =>
  READERS[source](name, request);

function readPayload(payload: PayloadObject | null, path: string): string | undefined {
  if (payload === null) return undefined;
  const value = lookUp(payload, path);
  return value === undefined ? undefined : printValue(value);
}

/** The first value of each header by its canonical name, or the object that it was decoded to. */
export const decodedHeaders = ({ headers, decoded }: HookRequest): PayloadObject =>
  decoded?.headers ?? firstsOf(headers, headerKey);

/** The first value of each name of the query, or the object that it was decoded to. */
export const decodedQuery = ({ query, decoded }: HookRequest): PayloadObject =>
  decoded?.query ?? firstsOf(query, (key) => key);

const firstsOf = (values: Values, keyOf: (name: string) => string): PayloadObject =>
  new Map([...values].map(([name, [first = ""]]) => [keyOf(name), first]));

/**
 * A header's name in Go's canonical form: x-hub-signature is X-Hub-Signature. Go takes a dotted path into a decoded
 * header for one name (x-a.fooBar is X-A.foobar), and leaves what no header can be called as it is.
 */
export function headerKey(name: string): string {
  if (!/^[\w!#$%&'*+.^`|~-]*$/.test(name)) return name;
  return name
    .toLowerCase()
    .replace(/(^|-)([a-z])/g, (_whole, before: string, letter: string) => before + letter.toUpperCase());
}
