import { inNetwork, type Network } from "./network.ts";
import { hostOf, parseRepository, pathOf, type ImageReference, type Repository, type Tag } from "./reference.ts";

/** True when two canonical repositories are one: the same, or the same path in one registry's public and private hosts. */
export const isSameRepository = (a: Repository, b: Repository): boolean =>
  a === b || (pathOf(a) === pathOf(b) && inNetwork(hostOf(a), "public") === inNetwork(hostOf(b), "public"));

/**
 * The spelling under which an image names a repository, null when it is another's. The tool that this one replaces
 * wrote `repo/tag` for `repo:tag` of Docker Hub; an image that it left so counts as that repository.
 */
export function spellingOf(image: ImageReference, repository: Repository): string | null {
  if (isSameRepository(image.repository, repository)) return image.name;
  if (image.tag !== null || image.digest !== null || !image.name.includes("/")) return null;
  const parent = image.name.slice(0, image.name.lastIndexOf("/"));
  const parsed = parseRepository(parent);
  const isPush = parsed.kind === "ok" && parsed.value === repository && hostOf(repository) === "docker.io";
  return isPush ? parent : null;
}

/**
 * Spells the image that a container shall run. Where the container runs the pushed repository its own spelling is
 * kept (`nginx` stays `nginx`), and only the host follows the network that was asked for.
 */
export function spellImage(
  pushed: { repository: Repository; tag: Tag },
  spelling: string | null,
  network: Network,
): string {
  const own = spelling === null ? null : parseRepository(spelling);
  if (spelling === null || own?.kind !== "ok") return `${inHostOf(pushed.repository, network)}:${pushed.tag}`;
  const moved = inHostOf(own.value, network);
  return `${moved === own.value ? spelling : moved}:${pushed.tag}`;
}

const inHostOf = (repository: Repository, network: Network): string =>
  network === "keep" ? repository : `${inNetwork(hostOf(repository), network)}/${pathOf(repository)}`;
