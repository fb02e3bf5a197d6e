import type { BodyFailure } from "../core/delivery/outcome.ts";
import type { HookRequest } from "../core/hook/argument.ts";
import { parseQuery } from "../core/hook/query.ts";
import { fail, ok, type Result } from "../core/result.ts";
import type { BodyLimits, Delivery } from "../flow/deliver.ts";
import { readHeaders } from "./read-headers.ts";

/** A request as the command line describes it. */
export interface DescribedRequest {
  readonly hook: string;
  readonly method: string;
  readonly query: string;
  /** As `Name: value`. */
  readonly header: readonly string[];
  readonly contentType: string;
  readonly remoteAddress: string;
}

/** Reads a form in parts by its content type. */
export type ReadForm = (contentType: string, body: Buffer) => ReturnType<Delivery["readForm"]>;

/** Makes a delivery of a described request, as one that came over the network. The error says what is wrong with it. */
export function describedDelivery(
  described: DescribedRequest,
  body: Buffer,
  readForm: ReadForm,
): Result<Delivery, string> {
  const given = readHeaders(described.header);
  if (given.kind === "error") return given;
  const contentType = described.contentType || (given.value.get("content-type")?.[0] ?? "application/json");
  const headers = new Map(given.value).set("content-type", [contentType]);
  // No rule ever sees it.
  headers.delete("host");
  const { hook, method, remoteAddress } = described;
  const { values: query, bad } = parseQuery(Buffer.from(described.query.replace(/^\?/, "")).toString("latin1"));
  const facts = { method: method.toUpperCase(), query, headers };
  const address = `${remoteAddress.includes(":") ? `[${remoteAddress}]` : remoteAddress}:0`;
  return ok({
    id: hook,
    method: facts.method,
    requestId: "test",
    query,
    contentType,
    receive: (limits) => Promise.resolve(received(body, headers, limits)),
    toRequest: (bytes, payload): HookRequest => ({ ...facts, remoteAddress: address, body: () => bytes, payload }),
    readForm: (bytes) => (bad ? fail("the URL has a bad parameter") : readForm(contentType, bytes)),
    gone: () => new AbortController().signal,
  });
}

function received(
  body: Buffer,
  headers: HookRequest["headers"],
  { maxBytes, takesEncoded }: BodyLimits,
): Result<Buffer, BodyFailure> {
  const encoding = headers.get("content-encoding")?.[0] ?? "identity";
  if (!takesEncoded && encoding !== "identity") return fail("encoded");
  return body.length > maxBytes ? fail("too-large") : ok(body);
}
