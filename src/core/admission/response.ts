import type { PatchOperation } from "./json-patch.ts";

/** Why a request was refused, as the API's `Status` says it. */
export interface ResponseStatus {
  /** An HTTP status from 400 for a refusal; 200 and 403 where it is left out. */
  readonly code?: number;
  /** A word of the API, such as `Forbidden` or `Invalid`. */
  readonly reason?: string;
  /** What `kubectl` shows. */
  readonly message?: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

interface AnyResponse {
  readonly allowed: boolean;
  readonly status?: ResponseStatus;
  /** Shown by `kubectl`, one a line: up to 120 characters each, the API server may cut what is over 256. */
  readonly warnings?: readonly string[];
  /** Written into the API server's audit log, each key behind the webhook's name. */
  readonly auditAnnotations?: Readonly<Record<string, string>>;
}

/** What a validating handler answers: it can change nothing. */
export interface ValidatingResponse extends AnyResponse {
  readonly patch?: never;
}

/** What a handler answers; one that changes the object carries a patch of it. */
export interface AdmissionResponse extends AnyResponse {
  readonly patch?: readonly PatchOperation[];
}

/**
 * Lets the request through; a message is for the audit log's readers, `kubectl` does not show it.
 * @example allowed()
 */
export const allowed = (message = ""): ValidatingResponse => validationResponse(true, message);

/**
 * Refuses the request with 403 `Forbidden` and the message.
 * @example denied("replicas must be 20 at most")
 */
export const denied = (message = ""): ValidatingResponse => validationResponse(false, message);

/**
 * Lets the request through or refuses it.
 * @example validationResponse(replicas <= 20, "replicas must be 20 at most")
 */
export function validationResponse(isAllowed: boolean, message = ""): ValidatingResponse {
  const status = { ...(isAllowed ? { code: 200 } : { code: 403, reason: "Forbidden" }), ...(message && { message }) };
  return { allowed: isAllowed, status };
}

/**
 * Refuses the request because it could not be judged: 400 for what the caller sent, 500 for a fault of the webhook.
 * @example errored(400, new Error("spec.size is no number"))
 */
export const errored = (code: number, error: unknown): ValidatingResponse => ({
  allowed: false,
  status: { code, message: error instanceof Error ? error.message : String(error) },
});

/**
 * Lets the request through with these changes of its object (JSON Patch, RFC 6902); without any it is as `allowed`.
 * @example patched("labelled", { op: "add", path: "/metadata/labels/team", value: "web" })
 */
export const patched = (message: string, ...operations: readonly PatchOperation[]): AdmissionResponse => ({
  ...validationResponse(true, message),
  patch: operations,
});

/**
 * Adds warnings to those that a response has.
 * @example withWarnings(allowed(), "spec.old is going away: use spec.new")
 */
export const withWarnings = <R extends AdmissionResponse>(response: R, ...warnings: readonly string[]): R => ({
  ...response,
  warnings: [...(response.warnings ?? []), ...warnings],
});

/**
 * Adds notes for the audit log to those that a response has.
 * @example withAuditAnnotations(allowed(), { policy: "small-images" })
 */
export const withAuditAnnotations = <R extends AdmissionResponse>(
  response: R,
  annotations: Readonly<Record<string, string>>,
): R => ({ ...response, auditAnnotations: { ...response.auditAnnotations, ...annotations } });
