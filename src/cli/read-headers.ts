import { fail, ok, type Result } from "../core/result.ts";

/**
 * Reads headers that the command line writes as `Name: value`: by names in lower case, the values of each in the order
 * given. The error says how one is written.
 */
export function readHeaders(lines: readonly string[]): Result<ReadonlyMap<string, readonly string[]>, string> {
  const headers = new Map<string, readonly string[]>();
  for (const line of lines) {
    const [, name = "", value = ""] = /^([^\s:]+):\s*(.*)$/s.exec(line) ?? [];
    if (name === "") return fail("a header is written as 'Name: value'");
    const key = name.toLowerCase();
    headers.set(key, [...(headers.get(key) ?? []), value.trimEnd()]);
  }
  return ok(headers);
}
