import { fail, ok, type Result } from "../result.ts";
import type { JsonObject } from "./json-object.ts";
import type { AdmissionRequest } from "./request.ts";
import { decodeReview } from "./review.ts";
import { reviewFor } from "./review-for.ts";

/** What is to be known of a change besides its object. */
export interface ChangeDetails {
  /** CREATE, UPDATE, DELETE or CONNECT; empty: UPDATE where objects are given as they are stored, else CREATE. */
  readonly operation: string;
  readonly user: string;
  /** For objects that name none and belong to one. */
  readonly namespace: string;
  /** Objects as they are stored, each found by kind, namespace and name. */
  readonly stored: readonly JsonObject[];
}

// Of those that most clusters have; for others the API server alone knows.
const CLUSTER_SCOPED =
  /^(?:Namespace|Node|PersistentVolume|Cluster\w+|\w+Class|CustomResourceDefinition|APIService|Validating\w+|Mutating\w+)$/;

/** Makes the request that the API server would send about an object; one that is a review itself is what it says. */
export function describedRequest(object: JsonObject, details: ChangeDetails): Result<AdmissionRequest, string> {
  if (object["kind"] === "AdmissionReview") return requestIn(object);
  const { user, stored } = details;
  const builder = reviewFor(object);
  const plain = builder.create();
  const isPlaced = plain.namespace !== "" || CLUSTER_SCOPED.test(plain.kind.kind);
  const namespace = isPlaced ? plain.namespace : details.namespace;
  const given = { userInfo: { ...plain.userInfo, username: user }, namespace };
  switch (details.operation || (stored.length > 0 ? "UPDATE" : "CREATE")) {
    case "DELETE":
      return ok(builder.delete(given));
    case "CONNECT":
      return ok(builder.connect(given));
    case "UPDATE": {
      const before = stored.find((one) => isSameObject({ ...plain, namespace }, one));
      return before === undefined ? unknownBefore({ ...plain, namespace }) : ok(builder.update(before, given));
    }
    default:
      return ok(builder.create(given));
  }
}

const unknownBefore = ({ kind, namespace, name }: AdmissionRequest): Result<AdmissionRequest, string> =>
  fail(`${kind.kind} ${namespace && `${namespace}/`}${name} is updated: give it with --old as it is stored`);

function requestIn(object: JsonObject): Result<AdmissionRequest, string> {
  const review = decodeReview(JSON.stringify(object));
  return review.kind === "ok" ? ok(review.value.request) : fail(`AdmissionReview: ${review.error.message}`);
}

function isSameObject({ kind, name, namespace }: AdmissionRequest, stored: JsonObject): boolean {
  const other = reviewFor(stored).create();
  const isNamed = other.name === name && (other.namespace || namespace) === namespace;
  return isNamed && other.kind.kind === kind.kind && other.kind.group === kind.group;
}
