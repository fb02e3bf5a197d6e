import { Agent, request } from "node:https";
import { text } from "node:stream/consumers";

// The body is parsed where it is JSON.
interface ApiAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** The admin's way to the API server, for what tests do often: a kubectl takes 100 ms. */
export interface Api {
  readonly call: (method: string, path: string, body?: unknown) => Promise<ApiAnswer>;
  readonly close: () => void;
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}

const contentType = (method: string): string =>
  method === "PATCH" ? "application/merge-patch+json" : "application/json";

/** Opens the admin's keep-alive connections; an answer of any status resolves, only a broken connection rejects. */
export function openApi(server: string, ca: string, token: string): Api {
  const agent = new Agent({ ca, keepAlive: true });
  const call = (method: string, path: string, body?: unknown): Promise<ApiAnswer> =>
    new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${token}`, "content-type": contentType(method) };
      const sent = request(new URL(path, server), { agent, method, headers, timeout: 30_000 }, (response) => {
        text(response).then((answer) => {
          resolve({ status: response.statusCode ?? 0, body: parsed(answer) });
        }, reject);
      });
      sent.on("timeout", () => sent.destroy(new Error(`${method} ${path}: no answer within 30 s`)));
      sent.on("error", reject);
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
  return {
    call,
    close: () => {
      agent.destroy();
    },
  };
}
