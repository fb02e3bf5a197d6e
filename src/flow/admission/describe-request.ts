import { clip } from "../../core/clip.ts";
import type { AdmissionRequest } from "../../core/admission/request.ts";

/** What a log line says of a request. */
export interface RequestFacts {
  readonly requestId: string;
  readonly operation: string;
  /** As kubectl writes it: `deployments.apps/scale`. */
  readonly resource: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly user: string;
  readonly dryRun?: true;
}

// The longest name of the API, with a namespace before it.
const MAX_NAME_LENGTH = 320;

/** Describes a request without anything of its object; whoever reaches the port chooses how long its texts are. */
export function describeRequest(request: AdmissionRequest): RequestFacts {
  const { uid, operation, kind, namespace, name, userInfo, dryRun } = request;
  return {
    requestId: clip(uid),
    operation: clip(operation),
    resource: clip(resourceOf(request), MAX_NAME_LENGTH),
    kind: clip(kind.kind),
    namespace: clip(namespace),
    name: clip(name, MAX_NAME_LENGTH),
    user: clip(userInfo.username, MAX_NAME_LENGTH),
    ...(dryRun && { dryRun }),
  };
}

const resourceOf = ({ resource: { resource, group }, subResource }: AdmissionRequest): string =>
  `${resource}${group && `.${group}`}${subResource && `/${subResource}`}`;
