import { isJsonObject, type JsonObject } from "./json-object.ts";
import type { AdmissionRequest, GroupVersionKind, UserInfo } from "./request.ts";
import type { ReviewVersion } from "./review.ts";

/** What a review for a test says besides its object. */
export type ReviewDetails = Partial<Omit<AdmissionRequest, "object" | "oldObject" | "operation">>;

/** Makes reviews of one object, as the API server would send them. */
export interface ReviewBuilder {
  readonly create: (details?: ReviewDetails) => AdmissionRequest;
  /** The object takes the place of this one. */
  readonly update: (old: object, details?: ReviewDetails) => AdmissionRequest;
  /** The object is stored and is to be deleted. */
  readonly delete: (details?: ReviewDetails) => AdmissionRequest;
  /** The object is the options of a connection, such as PodExecOptions. */
  readonly connect: (details?: ReviewDetails) => AdmissionRequest;
}

const USER: UserInfo = { username: "kubernetes-admin", uid: "", groups: ["system:authenticated"], extra: {} };
const UID = "705ab4f5-6393-11e8-b7cc-42010a800002";

/**
 * Makes reviews of an object for tests; its kind, name and namespace are read off it.
 * @example reviewFor({ apiVersion: "v1", kind: "Pod", metadata: { name: "web" } }).create({ namespace: "shop" })
 */
export function reviewFor(object: object): ReviewBuilder {
  const body = object as JsonObject;
  const review = (operation: string, objects: Pick<AdmissionRequest, "object" | "oldObject">): AdmissionRequest => {
    const kind = kindOf(body);
    const metadata = isJsonObject(body["metadata"]) ? body["metadata"] : {};
    return {
      uid: UID,
      kind,
      resource: { group: kind.group, version: kind.version, resource: `${kind.kind.toLowerCase()}s` },
      subResource: "",
      requestKind: null,
      requestResource: null,
      requestSubResource: "",
      name: textOf(metadata["name"]),
      namespace: textOf(metadata["namespace"]),
      operation,
      userInfo: USER,
      dryRun: false,
      options: null,
      ...objects,
    };
  };
  return {
    create: (details) => ({ ...review("CREATE", { object: body, oldObject: null }), ...details }),
    update: (old, details) => ({ ...review("UPDATE", { object: body, oldObject: old as JsonObject }), ...details }),
    delete: (details) => ({ ...review("DELETE", { object: null, oldObject: body }), ...details }),
    connect: (details) => ({ ...review("CONNECT", { object: body, oldObject: null }), ...details }),
  };
}

/** The body of a review, as the API server sends it. */
export const printReview = (request: AdmissionRequest, apiVersion: ReviewVersion = "admission.k8s.io/v1"): string =>
  JSON.stringify({ kind: "AdmissionReview", apiVersion, request });

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

function kindOf(object: JsonObject): GroupVersionKind {
  const [version = "", group = ""] = textOf(object["apiVersion"]).split("/").reverse();
  return { group, version, kind: textOf(object["kind"]) };
}
