import type { AdmissionRequest } from "../request.ts";
import type { ResourceMatch, RuleMatch } from "./rule.ts";
import { matchesWildcard } from "./wildcard.ts";

/** True when a rule is for a request. */
export function matchesRule(match: RuleMatch, request: AdmissionRequest): boolean {
  const { namespaces, resources, operations } = match;
  if (!operations.includes(request.operation)) return false;
  if (namespaces.length > 0 && !namespaces.some((name) => matchesWildcard(name, request.namespace))) return false;
  return resources.length === 0 || resources.some((resource) => isResource(resource, request));
}

/** Why a rule is not for a request; null where it is. */
export function whyNotFor({ namespaces, resources, operations }: RuleMatch, request: AdmissionRequest): string | null {
  const { operation, namespace, resource, subResource } = request;
  if (!operations.includes(operation)) return `operation ${operation} is none of ${operations.join(", ")}`;
  if (!matchesRule({ namespaces, resources: [], operations }, request))
    return `namespace ${namespace || "(none)"} is none of ${namespaces.join(", ")}`;
  if (matchesRule({ namespaces, resources, operations }, request)) return null;
  return `resource ${printResource({ ...resource, subResource })} is none of ${resources.map(printResource).join(", ")}`;
}

const isResource = ({ resource, group, subResource }: ResourceMatch, request: AdmissionRequest): boolean =>
  isSaid(resource, request.resource.resource) &&
  (group === null || group === request.resource.group) &&
  isSaid(subResource, request.subResource);

const isSaid = (said: string, name: string): boolean => said === name || (said === "*" && name !== "");

/** Prints a resource as kubectl names it. */
const printResource = ({ resource, group, subResource }: ResourceMatch): string =>
  `${resource}${group === null ? "" : `.${group}`}${subResource && `/${subResource}`}`;
