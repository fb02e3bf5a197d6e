import { clip } from "../../clip.ts";
import type { ImageReference } from "../../image/reference.ts";
import { firstOf } from "./list-problems.ts";
import { matchesRepository } from "./repository-pattern.ts";
import type { ImageRule } from "./rule.ts";
import { matchesWildcard } from "./wildcard.ts";

/** What a rule finds wrong with an image. */
export interface ImageFault {
  readonly what: string;
  /** What to do about it. */
  readonly cure: string;
}

const MAX_SHOWN_PATTERNS = 10;

/** What a rule finds wrong with an image; nothing where it may run. */
export function judgeImage(rule: ImageRule, image: ImageReference): readonly ImageFault[] {
  return [
    ...(isAllowed(rule, image) ? [] : [notAllowed(rule, image)]),
    ...tagFault(rule, image),
    ...(rule.requireDigest && image.digest === null ? [NO_DIGEST] : []),
  ];
}

const NO_DIGEST: ImageFault = { what: "it has no digest", cure: "add one, such as @sha256:…" };

const isAllowed = ({ allow }: ImageRule, { repository }: ImageReference): boolean =>
  allow.length === 0 || allow.some((pattern) => matchesRepository(pattern, repository));

const notAllowed = ({ allow }: ImageRule, { repository }: ImageReference): ImageFault => ({
  what: `repository ${clip(repository)} is not allowed`,
  cure: `use ${firstOf(
    allow.map((pattern) => clip(pattern)),
    MAX_SHOWN_PATTERNS,
  ).join(", ")}`,
});

// A tag that is written is judged beside a digest too: it may say what the image is for.
function tagFault({ forbidTags }: ImageRule, { tag, digest }: ImageReference): readonly ImageFault[] {
  const meant = tag ?? (digest === null ? "latest" : null);
  if (meant === null || !forbidTags.some((pattern) => matchesWildcard(pattern, meant))) return [];
  const what = tag === null ? "it has no tag, which means the forbidden latest" : `tag ${clip(meant)} is forbidden`;
  return [{ what, cure: "name another tag" }];
}
