import assert from "node:assert/strict";
import type { TagPolicy } from "../../../../src/core/image/tag-policy.ts";
import type { Result } from "../../../../src/core/result.ts";
import { aTag } from "../../../support/builders.ts";

/** The policy that was made; fails where none was. */
export function made(policy: Result<TagPolicy, string>): TagPolicy {
  if (policy.kind === "error") assert.fail(policy.error);
  return policy.value;
}

/** Why a policy refuses a tag, null where it lets it in. */
export const refusalOf = (policy: TagPolicy, tag: string, running: string | null = null): string | null =>
  policy.refusal(aTag(tag), running === null ? null : aTag(running));

/** The higher of two tags by a policy, as `>`, `<` or `=`. */
export function order(policy: TagPolicy, a: string, b: string): ">" | "<" | "=" {
  const order = policy.compare(aTag(a), aTag(b));
  return order === 0 ? "=" : order > 0 ? ">" : "<";
}
