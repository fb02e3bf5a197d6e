import type { Upgrade } from "../hook/hook.ts";
import { hostOf, parseReference, pathOf, type Repository } from "../image/reference.ts";
import type { Plan } from "../rollout/plan.ts";
import type { WorkloadPlan } from "../rollout/plan-workload.ts";

/** Why a push of a foreign repository is refused, and the lines that would let it in. */
export function foreignReason(
  { pushed, allowed }: Plan & { kind: "foreign-repository" },
  style: Upgrade["style"],
): string {
  const line =
    style === "script"
      ? `{"envname": "APP_REPOSITORY", "source": "string", "name": "${pushed}"}`
      : `image: {repository: ${pushed}}`;
  const place = style === "script" ? "its pass-environment-to-command" : "its image-upgrade";
  const reason = `the push brings ${pushed}, this hook allows ${allowed}; to allow it add to ${place}: ${line}`;
  const alias = aliasFor([allowed], pushed);
  return alias === null ? reason : `${reason}; or, ${alias}`;
}

/** Why a push is refused that no container of a workload runs the repository of. */
export function unusedReason({ pushed, containers }: WorkloadPlan & { kind: "unused-repository" }): string {
  const images = containers.map(({ image }) => image);
  const runs = containers.map(({ name, image }) => `${name} runs ${image}`).join(", ");
  const reason = `the push brings ${pushed}, of which no container has an image: ${runs}`;
  const alias = aliasFor(images, pushed);
  return alias === null ? reason : `${reason}; ${alias}`;
}

// The lines that let a push in which comes from the registry of one of these images by another name.
function aliasFor(images: readonly string[], pushed: Repository): string | null {
  const [differing] = images.flatMap((image) => {
    const own = parseReference(image);
    const prefixes = own.kind === "ok" ? differingPrefixes(own.value.repository, pushed) : null;
    return prefixes === null ? [] : [prefixes];
  });
  if (differing === undefined) return null;
  const [here, there] = differing;
  const alias = `image: {host-aliases: {${quote(here)}: ${quote(there)}}}`;
  return `if ${here} and ${there} are one registry, say so in an image-upgrade: ${alias}`;
}

/**
 * What two repositories of different hosts have before the path that they share, where that is all that one of them
 * has before it; null where they differ in more.
 */
function differingPrefixes(a: Repository, b: Repository): readonly [string, string] | null {
  if (hostOf(a) === hostOf(b)) return null;
  const [longer, shorter] = pathOf(a).length > pathOf(b).length ? [a, b] : [b, a];
  if (!longer.endsWith(`/${pathOf(shorter)}`)) return null;
  const shared = pathOf(shorter).length + 1;
  return [a.slice(0, -shared), b.slice(0, -shared)];
}

// An IPv6 address in brackets would be a list of YAML's.
const quote = (prefix: string): string => (prefix.startsWith("[") ? `"${prefix}"` : prefix);
