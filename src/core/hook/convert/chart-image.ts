import { openMap } from "../fields.ts";
import type { Field } from "../field.ts";
import type { ImageCheck, Upgrade } from "../hook.ts";
import { TAG_KEYS } from "../read-tags.ts";
import { fieldAt, valueOf } from "./field-value.ts";

/** What the chart's values say of the images that a hook takes, by the chart's own names; the field is the hook's. */
export function toChartImage({ repository, digest, check }: Upgrade, hook: Field): Readonly<Record<string, unknown>> {
  const tags = fieldAt(hook, "image-upgrade", "image", "tags");
  const aliases = fieldAt(hook, "image-upgrade", "image", "host-aliases");
  return {
    ...(repository.kind !== "own" && { repository: repository.kind === "any" ? "any" : repository.repository }),
    ...(tags !== undefined && { tags: tagsOf(tags) }),
    ...(digest === "pin" && { digest }),
    ...(aliases?.kind === "map" && { hostAliases: valueOf(aliases) }),
    ...(check !== null && { check: checkOf(check) }),
  };
}

// A key that the hooks file's reader passes over would be refused by the chart's schema.
function tagsOf(tags: Field): unknown {
  const map = tags.kind === "map" ? openMap(tags, "tags", []) : null;
  if (map === null) return valueOf(tags);
  const named = TAG_KEYS.filter((key) => map.has(key));
  return Object.fromEntries(named.map((key) => [key, key === "prerelease" ? map.flag(key) : map.text(key, "")]));
}

// What is asked by default is left out.
const checkOf = ({ tag, digest, platform, waitMs, pullSecret }: ImageCheck): Readonly<Record<string, unknown>> => ({
  ...(!tag && { tag }),
  ...(!digest && { digest }),
  ...(!platform && { platform }),
  ...(waitMs > 0 && { wait: waitMs % 1_000 === 0 ? `${String(waitMs / 1_000)}s` : `${String(waitMs)}ms` }),
  ...(pullSecret !== "" && { pullSecret }),
});
