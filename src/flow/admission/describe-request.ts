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

/** Describes a request without anything of its object. */
export function describeRequest(request: AdmissionRequest): RequestFacts {
  const { uid, operation, kind, namespace, name, userInfo, dryRun } = request;
  const facts = { requestId: uid, operation, resource: resourceOf(request), kind: kind.kind, namespace, name };
  return { ...facts, user: userInfo.username, ...(dryRun && { dryRun }) };
}

const resourceOf = ({ resource: { resource, group }, subResource }: AdmissionRequest): string =>
  `${resource}${group && `.${group}`}${subResource && `/${subResource}`}`;
