import { globTags } from "../image/glob-tags.ts";
import { listedTags } from "../image/listed-tags.ts";
import { NEWER_BY, newerTags } from "../image/newer-tags.ts";
import { regexTags } from "../image/regex-tags.ts";
import { semverTags } from "../image/semver-tags.ts";
import { allOf, ANY_TAG, type TagPolicy } from "../image/tag-policy.ts";
import { fail, type Result } from "../result.ts";
import type { FieldReader } from "./fields.ts";
import type { Upgrade } from "./hook.ts";

const RULES = ["glob", "regex", "semver", "newer"] as const;

/** The keys of `image.tags` where it is a map. */
export const TAG_KEYS: readonly string[] = [...RULES, "prerelease", "pattern"];

const USE = "use any, a list of tags, or a map of glob, regex, semver and newer";

/** Reads `image.tags` and `image.digest` of an upgrade: which tags a push may bring, and whether its digest is set too. */
export function readTags(upgrade: FieldReader): Pick<Upgrade, "tags" | "digest"> {
  const image = upgrade.field("image")?.kind === "map" ? upgrade.map("image") : null;
  if (image === null) return { tags: ANY_TAG, digest: "ignore" };
  return { tags: readPolicy(image), digest: readDigest(image) };
}

function readPolicy(image: FieldReader): TagPolicy {
  const field = image.field("tags");
  const map = field?.kind === "map" ? image.map("tags") : null;
  if (map !== null) return readMap(map);
  if (field?.kind === "list") return readList(image);
  const text = image.text("tags", "any");
  if (text !== "any") image.error("tags", `"${text}" is not known: ${USE}`);
  return ANY_TAG;
}

const REWRITTEN = "a tag stands without quotes, and YAML reads it as another text than it is written: put it in quotes";

function readList(image: FieldReader): TagPolicy {
  const isRewritten = image.list("tags").some((item) => item.kind === "scalar" && item.isRewritten === true);
  if (isRewritten) image.warn("tags", REWRITTEN);
  return policyOf(image, "tags", listedTags(image.texts("tags")));
}

function readMap(map: FieldReader): TagPolicy {
  map.expectOnly(TAG_KEYS);
  if (map.has("prerelease") && !map.has("semver")) map.error("prerelease", "stands without semver, which it is for");
  if (map.has("pattern") && !map.has("newer")) map.error("pattern", "stands without newer, which it is for");
  const named = RULES.filter((rule) => map.has(rule));
  if (named.length === 0) map.error("tags", `names no rule: ${USE}`);
  return allOf(named.map((rule) => readRule(map, rule)));
}

function readRule(map: FieldReader, rule: (typeof RULES)[number]): TagPolicy {
  const text = map.exactText(rule);
  switch (rule) {
    case "glob":
      return policyOf(map, rule, globTags(text));
    case "regex":
      return policyOf(map, rule, regexTags(text));
    case "semver":
      return policyOf(map, rule, semverTags(text, { prerelease: map.flag("prerelease") }));
    case "newer":
      return readNewer(map, text);
  }
}

function readNewer(map: FieldReader, text: string): TagPolicy {
  const by = NEWER_BY.find((known) => known === text);
  if (by === undefined) return policyOf(map, "newer", fail(`"${text}" is not known: use ${NEWER_BY.join(", ")}`));
  return policyOf(map, "pattern", newerTags(by, map.has("pattern") ? map.exactText("pattern") : null));
}

function policyOf(map: FieldReader, key: string, policy: Result<TagPolicy, string>): TagPolicy {
  if (policy.kind === "ok") return policy.value;
  map.error(key, policy.error);
  return ANY_TAG;
}

function readDigest(image: FieldReader): Upgrade["digest"] {
  const digest = image.text("digest", "ignore").toLowerCase();
  if (digest === "ignore" || digest === "pin") return digest;
  image.error("digest", `"${digest}" is not known: use ignore or pin`);
  return "ignore";
}
