import { restBehind, type HostAlias } from "./host-alias.ts";
import { inNetwork, isSameHost, isSameRegion, type Network } from "./network.ts";
import { hostOf, parseRepository, pathOf, type ImageReference, type Repository, type Tag } from "./reference.ts";

/** The repository that a push names. */
export interface PushedRepository {
  readonly repository: Repository;
  /** The registry named only its region: the same path on any of its hosts there is meant (Aliyun). */
  readonly isHostImplied: boolean;
}

/** True when a host is that of a push, or one that stands for it. */
export const isHostOfPush = (host: string, { repository, isHostImplied }: PushedRepository): boolean =>
  isHostImplied ? isSameRegion(host, hostOf(repository)) : isSameHost(host, hostOf(repository));

/**
 * True when a push brings a repository: the same path on one of its hosts, or the same behind two prefixes that the
 * hook calls aliases. Each entry of the aliases stands for itself: two of them make no third.
 */
export function isSameRepository(own: Repository, pushed: PushedRepository, aliases: readonly HostAlias[]): boolean {
  if (pathOf(own) === pathOf(pushed.repository) && isHostOfPush(hostOf(own), pushed)) return true;
  return aliases.some((prefixes) => {
    const rests = prefixes.map((prefix) => restBehind(own, prefix, isSameHost));
    return prefixes.some((prefix) => {
      const rest = restBehind(pushed.repository, prefix, (host) => isHostOfPush(host, pushed));
      return rest !== null && rests.includes(rest);
    });
  });
}

/**
 * The spelling under which an image names the repository of a push, null when it is another's. The tool that this one
 * replaces wrote `repo/tag` for `repo:tag` of Docker Hub; an image that it left so counts as that repository.
 */
export function spellingOf(
  image: ImageReference,
  pushed: PushedRepository,
  aliases: readonly HostAlias[],
): string | null {
  if (isSameRepository(image.repository, pushed, aliases)) return image.name;
  if (image.tag !== null || image.digest !== null || !image.name.includes("/")) return null;
  const parent = image.name.slice(0, image.name.lastIndexOf("/"));
  const parsed = parseRepository(parent);
  const { repository } = pushed;
  const isPush = parsed.kind === "ok" && parsed.value === repository && hostOf(repository) === "docker.io";
  return isPush ? parent : null;
}

/** Spells the image that a container shall run. The spelling is kept, and only its host follows the network. */
export function spellImage({ tag }: { readonly tag: Tag }, spelling: string, network: Network): string {
  const repository = parseRepository(spelling);
  if (repository.kind === "error") return `${spelling}:${tag}`;
  const host = hostOf(repository.value);
  const moved = inNetwork(host, network);
  return `${moved === host ? spelling : `${moved}/${pathOf(repository.value)}`}:${tag}`;
}
