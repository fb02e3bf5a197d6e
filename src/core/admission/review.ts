import { fail, ok, type Result } from "../result.ts";
import { isJsonObject, type JsonObject } from "./json-object.ts";
import { readRequest } from "./read-request.ts";
import type { AdmissionRequest } from "./request.ts";
import { errored, type AdmissionResponse, type ResponseStatus } from "./response.ts";

/** The versions of AdmissionReview that are understood. */
export type ReviewVersion = (typeof VERSIONS)[number];

/** How a reply is addressed: with the uid and the version of the review. */
export interface Address {
  /** Empty where it could not be read; the API server then takes no reply. */
  readonly uid: string;
  readonly apiVersion: ReviewVersion;
}

/** A review that the API server sent. */
export interface Review {
  readonly address: Address;
  readonly request: AdmissionRequest;
}

/** Why a body is no review. */
export interface BadReview {
  readonly address: Address;
  /** 400, or 413 for a body that is too large. */
  readonly code: number;
  readonly message: string;
}

const VERSIONS = ["admission.k8s.io/v1", "admission.k8s.io/v1beta1"] as const;
const KIND = "AdmissionReview";

/** Where nothing of the review could be read. */
export const NO_ADDRESS: Address = { uid: "", apiVersion: "admission.k8s.io/v1" };

/** Reads a body as the API server sends it: an AdmissionReview of v1 or v1beta1 with a request, in JSON. */
export function decodeReview(body: string): Result<Review, BadReview> {
  if (body === "") return fail({ address: NO_ADDRESS, code: 400, message: "request body is empty" });
  const parsed = parse(body);
  if (parsed.kind === "error") return fail({ address: NO_ADDRESS, code: 400, message: parsed.error });
  if (!isJsonObject(parsed.value))
    return fail({ address: NO_ADDRESS, code: 400, message: "the body is no JSON object: send an AdmissionReview" });
  const { apiVersion, kind, request } = parsed.value;
  const address = addressOf(apiVersion, request);
  const refuse = (message: string): Result<Review, BadReview> => fail({ address, code: 400, message });
  if (kind !== KIND || !isKnown(apiVersion))
    return refuse(`expected ${VERSIONS.join(" or ")}, Kind=${KIND}, got ${named(apiVersion)}, Kind=${named(kind)}`);
  if (!isJsonObject(request)) return refuse("missing request: the AdmissionReview holds none");
  const read = readRequest(request);
  return read.kind === "ok" ? ok({ address, request: read.value }) : refuse(read.error);
}

function parse(body: string): Result<unknown, string> {
  try {
    return ok(JSON.parse(body));
  } catch {
    // The parser's own message quotes the body, which may be a Secret.
    return fail("the body is not JSON");
  }
}

const isKnown = (version: unknown): version is ReviewVersion => VERSIONS.some((known) => known === version);

const named = (value: unknown): string => (typeof value === "string" ? JSON.stringify(value.slice(0, 80)) : "none");

function addressOf(version: unknown, request: unknown): Address {
  const uid = isJsonObject(request) && typeof request["uid"] === "string" ? request["uid"] : "";
  return { uid, apiVersion: isKnown(version) ? version : NO_ADDRESS.apiVersion };
}

/** The body of a reply to a review. This is the one place that sets its uid, its version and the form of its patch. */
export function encodeReview({ uid, apiVersion }: Address, response: AdmissionResponse): string {
  const complete = (patch: JsonObject): JsonObject => ({
    uid,
    allowed: response.allowed,
    status: completeStatus(response),
    ...patch,
    ...(response.auditAnnotations && { auditAnnotations: response.auditAnnotations }),
    ...(response.warnings?.length && { warnings: response.warnings }),
  });
  return JSON.stringify({ kind: KIND, apiVersion, response: complete(encodePatch(response)) });
}

/** The body of a reply to what is no review. */
export const encodeBadReview = ({ address, code, message }: BadReview): string =>
  encodeReview(address, errored(code, message));

/**
 * The status of a response with its code: one that the API server could not answer with gives way to 200, or to the 403 of
 * `denied`.
 */
export function completeStatus({
  allowed,
  status = {},
}: AdmissionResponse): ResponseStatus & { readonly code: number } {
  const { code = 0 } = status;
  if (Number.isInteger(code) && code >= (allowed ? 100 : 400) && code < 600) return { ...status, code };
  return allowed ? { ...status, code: 200 } : { reason: "Forbidden", ...status, code: 403 };
}

// The API server takes both keys or neither, and an empty patch is as none.
function encodePatch({ allowed, patch = [] }: AdmissionResponse): JsonObject {
  if (!allowed || patch.length === 0) return {};
  return { patchType: "JSONPatch", patch: Buffer.from(JSON.stringify(patch)).toString("base64") };
}
