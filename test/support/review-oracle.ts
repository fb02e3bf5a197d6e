import { applyPatch, type Operation } from "rfc6902";
import { isJsonObject, type JsonObject } from "../../src/core/admission/json-object.ts";
import { wrongType } from "./reply-types.ts";

/** A review as the API server sent it. */
export interface SentReview {
  readonly uid: string;
  readonly apiVersion: string;
  /** It stands in a MutatingWebhookConfiguration. */
  readonly isMutating: boolean;
  /** What a patch must apply to, null where there is none; left out: that is not looked at. */
  readonly object?: unknown;
}

/**
 * Judges the body of a webhook's reply as kube-apiserver's VerifyAdmissionResponse does: empty where it is accepted, else
 * what the API server says. Written from the contract, not from our encoder.
 */
export function judgeReply(sent: SentReview, text: string): string {
  const reply = parse(text);
  if (!isJsonObject(reply)) return "reply is no JSON object";
  const response = reply["response"];
  if (!isJsonObject(response)) return "webhook response was absent";
  const wrong = wrongType(response);
  if (wrong !== "") return `response.${wrong} cannot be decoded`;
  if (sent.apiVersion !== "admission.k8s.io/v1") return patchTypeProblem(response, sent);
  const expected = "expected webhook response of admission.k8s.io/v1, Kind=AdmissionReview";
  if (reply["apiVersion"] !== sent.apiVersion || reply["kind"] !== "AdmissionReview") return expected;
  if (response["uid"] !== sent.uid) return `expected response.uid=${JSON.stringify(sent.uid)}`;
  return patchProblem(response, sent);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function patchProblem(response: JsonObject, sent: SentReview): string {
  const [patch, type] = [response["patch"], response["patchType"]];
  const hasPatch = typeof patch === "string" && patch !== "";
  if (!sent.isMutating) return forbiddenPatch(hasPatch, type !== undefined);
  if (type === "") return 'webhook returned invalid response.patchType of ""';
  if (hasPatch && type === undefined) return "webhook returned response.patch but not response.patchType";
  if (!hasPatch && type !== undefined) return "webhook returned response.patchType but not response.patch";
  return patchTypeProblem(response, sent);
}

function forbiddenPatch(hasPatch: boolean, hasType: boolean): string {
  if (hasPatch) return "validating webhook may not return response.patch";
  return hasType ? "validating webhook may not return response.patchType" : "";
}

// What the dispatcher demands once a reply is accepted; in v1beta1 a patch without a type is a JSON Patch.
function patchTypeProblem(response: JsonObject, { isMutating, object }: SentReview): string {
  const { patch, patchType = "JSONPatch" } = response;
  if (!isMutating || typeof patch !== "string" || patch === "") return "";
  if (patchType !== "JSONPatch") return `unsupported patch type ${JSON.stringify(patchType)}`;
  const operations = parse(Buffer.from(patch, "base64").toString("utf8"));
  if (!Array.isArray(operations) || !operations.every(isJsonObject)) return "patch is no JSON Patch";
  return object === undefined || operations.length === 0 ? "" : applyProblem(object, operations);
}

// An internal error of the API server's, which `failurePolicy: Ignore` does not pass over.
function applyProblem(object: unknown, operations: readonly object[]): string {
  if (!isJsonObject(object)) return "patch of a request without an object";
  const [problem = null] = applyPatch(structuredClone(object), operations as Operation[]).filter((one) => one !== null);
  return problem === null ? "" : `patch does not apply: ${problem.message}`;
}
