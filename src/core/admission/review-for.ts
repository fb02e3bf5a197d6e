import { isJsonObject, type JsonObject } from "./json-object.ts";
import { pluralOf } from "./plural.ts";
import type { AdmissionRequest, GroupVersionKind, UserInfo } from "./request.ts";
import type { ReviewVersion } from "./review.ts";

/** What a review for a test says besides its object; of the user it is enough to say what differs. */
export type ReviewDetails = Partial<Omit<AdmissionRequest, "object" | "oldObject" | "operation" | "userInfo">> & {
  readonly userInfo?: Partial<UserInfo>;
};

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
 * @example reviewFor({ apiVersion: "v1", kind: "Pod", metadata: { name: "web" } }).create({ userInfo: { username: "ada" } })
 */
export function reviewFor(object: object): ReviewBuilder {
  const body = object as JsonObject;
  const review = (change: Change, { userInfo, ...details }: ReviewDetails = {}): AdmissionRequest => {
    const kind = details.kind ?? kindOf(body);
    const resource = details.resource ?? { group: kind.group, version: kind.version, resource: pluralOf(kind.kind) };
    const metadata = isJsonObject(body["metadata"]) ? body["metadata"] : {};
    return {
      uid: UID,
      kind,
      resource,
      subResource: "",
      requestKind: kind,
      requestResource: resource,
      requestSubResource: details.subResource ?? "",
      name: textOf(metadata["name"]),
      namespace: textOf(metadata["namespace"]),
      userInfo: { ...USER, ...userInfo },
      dryRun: false,
      ...change,
      ...details,
    };
  };
  return {
    create: (details) =>
      review({ operation: "CREATE", object: body, oldObject: null, options: optionsOf("CreateOptions") }, details),
    update: (old, details) =>
      review(
        { operation: "UPDATE", object: body, oldObject: old as JsonObject, options: optionsOf("UpdateOptions") },
        details,
      ),
    delete: (details) =>
      review({ operation: "DELETE", object: null, oldObject: body, options: optionsOf("DeleteOptions") }, details),
    connect: (details) => review({ operation: "CONNECT", object: body, oldObject: null, options: null }, details),
  };
}

type Change = Pick<AdmissionRequest, "operation" | "object" | "oldObject" | "options">;

const optionsOf = (kind: string): JsonObject => ({ kind, apiVersion: "meta.k8s.io/v1" });

/** The body of a review, as the API server sends it. */
export const printReview = (request: AdmissionRequest, apiVersion: ReviewVersion = "admission.k8s.io/v1"): string =>
  JSON.stringify({ kind: "AdmissionReview", apiVersion, request });

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

function kindOf(object: JsonObject): GroupVersionKind {
  const [version = "", group = ""] = textOf(object["apiVersion"]).split("/").reverse();
  return { group, version, kind: textOf(object["kind"]) };
}
