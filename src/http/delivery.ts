import type { Context } from "koa";
import type { HookRequest } from "../core/hook/argument.ts";
import { parseQuery } from "../core/hook/query.ts";
import type { Delivery } from "../flow/deliver.ts";
import { readBody } from "./body.ts";
import { readForm } from "./multipart.ts";

/** Makes a delivery of a request to a hook; the body is read when the flow asks for it. */
export function toDelivery(context: Context, id: string, requestId: string): Delivery {
  const { method } = context;
  const query = parseQuery(context.querystring).values;
  return {
    id,
    method,
    requestId,
    query,
    contentType: context.get("content-type"),
    receive: (limits) => readBody(context.req, limits),
    toRequest: (body, payload): HookRequest => ({
      method,
      remoteAddress: addressOf(context),
      query,
      // Few rules look at headers.
      get headers() {
        return headersOf(context);
      },
      body: () => body,
      payload,
    }),
    readForm,
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

// An IPv4 client of a socket that listens on both is its IPv4 address.
function addressOf({ req: { socket } }: Context): string {
  const address = (socket.remoteAddress ?? "").replace(/^::ffff:(?=\d+\.)/, "");
  return `${address.includes(":") ? `[${address}]` : address}:${String(socket.remotePort ?? 0)}`;
}

function headersOf(context: Context): ReadonlyMap<string, readonly string[]> {
  return new Map(
    Object.entries(context.req.headersDistinct).flatMap(([name, values]) =>
      values === undefined || name === "host" ? [] : [[name, values]],
    ),
  );
}
