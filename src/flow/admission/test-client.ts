import type { JsonObject } from "../../core/admission/json-object.ts";
import { applyOperations } from "../../core/admission/apply-operations.ts";
import type { PatchOperation } from "../../core/admission/json-patch.ts";
import type { AdmissionRequest } from "../../core/admission/request.ts";
import { printReview } from "../../core/admission/review-for.ts";
import type { Log } from "../ports.ts";
import { createAnswerReview } from "./answer-review.ts";
import type { AnyHandler } from "./handler.ts";

/** What became of a review. */
export interface Tested {
  readonly allowed: boolean;
  readonly code: number;
  /** Empty where there is none. */
  readonly message: string;
  readonly reason: string;
  readonly warnings: readonly string[];
  readonly auditAnnotations: Readonly<Record<string, string>>;
  readonly patch: readonly PatchOperation[];
  /** The object with the patch applied; null where there is none. */
  readonly object: JsonObject | null;
}

const NO_LOG: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/**
 * Asks a handler as the API server would, in this process: the review is printed and read, the answer too, and the patch is
 * applied. It rejects where the API server would take the patch for a fault: one that does not apply, or of a validating handler.
 * @example const { allowed, message } = await testReview(handler, reviewFor(pod).create())
 */
export async function testReview<Client = undefined>(
  handler: AnyHandler<Client>,
  request: AdmissionRequest,
  { client, log = NO_LOG }: { readonly client?: Client; readonly log?: Log } = {},
): Promise<Tested> {
  const metrics = { begin: () => () => undefined };
  // Left out, it is the `undefined` that its type then is.
  const answer = createAnswerReview({ client: client as Client, log, metrics });
  const call = { path: "/", handler, body: printReview(request), timeoutMs: null, onGone: () => undefined };
  const { body } = await answer(call);
  const tested = read((JSON.parse(body) as { response: Reply }).response, request);
  if ("list" in handler && handler.list === "validating" && tested.patch.length > 0)
    throw new Error("the API server would refuse the patch: the handler is marked as validating");
  return tested;
}

interface Reply {
  readonly allowed: boolean;
  readonly status: { readonly code: number; readonly message?: string; readonly reason?: string };
  readonly warnings?: readonly string[];
  readonly auditAnnotations?: Readonly<Record<string, string>>;
  readonly patch?: string;
}

function read(reply: Reply, { object }: AdmissionRequest): Tested {
  const { allowed, status, warnings = [], auditAnnotations = {} } = reply;
  const { code, message = "", reason = "" } = status;
  const patch = JSON.parse(Buffer.from(reply.patch ?? "W10=", "base64").toString("utf8")) as readonly PatchOperation[];
  const changed = object === null ? null : apply(object, patch);
  return { allowed, code, message, reason, warnings, auditAnnotations, patch, object: changed };
}

function apply(object: JsonObject, patch: readonly PatchOperation[]): JsonObject {
  const changed = applyOperations(object, patch);
  if (changed.kind === "error") throw new Error(`the API server would refuse the patch: ${changed.error}`);
  return changed.value;
}
