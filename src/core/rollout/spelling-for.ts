import type { Upgrade } from "../hook/hook.ts";
import { hostOf, pathOf, type ImageReference } from "../image/reference.ts";
import { isHostOfPush, isSameRepository, spellingOf, type PushedRepository } from "../image/repository.ts";

/**
 * The repository as a container shall spell it once it runs what a push brings; null where the hook does not let that
 * repository in. A container that runs the repository keeps its own spelling; else a hook that names one decides, and
 * else the push, by the host that the container has in that registry.
 */
export function spellingFor(
  { repository: allowed, hostAliases }: Upgrade,
  event: PushedRepository,
  running: ImageReference | null,
): string | null {
  const ownSpelling = (pushed: PushedRepository): string | null =>
    running === null ? null : spellingOf(running, pushed, hostAliases);
  switch (allowed.kind) {
    case "own":
      return ownSpelling(event);
    case "named": {
      const { repository } = allowed;
      if (!isSameRepository(repository, event, hostAliases)) return null;
      // What the push leaves open the hook has said: its host.
      return ownSpelling({ repository, isHostImplied: false }) ?? repository;
    }
    case "any":
      return ownSpelling(event) ?? spellingBeside(event, running);
  }
}

function spellingBeside(event: PushedRepository, running: ImageReference | null): string {
  const host = running === null ? "" : hostOf(running.repository);
  return isHostOfPush(host, event) ? `${host}/${pathOf(event.repository)}` : event.repository;
}
