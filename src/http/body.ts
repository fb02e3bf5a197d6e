import type { IncomingMessage } from "node:http";
import { fail, ok, type Result } from "../core/result.ts";

/** Why a body was not read. */
export type BodyFailure = "too-large" | "encoded" | "aborted";

/** The largest body that is read, in bytes. The bodies of registries have a few kilobytes. */
const MAX_BODY_BYTES = 256 * 1024;

/** Reads the raw bytes of a request, at most so many. */
export async function readBody(
  request: IncomingMessage,
  maxBytes = MAX_BODY_BYTES,
): Promise<Result<Buffer, BodyFailure>> {
  if ((request.headers["content-encoding"] ?? "identity") !== "identity") return fail("encoded");
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
