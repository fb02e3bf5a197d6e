import type { IncomingHttpHeaders } from "node:http";
import type Koa from "koa";
import { free } from "./free.ts";

/** How much memory bodies in flight may take, in bytes. */
interface BytesInFlight {
  /** One request alone is served in any case. */
  readonly maxBytes: number;
  /** What a body counts as that does not say its length, and the most that any counts as. */
  readonly maxBodyBytes: number;
  /** Is told the path of each request that was refused. */
  readonly onRefused: (path: string) => void;
}

// A body is there as it came, as text and as values, and what was there is not collected at once.
const COPIES = 4;
// The API server asks again by itself after so long, as long as its own time lasts.
const RETRY_AFTER_SECONDS = "1";

/**
 * Counts a body from before it is read until its request is answered, and answers 429 at once when it would be too much.
 * The body of such a request is taken off the line and thrown away, so that its sender gets to read the answer.
 */
export function boundBytesInFlight({
  maxBytes,
  maxBodyBytes,
  onRefused,
}: BytesInFlight): (context: Koa.ParameterizedContext, next: Koa.Next) => Promise<void> {
  let inFlight = 0;
  return async (context, next) => {
    const bytes = COPIES * bytesOf(context.req.headers, maxBodyBytes);
    if (inFlight > 0 && inFlight + bytes > maxBytes) {
      onRefused(context.path);
      context.req.on("data", free);
      context.status = 429;
      context.set("Retry-After", RETRY_AFTER_SECONDS);
      // Closing before the body has come would reset the connection, and the answer with it.
      context.set("Connection", "keep-alive");
      context.body = "429 Too Many Requests: the bodies in flight take all the memory that there is for them\n";
      return;
    }
    inFlight += bytes;
    try {
      await next();
    } finally {
      inFlight -= bytes;
    }
  };
}

function bytesOf(headers: IncomingHttpHeaders, maxBodyBytes: number): number {
  if (headers["transfer-encoding"] !== undefined) return maxBodyBytes;
  return Math.min(Number(headers["content-length"] ?? 0), maxBodyBytes);
}
