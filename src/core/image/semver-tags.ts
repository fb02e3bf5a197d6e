import { parse, Range } from "semver";
import { fail, ok, type Result } from "../result.ts";
import type { Tag } from "./reference.ts";
import type { TagPolicy } from "./tag-policy.ts";

/**
 * Lets in the tags that are versions in a range, by npm's rules; a `v` may stand before them. Prereleases are let in
 * where `prerelease` says so, and those of a version that the range itself names a prerelease of.
 */
export function semverTags(text: string, { prerelease }: { readonly prerelease: boolean }): Result<TagPolicy, string> {
  if (text.trim() === "") return fail("is empty: name a range of versions such as >=1.2 <2, or * for all");
  const range = parseRange(text, prerelease);
  const all = parseRange(text, true);
  if (range === null || all === null)
    return fail(`"${text}" is not a range of versions: write one such as >=1.2 <2, ^1.4 or 1.x`);
  return ok({
    refusal: (tag) => {
      const version = parse(tag);
      if (version === null) return `tag "${tag}" is no version such as 1.2.3, which semver "${text}" demands`;
      if (range.test(version)) return null;
      return all.test(version)
        ? `tag "${tag}" is a prerelease, which semver "${text}" leaves out`
        : `tag "${tag}" is outside of semver "${text}"`;
    },
    compare: compareVersions,
  });
}

// The library throws for what is no range.
function parseRange(text: string, includePrerelease: boolean): Range | null {
  try {
    return new Range(text, { includePrerelease });
  } catch {
    return null;
  }
}

function compareVersions(a: Tag, b: Tag): number {
  const [one, other] = [parse(a), parse(b)];
  return one === null || other === null ? 0 : one.compare(other);
}
