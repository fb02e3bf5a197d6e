import { readFile } from "node:fs/promises";
import { rootCertificates } from "node:tls";
import { Agent, ProxyAgent, type Dispatcher } from "undici";
import { codeOf } from "../core/error-code.ts";
import { allowedUrl } from "../core/remote/allow-list.ts";
import { fail, ok, type Result } from "../core/result.ts";
import type {
  Remote,
  RemoteAnswer,
  RemoteDelivery,
  RemoteFailure,
  RemoteReceivers,
  RemoteRequest,
} from "../flow/ports.ts";

/** How hosts outside of the cluster are reached. */
export interface FetcherOptions {
  /** PEM of authorities that are trusted besides the well-known ones; empty for none. */
  readonly ca: string;
  /** The address of an HTTP proxy that all requests go through; empty for none. */
  readonly proxy: string;
  /** The well-known authorities. */
  readonly wellKnown: readonly string[];
}

/** The one way out to hosts that are not the cluster's. */
export interface Fetcher extends Remote, RemoteReceivers {
  readonly close: () => Promise<void>;
}

const CONNECTIONS_OF_HOST = 4;
const TIMEOUT_MS = 5_000;
// Receivers are told to answer at once, and some work first.
const POST_TIMEOUT_MS = 20_000;
const MAX_POSTED_BYTES = 256 * 1024;

/**
 * Makes the fetcher. It asks hosts of a request's allow-list only, by HTTPS, follows no redirect, and reads no more of an
 * answer than the request says.
 */
export function createFetcher({ ca, proxy, wellKnown }: FetcherOptions): Fetcher {
  const tls = ca === "" ? {} : { ca: [...wellKnown, ca] };
  const limits = {
    connections: CONNECTIONS_OF_HOST,
    allowH2: false,
    headersTimeout: TIMEOUT_MS,
    bodyTimeout: TIMEOUT_MS,
  };
  const connect = { ...tls, timeout: TIMEOUT_MS };
  const dispatcher: Dispatcher =
    proxy === ""
      ? new Agent({ ...limits, connect })
      : new ProxyAgent({ ...limits, uri: proxy, requestTls: connect, connect });
  return {
    get: (request) => get(request, dispatcher),
    post: (delivery) => post(delivery, dispatcher),
    close: () => dispatcher.destroy(),
  };
}

/** Makes the fetcher with the well-known authorities and those of a file, empty for none. It fails where there is no such file. */
export async function openFetcher({ caFile, proxy }: { caFile: string; proxy: string }): Promise<Fetcher> {
  const ca = caFile === "" ? "" : await readFile(caFile, "utf8");
  return createFetcher({ ca, proxy, wellKnown: rootCertificates });
}

async function get(request: RemoteRequest, dispatcher: Dispatcher): Promise<Result<RemoteAnswer, RemoteFailure>> {
  const url = allowedUrl(request.url, request.allow);
  if (url.kind === "error") return fail({ kind: "not-allowed", message: url.error });
  const { method = "GET", headers = {}, maxBytes, signal } = request;
  const read = await ask(url.value, { method, headers, signal }, { dispatcher, maxBytes });
  if (read.kind === "error") return read;
  if (read.value.isWhole) return ok(read.value.answer);
  return fail({ kind: "too-large", message: `${url.value.host} answered more than is read of it` });
}

async function post(delivery: RemoteDelivery, dispatcher: Dispatcher): Promise<Result<RemoteAnswer, RemoteFailure>> {
  const { headers, body, maxBytes, signal } = delivery;
  const url = allowedUrl(delivery.url, [delivery.host], delivery.allowsHttp);
  if (url.kind === "error") return fail({ kind: "not-allowed", message: url.error });
  if (Buffer.byteLength(body) > MAX_POSTED_BYTES)
    return fail({ kind: "too-large", message: `it is more than the ${String(MAX_POSTED_BYTES)} bytes that are sent` });
  // Posts are rare: a connection that was kept for the next one would be closed by then.
  const request = { method: "POST", headers, body, signal, reset: true, headersTimeout: POST_TIMEOUT_MS } as const;
  const read = await ask(url.value, request, { dispatcher, maxBytes });
  return read.kind === "ok" ? ok(read.value.answer) : read;
}

type AskedRequest = Pick<Dispatcher.RequestOptions, "method" | "body" | "reset" | "headersTimeout"> & {
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
};

async function ask(
  { origin, pathname, search, host }: URL,
  { headers, ...request }: AskedRequest,
  { dispatcher, maxBytes }: { readonly dispatcher: Dispatcher; readonly maxBytes: number },
): Promise<Result<{ readonly answer: RemoteAnswer; readonly isWhole: boolean }, RemoteFailure>> {
  try {
    const given = await dispatcher.request({
      ...request,
      origin,
      path: `${pathname}${search}`,
      headers: { "user-agent": "imagehook", ...headers },
    });
    const { body, isWhole } = await readBody(given, maxBytes);
    return ok({ answer: { status: given.statusCode, header: (name) => headerOf(given, name), body }, isWhole });
  } catch (error) {
    // Messages of the library may hold the address of a proxy with its password.
    return fail({ kind: "unreachable", message: `${host} cannot be asked: ${codeOf(error)}` });
  }
}

/** No more than so many bytes of an answer's body, and whether that is all. */
async function readBody(
  { body }: Dispatcher.ResponseData,
  maxBytes: number,
): Promise<{ readonly body: Buffer; readonly isWhole: boolean }> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    // Leaving the loop ends the connection.
    if (size > maxBytes) break;
  }
  return { body: Buffer.concat(chunks).subarray(0, maxBytes), isWhole: size <= maxBytes };
}

function headerOf({ headers }: Dispatcher.ResponseData, name: string): string {
  const value = headers[name];
  return (Array.isArray(value) ? value[0] : value) ?? "";
}
