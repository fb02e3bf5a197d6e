import { createSecureContext } from "node:tls";
import { Agent, type Dispatcher } from "undici";
import { fail, ok, type Result } from "../core/result.ts";
import type { ClusterFailure, MissingRight } from "../core/rollout/cluster-failure.ts";
import type { Credentials } from "./credentials.ts";
import { failureOfAnswer, failureOfError, type RefusedRequest } from "./errors.ts";

/** One request to the API server. */
export interface KubeRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH";
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly contentType?: string;
  /** The right that the request needs: told when the API server refuses it. */
  readonly right: MissingRight;
  readonly signal: AbortSignal;
}

/** The API server over one pool of connections. Each request ends by its signal. */
export interface KubeClient {
  readonly request: (request: KubeRequest) => Promise<Result<unknown, ClusterFailure>>;
  /** Opens a watch: the lines of its answer, until it ends or the signal does. */
  readonly stream: (request: KubeRequest) => Promise<Result<AsyncIterable<Buffer>, ClusterFailure>>;
  readonly close: () => Promise<void>;
}

const CONNECT_TIMEOUT_MS = 1_500;
const CALL_CONNECTIONS = 32;
const WATCH_CONNECTIONS = 2_000;
// A watch with bookmarks hears something about once a minute; one that is silent for longer is dead.
const WATCH_SILENCE_MS = 150_000;
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;
const FIELD_MANAGER = "imagehook";

/** What a client allows itself, where it is not the usual. */
export interface KubeClientOptions {
  readonly watchSilenceMs?: number;
  /** How many requests are under way at a time; further ones wait. */
  readonly connections?: number;
}

/** Makes a client; it connects when it is first asked. A watch that is silent for longer than its time ends. */
export function createKubeClient(
  credentials: Credentials,
  { watchSilenceMs = WATCH_SILENCE_MS, connections = CALL_CONNECTIONS }: KubeClientOptions = {},
): KubeClient {
  const { ca, cert, key, ...checks } = credentials.tls;
  // One for all connections: each watch has its own connection, and reading the certificates anew took it 50 KiB each.
  const connect = { ...checks, secureContext: createSecureContext({ ca, cert, key }), timeout: CONNECT_TIMEOUT_MS };
  const calls = new Agent({
    connect,
    connections,
    allowH2: false,
    maxResponseSize: MAX_ANSWER_BYTES,
  });
  const watches = new Agent({ connect, connections: WATCH_CONNECTIONS, allowH2: false, bodyTimeout: watchSilenceMs });

  const send = async (request: KubeRequest, dispatcher: Agent, anew: boolean): Promise<Dispatcher.ResponseData> => {
    const authorization = await credentials.authorization(anew);
    const answer = await dispatcher.request({
      origin: credentials.server,
      path: pathOf(request),
      method: request.method,
      headers: {
        accept: "application/json",
        "user-agent": FIELD_MANAGER,
        ...(authorization !== undefined && { authorization }),
        ...(request.body !== undefined && { "content-type": request.contentType ?? "application/json" }),
      },
      body: request.body === undefined ? null : JSON.stringify(request.body),
      signal: request.signal,
    });
    if (answer.statusCode !== 401 || anew) return answer;
    await answer.body.dump();
    return send(request, dispatcher, true);
  };
  const request: KubeClient["request"] = async (asked) => {
    try {
      const answer = await send(asked, calls, false);
      const text = await answer.body.text();
      if (answer.statusCode < 300) return ok(JSON.parse(text) as unknown);
      return fail(failureOfAnswer(refused(asked, answer, text)));
    } catch (error) {
      return fail(failureOfError(error));
    }
  };
  const stream: KubeClient["stream"] = async (asked) => {
    try {
      const answer = await send(asked, watches, false);
      if (answer.statusCode < 300) return ok(answer.body as AsyncIterable<Buffer>);
      return fail(failureOfAnswer(refused(asked, answer, await answer.body.text())));
    } catch (error) {
      return fail(failureOfError(error));
    }
  };
  const close = async (): Promise<void> => {
    await Promise.all([calls.destroy(), watches.destroy()]);
  };
  return { request, stream, close };
}

const refused = ({ method, right }: KubeRequest, answer: Dispatcher.ResponseData, text: string): RefusedRequest => ({
  method,
  right,
  status: answer.statusCode,
  retryAfter: answer.headers["retry-after"],
  text,
});

function pathOf({ method, path, query }: KubeRequest): string {
  const parameters = new URLSearchParams(query);
  if (method !== "GET") parameters.set("fieldManager", FIELD_MANAGER);
  return parameters.size === 0 ? path : `${path}?${parameters.toString()}`;
}
