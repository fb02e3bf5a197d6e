import { isAddress } from "./addresses.ts";

const MAX_OWNERS = 10;
const MAX_LENGTH = 4_000;

/**
 * The mail addresses that a workload's annotation names, each once and ten at most. Only those count whose domain is
 * exactly one of the given ones: whoever may annotate a workload must not send mail to anybody else.
 */
export function ownersOf(annotation: string, domains: readonly string[]): readonly string[] {
  const known = new Set(domains.map((domain) => domain.toLowerCase()));
  const owners = annotation
    .slice(0, MAX_LENGTH)
    .split(/[\s,;]+/)
    .filter((entry) => isAddress(entry) && known.has(entry.slice(entry.lastIndexOf("@") + 1).toLowerCase()));
  return [...new Map(owners.map((owner) => [owner.toLowerCase(), owner])).values()].slice(0, MAX_OWNERS);
}
