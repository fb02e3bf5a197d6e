import { createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { text } from "node:stream/consumers";
import { startRemoteHosts, type RemoteHosts } from "../support/remote-hosts.ts";

/** What a receiver of webhooks was sent. */
export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A receiver as somebody else would write it: it keeps what it is sent, and answers as it is told. */
export interface Receiver {
  readonly hosts: RemoteHosts;
  readonly received: Received[];
  /** The statuses and headers of the next answers; 204 when there are none left. */
  readonly answers: { readonly status: number; readonly headers?: Record<string, string>; readonly body?: string }[];
}

/** Starts it. */
export async function startReceiver(): Promise<Receiver> {
  const received: Received[] = [];
  const answers: Receiver["answers"] = [];
  const hosts = await startRemoteHosts([], (request, response) => {
    void text(request).then((body) => {
      received.push({ path: String(request.url), headers: request.headers, body });
      const { status, headers = {}, body: said } = answers.shift() ?? { status: 204, body: undefined };
      response.writeHead(status, headers).end(said);
    });
  });
  return { hosts, received, answers };
}

/** Makes a secret of Standard Webhooks of a key. */
export const secretOf = (key: string): string => `whsec_${Buffer.from(key).toString("base64")}`;

/** Verifies by the specification of Standard Webhooks and by no line of ours: how many of the signatures the key made. */
export function countSignatures({ headers, body }: Received, key: string): number {
  const [id, time] = [headers["webhook-id"], headers["webhook-timestamp"]].map(String);
  const expected = createHmac("sha256", key)
    .update(`${String(id)}.${String(time)}.${body}`)
    .digest();
  return String(headers["webhook-signature"])
    .split(" ")
    .filter((signature) => {
      const [version, value = ""] = signature.split(",");
      const given = Buffer.from(value, "base64");
      return version === "v1" && given.length === expected.length && timingSafeEqual(given, expected);
    }).length;
}
