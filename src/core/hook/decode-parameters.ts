import { decodedHeaders, decodedQuery, headerKey, readArgument, type Argument, type HookRequest } from "./argument.ts";
import { decodeObject, replaceAt, type PayloadValue } from "./payload.ts";

/** A request whose parameters are decoded. The problems are for the log, they quote nothing that was sent. */
export interface DecodedRequest {
  readonly request: HookRequest;
  readonly problems: readonly string[];
}

/**
 * Puts the objects of parse-parameters-as-json in the place of their texts, each parameter in what the ones before it
 * made, as adnanh/webhook does. A dotted name, by which adnanh/webhook fails, replaces what it finds.
 */
export function decodeParameters(parameters: readonly Argument[], request: HookRequest): DecodedRequest {
  const problems: string[] = [];
  let decoded = request;
  for (const parameter of parameters) {
    const next = decode(parameter, decoded);
    if (typeof next === "string") problems.push(`${labelOf(parameter)} ${next}`);
    else decoded = next;
  }
  return { request: decoded, problems };
}

// The name of a text is its value.
const labelOf = ({ source, name }: Argument): string => (source in REPLACERS ? `${source} "${name}"` : source);

function decode(parameter: Argument, request: HookRequest): HookRequest | string {
  const text = readArgument(parameter, request);
  if (text === undefined) return "is not in the request";
  const object = decodeObject(text);
  if (object.kind === "error") return object.error;
  return REPLACERS[parameter.source]?.(request, parameter.name, object.value) ?? "cannot be replaced by an object";
}

type Replace = (request: HookRequest, name: string, by: PayloadValue) => HookRequest;

const REPLACERS: Readonly<Partial<Record<Argument["source"], Replace>>> = {
  header: (request, name, by) => ({
    ...request,
    decoded: { ...request.decoded, headers: replaceAt(decodedHeaders(request), headerKey(name), by) },
  }),
  url: (request, name, by) => ({
    ...request,
    decoded: { ...request.decoded, query: replaceAt(decodedQuery(request), name, by) },
  }),
  payload: (request, name, by) => {
    const payload = request.payload();
    const replaced = payload && replaceAt(payload, name, by);
    return { ...request, payload: () => replaced };
  },
};
