import { compileRegex } from "../regex.ts";
import { fail, ok, type Result } from "../result.ts";
import { unordered, type TagPolicy } from "./tag-policy.ts";

/** Lets in the tags that a regular expression of RE2 matches from the first letter to the last. */
export function regexTags(text: string): Result<TagPolicy, string> {
  if (text === "") return fail("is empty, so that no push is let in: use .* for every tag");
  const regex = compileRegex(text);
  if (regex.kind === "error") return regex;
  return ok(
    unordered((tag) =>
      regex.value.testExact(tag) ? null : `tag "${tag}" does not match the whole of regex "${text}"`,
    ),
  );
}
