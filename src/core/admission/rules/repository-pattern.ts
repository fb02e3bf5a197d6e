import { inNetwork, NETWORKS } from "../../image/network.ts";
import { hostOf, pathOf, type Repository } from "../../image/reference.ts";
import { matchesWildcard } from "./wildcard.ts";

/**
 * True when a repository is what a pattern with `*` says. A `*` in the host ends at the host's end, so that
 * `*.example.com/app` lets no `evil.test/x.example.com/app` in. The hosts of one registry's networks stand for one another.
 */
export function matchesRepository(pattern: string, repository: Repository): boolean {
  const slash = pattern.indexOf("/");
  if (slash === -1) return matchesWildcard(pattern, repository);
  if (!matchesWildcard(pattern.slice(slash + 1), pathOf(repository))) return false;
  const host = hostOf(repository);
  return NETWORKS.some((network) => matchesWildcard(pattern.slice(0, slash), inNetwork(host, network)));
}
