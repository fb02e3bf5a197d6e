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

const isResource = ({ resource, group, subResource }: ResourceMatch, request: AdmissionRequest): boolean =>
  resource === request.resource.resource &&
  (group === null || group === request.resource.group) &&
  subResource === request.subResource;
