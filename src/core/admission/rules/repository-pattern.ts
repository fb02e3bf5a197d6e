import { inNetwork, NETWORKS } from "../../image/network.ts";
import { hostOf, isHostPart, parseHost, pathOf, type Repository } from "../../image/reference.ts";
import { matchesWildcard } from "./wildcard.ts";

/**
 * True when a repository is what a pattern with `*` says; `*` alone says all. A pattern is completed as an image's name
 * is: `nginx` is `docker.io/library/nginx`. A `*` in the host ends at the host's end, so that `*.example.com/app` lets
 * no `evil.test/x.example.com/app` in. The hosts of one registry's networks stand for one another.
 */
export function matchesRepository(pattern: string, repository: Repository): boolean {
  if (pattern === "*") return true;
  const { host, path } = splitPattern(pattern);
  if (!matchesWildcard(path, pathOf(repository))) return false;
  const own = hostOf(repository);
  return NETWORKS.some((network) => matchesWildcard(host, inNetwork(own, network)));
}

function splitPattern(pattern: string): { host: string; path: string } {
  const slash = pattern.indexOf("/");
  const first = pattern.slice(0, Math.max(slash, 0)).toLowerCase();
  const isHost = first === "*" || isHostPart(first);
  const canonical = parseHost(first);
  const host = !isHost ? "docker.io" : canonical.kind === "ok" ? canonical.value : first;
  const path = isHost ? pattern.slice(slash + 1) : pattern;
  return { host, path: host === "docker.io" && !path.includes("/") && path !== "*" ? `library/${path}` : path };
}
