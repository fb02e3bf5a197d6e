import type { IncomingMessage } from "node:http";
import type { BodyFailure } from "../core/delivery/outcome.ts";
import { fail, ok, type Result } from "../core/result.ts";
import type { BodyLimits } from "../flow/deliver.ts";

/** Reads the raw bytes of a request, at most so many. */
export function readBody(
  request: IncomingMessage,
  { maxBytes, takesEncoded }: BodyLimits,
): Promise<Result<Buffer, BodyFailure>> {
  const isEncoded = (request.headers["content-encoding"] ?? "identity") !== "identity";
  if (isEncoded && !takesEncoded) return Promise.resolve(fail("encoded"));
  if (Number(request.headers["content-length"] ?? 0) > maxBytes) return Promise.resolve(fail("too-large"));
  return collect(request, maxBytes);
}

// By events: an iterator over the stream costs as much as the rest of a refused request.
function collect(request: IncomingMessage, maxBytes: number): Promise<Result<Buffer, BodyFailure>> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  return new Promise((resolve) => {
    const take = (chunk: Buffer): void => {
      bytes += chunk.length;
      if (bytes <= maxBytes) {
        chunks.push(chunk);
        return;
      }
      request.off("data", take);
      request.pause();
      resolve(fail("too-large"));
    };
    request.on("data", take);
    request.once("end", () => {
      const [first = Buffer.alloc(0), ...more] = chunks;
      resolve(ok(more.length === 0 ? first : Buffer.concat(chunks)));
    });
    request.once("error", () => {
      resolve(fail("aborted"));
    });
    request.once("close", () => {
      resolve(fail("aborted"));
    });
  });
}
