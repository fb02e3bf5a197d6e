import type { AdmissionRequest } from "../../core/admission/request.ts";
import type { AdmissionResponse, ValidatingResponse } from "../../core/admission/response.ts";
import type { Handled } from "../../core/admission/webhook-options.ts";
import type { Log } from "../ports.ts";
import type { Decoder } from "./decoder.ts";

/** What a handler is given besides the request. */
export interface HandlerContext<Client = unknown> {
  /** Writes the request's id and what it is about with each line. */
  readonly log: Log;
  readonly decoder: Decoder;
  /** Ends when the API server waits no longer: what is answered later is not heard. */
  readonly signal: AbortSignal;
  /** The one that the server was made with. */
  readonly client: Client;
}

/** Answers one request. What it throws becomes a refusal with code 500. */
export type Handler<Client = unknown> = (
  request: AdmissionRequest,
  context: HandlerContext<Client>,
) => AdmissionResponse | Promise<AdmissionResponse>;

/** Answers one request without changing its object: a patch in its answer does not compile. */
export type ValidatingFunction<Client = unknown> = (
  request: AdmissionRequest,
  context: HandlerContext<Client>,
) => ValidatingResponse | Promise<ValidatingResponse>;

interface Marks {
  /** Which resource and operations it is for, where it knows. */
  readonly handles?: Handled;
}

/** A handler that may change objects, marked as one. */
export type MutatingHandler<Client = unknown> = Handler<Client> & Marks & { readonly list: "mutating" };

/** A handler that changes nothing, marked as one. */
export type ValidatingHandler<Client = unknown> = ValidatingFunction<Client> & Marks & { readonly list: "validating" };

/** What can be registered: a bare function may allow, deny or patch, and is in neither list of the manifests. */
export type AnyHandler<Client = unknown> = Handler<Client> | MutatingHandler<Client> | ValidatingHandler<Client>;

/**
 * Marks a handler as one that may change objects.
 * @example server.register("/mutating", mutating(() => patched("labelled", operation)))
 */
export const mutating = <Client = unknown>(handler: Handler<Client>, marks: Marks = {}): MutatingHandler<Client> =>
  Object.assign((...call: Parameters<Handler<Client>>) => handler(...call), { ...marks, list: "mutating" as const });

/**
 * Marks a handler as one that changes nothing.
 * @example server.register("/validating", validating(() => denied("none shall pass!")))
 */
export const validating = <Client = unknown>(
  handler: ValidatingFunction<Client>,
  marks: Marks = {},
): ValidatingHandler<Client> =>
  Object.assign((...call: Parameters<ValidatingFunction<Client>>) => handler(...call), {
    ...marks,
    list: "validating" as const,
  });
