import { readFile } from "node:fs/promises";
import { rootCertificates } from "node:tls";
import { Agent, ProxyAgent, type Dispatcher } from "undici";
import { codeOf } from "../core/error-code.ts";
import { allowedUrl } from "../core/remote/allow-list.ts";
import { fail, ok, type Result } from "../core/result.ts";
import type { Remote, RemoteAnswer, RemoteFailure, RemoteRequest } from "../flow/ports.ts";

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
export interface Fetcher extends Remote {
  readonly close: () => Promise<void>;
}

const CONNECTIONS_OF_HOST = 4;
const TIMEOUT_MS = 5_000;

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
  const { origin, pathname, search, host } = url.value;
  try {
    const answer = await dispatcher.request({
      origin,
      path: `${pathname}${search}`,
      method: request.method ?? "GET",
      headers: { "user-agent": "imagehook", ...request.headers },
      signal: request.signal,
    });
    const body = await readBody(answer, request.maxBytes);
    if (body === null) return fail({ kind: "too-large", message: `${host} answered more than is read of it` });
    return ok({ status: answer.statusCode, header: (name) => headerOf(answer, name), body });
  } catch (error) {
    // Messages of the library may hold the address of a proxy with its password.
    return fail({ kind: "unreachable", message: `${host} cannot be asked: ${codeOf(error)}` });
  }
}

async function readBody({ body }: Dispatcher.ResponseData, maxBytes: number): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length;
    // Leaving the loop ends the connection.
    if (size > maxBytes) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function headerOf({ headers }: Dispatcher.ResponseData, name: string): string {
  const value = headers[name];
  return (Array.isArray(value) ? value[0] : value) ?? "";
}
