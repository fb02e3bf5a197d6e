import type { IncomingMessage } from "node:http";
import type { BodyFailure } from "../core/delivery/outcome.ts";
import { fail, ok, type Result } from "../core/result.ts";
import type { BodyLimits } from "../flow/deliver.ts";
import { free } from "./free.ts";

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
  const said = request.headers["content-length"];
  const body = said === undefined ? createPieces() : createWhole(Number(said));
  let bytes = 0;
  return new Promise((resolve) => {
    const take = (chunk: Buffer): void => {
      bytes += chunk.length;
      if (bytes <= maxBytes) {
        body.add(chunk);
        return;
      }
      request.off("data", take);
      request.pause();
      resolve(fail("too-large"));
    };
    request.on("data", take);
    request.once("end", () => {
      resolve(ok(body.end()));
    });
    request.once("error", () => {
      resolve(fail("aborted"));
    });
    request.once("close", () => {
      resolve(fail("aborted"));
    });
  });
}

interface Collected {
  readonly add: (chunk: Buffer) => void;
  readonly end: () => Buffer;
}

function createPieces(): Collected {
  const chunks: Buffer[] = [];
  return {
    add: (chunk) => chunks.push(chunk),
    end: () => Buffer.concat(chunks),
  };
}

// A body of a known length is held once, and not in pieces and as a whole.
function createWhole(length: number): Collected {
  let only: Buffer | null = null;
  let whole: Buffer | null = null;
  let at = 0;
  return {
    add: (chunk) => {
      if (chunk.length === length) {
        only = chunk;
        return;
      }
      at += chunk.copy((whole ??= Buffer.allocUnsafeSlow(length)), at);
      free(chunk);
    },
    end: () => only ?? whole ?? Buffer.alloc(0),
  };
}
