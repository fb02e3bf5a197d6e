import type { IncomingMessage } from "node:http";
import type { BodyFailure } from "../core/delivery/outcome.ts";
import { fail, ok, type Result } from "../core/result.ts";
import type { BodyLimits } from "../flow/deliver.ts";

/** Reads the raw bytes of a request, at most so many. */
export async function readBody(
  request: IncomingMessage,
  { maxBytes, takesEncoded }: BodyLimits,
): Promise<Result<Buffer, BodyFailure>> {
  const isEncoded = (request.headers["content-encoding"] ?? "identity") !== "identity";
  if (isEncoded && !takesEncoded) return fail("encoded");
  if (Number(request.headers["content-length"] ?? 0) > maxBytes) return fail("too-large");
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > maxBytes) return fail("too-large");
      chunks.push(chunk);
    }
  } catch {
    return fail("aborted");
  }
  return ok(Buffer.concat(chunks));
}
