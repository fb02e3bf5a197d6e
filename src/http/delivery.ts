import type { Context } from "koa";
import type { AddressRange } from "../core/hook/address-range.ts";
import type { HookRequest } from "../core/hook/argument.ts";
import { clientAddress } from "../core/hook/client-address.ts";
import { parseQuery } from "../core/hook/query.ts";
import { decodeUtf8 } from "../core/hook/utf8.ts";
import { fail } from "../core/result.ts";
import type { Delivery } from "../flow/deliver.ts";
import { readBody } from "./body.ts";
import { readForm } from "./multipart.ts";

/** What is known of a request besides itself. */
export interface Addressed {
  readonly id: string;
  readonly requestId: string;
  /** The client's `address:port`. */
  readonly remoteAddress: string;
}

/** Makes a delivery of a request to a hook; the body is read when the flow asks for it. */
export function toDelivery(context: Context, { id, requestId, remoteAddress }: Addressed): Delivery {
  const { method } = context;
  const { values: query, bad: isBadQuery } = parseQuery(context.querystring);
  const contentType = context.get("content-type");
  return {
    id,
    method,
    requestId,
    query,
    contentType,
    receive: (limits) => readBody(context.req, limits),
    toRequest: (body, payload): HookRequest => ({
      method,
      remoteAddress,
      query,
      // Few rules look at headers.
      get headers() {
        return headersOf(context);
      },
      body: () => body,
      payload,
    }),
    // Go reads the parameters of the URL together with the form's.
    readForm: (body) => (isBadQuery ? fail("the URL has a bad parameter") : readForm(contentType, body)),
    gone: () => goneOf(context),
  };
}

function goneOf({ res }: Context): AbortSignal {
  const gone = new AbortController();
  res.once("close", () => {
    if (!res.writableFinished) gone.abort();
  });
  if (res.destroyed && !res.writableFinished) gone.abort();
  return gone.signal;
}

/**
 * The client's `address:port`: that of the connection, or what its trusted proxies say. An IPv4 client of a socket that
 * listens on both is its IPv4 address.
 */
export function remoteAddressOf({ req }: Context, proxies: readonly AddressRange[]): string {
  const address = (req.socket.remoteAddress ?? "").replace(/^::ffff:(?=\d+\.)/, "");
  const peer = `${address.includes(":") ? `[${address}]` : address}:${String(req.socket.remotePort ?? 0)}`;
  return proxies.length === 0 ? peer : clientAddress(peer, req.headersDistinct["x-forwarded-for"] ?? [], proxies);
}

// What Go takes out of the headers.
const FRAME: readonly string[] = ["host", "transfer-encoding", "trailer"];

function headersOf(context: Context): ReadonlyMap<string, readonly string[]> {
  return new Map(
    Object.entries(context.req.headersDistinct).flatMap(([name, values]) =>
      values === undefined || FRAME.includes(name) ? [] : [[name, values.map(inUtf8)]],
    ),
  );
}

// Node gives one character per byte.
const inUtf8 = (value: string): string =>
  /[\x80-\xff]/.test(value) ? decodeUtf8(Buffer.from(value, "latin1")) : value;
