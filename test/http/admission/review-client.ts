import assert from "node:assert/strict";
import { Agent, request } from "node:https";
import type { ClientRequest, IncomingHttpHeaders } from "node:http";
import { text } from "node:stream/consumers";
import { setImmediate } from "node:timers/promises";
import {
  createAdmissionServer,
  type AdmissionServer,
  type AdmissionServerOptions,
  type AnyHandler,
} from "../../../src/admission.ts";
import { createFakeLog, type FakeLog } from "../../support/fake-log.ts";
import { judgeReply } from "../../support/review-oracle.ts";

/** What was answered. */
export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The response of the review; null where the body is none. */
  readonly response: ReplyResponse | null;
}

/** A response as it stands in a reply. */
export interface ReplyResponse {
  readonly uid: string;
  readonly allowed: boolean;
  readonly status: {
    readonly code: number;
    readonly reason?: string;
    readonly message?: string;
    readonly details?: object;
  };
  readonly patch?: string;
  readonly patchType?: string;
  readonly warnings?: readonly string[];
  readonly auditAnnotations?: Readonly<Record<string, string>>;
}

/** How a request differs from the API server's. */
export interface Deviation {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The body is sent in pieces of so many bytes, and without its length. */
  readonly pieceBytes?: number;
  /** The reply is judged as one of a validating webhook. */
  readonly isValidating?: boolean;
}

/** A running server, and a client that judges each of its replies by the API server's own rules. */
export interface ReviewClient {
  readonly server: AdmissionServer;
  readonly log: FakeLog;
  readonly post: (path: string, body: string | Buffer, deviation?: Deviation) => Promise<Reply>;
  /** Sends a review of this request. */
  readonly review: (path: string, sent: object, deviation?: Deviation & { apiVersion?: string }) => Promise<Reply>;
  readonly close: () => Promise<void>;
}

export const UID = "07e52e8d-4513-11e9-a716-42010a800270";

/** Serves handlers over HTTPS on loopback with a certificate that the client verifies. */
export async function serveReviews(
  handlers: Readonly<Record<string, AnyHandler>>,
  options: AdmissionServerOptions = {},
): Promise<ReviewClient> {
  const log = createFakeLog();
  const server = createAdmissionServer({ host: "127.0.0.1", port: 0, log, ...options });
  for (const [path, handler] of Object.entries(handlers)) server.register(path, handler);
  await server.start();
  const agent = new Agent({ ca: Buffer.from(server.caBundle() ?? "", "base64"), keepAlive: true });
  const post: ReviewClient["post"] = async (
    path,
    body,
    { method = "POST", headers = {}, pieceBytes = 0, isValidating = false } = {},
  ) => {
    const reply = await send({ agent, port: server.port, path, method, headers, body, pieceBytes });
    judge(body.toString("utf8"), reply, isValidating);
    return reply;
  };
  return {
    server,
    log,
    post,
    review: (path, sent, { apiVersion = "admission.k8s.io/v1", ...deviation } = {}) =>
      post(path, JSON.stringify({ kind: "AdmissionReview", apiVersion, request: { uid: UID, ...sent } }), deviation),
    close: async () => {
      agent.destroy();
      await server.stop();
    },
  };
}

interface Sent {
  readonly agent: Agent;
  readonly port: number;
  readonly path: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
  readonly pieceBytes: number;
}

function send({ agent, port, path, method, headers, body, pieceBytes }: Sent): Promise<Reply> {
  const target = { agent, host: "127.0.0.1", port, servername: "localhost", path, method };
  return new Promise((resolve, reject) => {
    const type = headers["content-type"] === "" ? {} : { "content-type": "application/json" };
    const { "content-type": given, ...others } = headers;
    const call = request(
      {
        ...target,
        headers: {
          ...type,
          ...(given && { "content-type": given }),
          ...others,
          ...(pieceBytes === 0
            ? { "content-length": String(Buffer.byteLength(body)) }
            : { "transfer-encoding": "chunked" }),
        },
      },
      (answer) => {
        text(answer).then((read) => {
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text: read, response: responseOf(read) });
        }, reject);
      },
    );
    call.on("error", reject);
    void write(call, Buffer.from(body), pieceBytes);
  });
}

async function write(call: ClientRequest, body: Buffer, pieceBytes: number): Promise<void> {
  for (let at = 0; pieceBytes > 0 && at < body.length; at += pieceBytes) {
    call.write(body.subarray(at, at + pieceBytes));
    // Each piece is a packet of its own.
    await setImmediate();
  }
  call.end(pieceBytes === 0 ? body : undefined);
}

function responseOf(body: string): ReplyResponse | null {
  try {
    return (JSON.parse(body) as { response?: ReplyResponse }).response ?? null;
  } catch {
    return null;
  }
}

// Whatever is sent: a reply of 2xx must be one that the API server takes, and one that is none must not look like it.
function judge(body: string, reply: Reply, isValidating: boolean): void {
  if (reply.status !== 200) {
    assert.notEqual(reply.response?.allowed, true, `status ${String(reply.status)} allows: ${reply.text}`);
    return;
  }
  const sent = JSON.parse(body) as { apiVersion?: string; request?: { uid?: string; object?: unknown } };
  const isBeta = sent.apiVersion === "admission.k8s.io/v1beta1";
  const apiVersion = isBeta ? "admission.k8s.io/v1beta1" : "admission.k8s.io/v1";
  const { uid = "", object = null } = sent.request ?? {};
  const verdict = judgeReply({ uid, apiVersion, isMutating: !isValidating, object }, reply.text);
  assert.equal(verdict, "", `the API server would not take the reply: ${reply.text}`);
}
