import { compileRegex } from "../regex.ts";
import { fail, ok, type Result } from "../result.ts";
import { unordered, type TagPolicy } from "./tag-policy.ts";

// A token of a glob: a set, or one character.
const TOKENS = /\[[^\]]*\]|[\s\S]/g;
const SET = /^\[!?[\w.-]+\]$/;
const TAG_CHARACTER = /^[\w.-]$/;

/**
 * Lets in the tags that a glob matches: `*` any characters, `?` one, `[a-z]` one of a set, `[!a-z]` one that is not.
 * It becomes an expression of RE2, so that many stars take no longer than one.
 */
export function globTags(text: string): Result<TagPolicy, string> {
  if (text === "") return fail("is empty, so that no push is let in: use * for every tag");
  const tokens = [...text.matchAll(TOKENS)].map(([token]) => ({ token, expression: expressionOf(token) }));
  const wrong = tokens.find(({ expression }) => expression === null);
  if (wrong !== undefined)
    return fail(
      `"${wrong.token}" is in no tag and no part of a glob: use tags' characters, *, ? and sets such as [a-z]`,
    );
  const regex = compileRegex(tokens.map(({ expression }) => expression).join(""));
  if (regex.kind === "error") return fail(`"${text}" holds a set that is none, such as [z-a]`);
  return ok(unordered((tag) => (regex.value.testExact(tag) ? null : `tag "${tag}" does not match glob "${text}"`)));
}

function expressionOf(token: string): string | null {
  if (token === "*") return ".*";
  if (token === "?") return ".";
  if (SET.test(token)) return token.replace("[!", "[^");
  return TAG_CHARACTER.test(token) ? `[${token}]` : null;
}
