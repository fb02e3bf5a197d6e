import { isJsonObject, type JsonObject } from "../../src/core/admission/json-object.ts";

/** A review as the API server sent it. */
export interface SentReview {
  readonly uid: string;
  readonly apiVersion: string;
  /** It stands in a MutatingWebhookConfiguration. */
  readonly isMutating: boolean;
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
  if (sent.apiVersion !== "admission.k8s.io/v1") return patchTypeProblem(response, sent.isMutating);
  const expected = "expected webhook response of admission.k8s.io/v1, Kind=AdmissionReview";
  if (reply["apiVersion"] !== sent.apiVersion || reply["kind"] !== "AdmissionReview") return expected;
  if (response["uid"] !== sent.uid) return `expected response.uid=${JSON.stringify(sent.uid)}`;
  return patchProblem(response, sent.isMutating);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function patchProblem(response: JsonObject, isMutating: boolean): string {
  const [patch, type] = [response["patch"], response["patchType"]];
  const hasPatch = typeof patch === "string" && patch !== "";
  if (!isMutating) return forbiddenPatch(hasPatch, type !== undefined);
  if (type === "") return 'webhook returned invalid response.patchType of ""';
  if (hasPatch && type === undefined) return "webhook returned response.patch but not response.patchType";
  if (!hasPatch && type !== undefined) return "webhook returned response.patchType but not response.patch";
  return patchTypeProblem(response, isMutating);
}

function forbiddenPatch(hasPatch: boolean, hasType: boolean): string {
  if (hasPatch) return "validating webhook may not return response.patch";
  return hasType ? "validating webhook may not return response.patchType" : "";
}

// What the dispatcher demands once a reply is accepted; in v1beta1 a patch without a type is a JSON Patch.
function patchTypeProblem(response: JsonObject, isMutating: boolean): string {
  const { patch, patchType = "JSONPatch" } = response;
  if (!isMutating || typeof patch !== "string" || patch === "") return "";
  if (patchType !== "JSONPatch") return `unsupported patch type ${JSON.stringify(patchType)}`;
  const operations = parse(Buffer.from(patch, "base64").toString("utf8"));
  return Array.isArray(operations) && operations.every(isJsonObject) ? "" : "patch is no JSON Patch";
}
