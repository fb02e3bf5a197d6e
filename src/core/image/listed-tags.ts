import { fail, ok, type Result } from "../result.ts";
import { parseTag } from "./reference.ts";
import { unordered, type TagPolicy } from "./tag-policy.ts";

// What a refusal names of a long list.
const MAX_NAMED = 10;

/** Lets in the tags of a list, letter by letter. */
export function listedTags(texts: readonly string[]): Result<TagPolicy, string> {
  if (texts.length === 0) return fail("is empty, so that no push is let in: name tags, or any");
  const wrong = texts.find((text) => parseTag(text) === null);
  if (wrong !== undefined) return fail(`"${wrong}" is not a tag: letters, digits, _ . - and at most 128 of them`);
  const listed = new Set(texts);
  const more = texts.length > MAX_NAMED ? `, and ${String(texts.length - MAX_NAMED)} more` : "";
  const allowed = `${texts.slice(0, MAX_NAMED).join(", ")}${more}`;
  return ok(unordered((tag) => (listed.has(tag) ? null : `tag "${tag}" is not in the list ${allowed}`)));
}
