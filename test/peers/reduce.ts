import { differenceIn, type Difference } from "./compare.ts";
import type { Answering, RawRequest } from "./raw-client.ts";

const MAX_TRIES = 500;

const without = <T>(items: readonly T[], index: number): T[] => items.filter((_item, at) => at !== index);

function* smallerBodies(body: Buffer): Generator<Buffer> {
  for (let size = body.length; size >= 1; size = Math.floor(size / 2)) {
    for (let at = 0; at < body.length; at += size) {
      yield Buffer.concat([body.subarray(0, at), body.subarray(at + size)]);
    }
  }
}

function* smaller(request: RawRequest): Generator<RawRequest> {
  if (request.framing === "chunked") yield { ...request, framing: "length" };
  for (const index of request.headers.keys()) yield { ...request, headers: without(request.headers, index) };
  const [path = "", query] = request.target.split("?", 2);
  const fields = query === undefined ? [] : query.split("&");
  for (const index of fields.keys()) {
    const rest = without(fields, index).join("&");
    yield { ...request, target: rest === "" ? path : `${path}?${rest}` };
  }
  for (const body of smallerBodies(request.body)) yield { ...request, body };
}

/** Takes parts out of a request for as long as both servers answer with the same two statuses and still differ. */
export async function reduce(difference: Difference, first: Answering, second: Answering): Promise<Difference> {
  let best = difference;
  let candidates = smaller(best.exchange.request);
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const next = candidates.next();
    if (next.done === true) return best;
    const found = await differenceIn({ hook: best.exchange.hook, request: next.value }, first, second);
    if (found?.first.status !== best.first.status || found.second.status !== best.second.status) continue;
    best = found;
    candidates = smaller(best.exchange.request);
  }
  return best;
}
