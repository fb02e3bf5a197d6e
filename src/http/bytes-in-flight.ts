import type { IncomingHttpHeaders } from "node:http";
import type Koa from "koa";

/** How many bytes of bodies may be in flight. */
export interface BytesInFlight {
  /** One request alone is served in any case. */
  readonly maxBytes: number;
  /** What a body counts as that does not say its length, and the most that any counts as. */
  readonly maxBodyBytes: number;
  /** Is told the path of each request that was refused. */
  readonly onRefused: (path: string) => void;
}

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
    const bytes = bytesOf(context.req.headers, maxBodyBytes);
    if (inFlight > 0 && inFlight + bytes > maxBytes) {
      onRefused(context.path);
      context.status = 429;
      context.set("Retry-After", RETRY_AFTER_SECONDS);
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
