/** The header of a form's part: every value of each name, in order, by the names in lower case. */
export type PartHeader = ReadonlyMap<string, readonly string[]>;

/**
 * Reads the header that begins at an index, up to and with its empty line, as Go does: folded lines are joined, a name
 * with a blank in it is another name. `undefined` when it is not well-formed. The text has one character per byte.
 */
export function readPartHeader(
  text: string,
  start: number,
): { readonly header: PartHeader; readonly end: number } | undefined {
  const lines: string[] = [];
  for (let at = start, end = text.indexOf("\n", at); end !== -1; at = end + 1, end = text.indexOf("\n", at)) {
    const line = text.slice(at, end).replace(/\r$/, "");
    if (line === "") return withHeader(lines, end + 1);
    const isFolded = line.startsWith(" ") || line.startsWith("\t");
    if (isFolded) lines.push(`${lines.pop() ?? ""} ${line.trim()}`);
    else lines.push(line);
  }
  return undefined;
}

function withHeader(
  lines: readonly string[],
  end: number,
): { readonly header: PartHeader; readonly end: number } | undefined {
  const header = new Map<string, string[]>();
  for (const line of lines) {
    const [whole, name = "", value = ""] =
      /^([\w!#$%&'*+.^`|~-][\w!#$%&'*+.^`|~ -]*):([\t\x20-\x7e\x80-\xff]*)$/.exec(line) ?? [];
    if (whole === undefined) return undefined;
    const known = header.get(name.toLowerCase());
    if (known === undefined) header.set(name.toLowerCase(), [value.trim()]);
    else known.push(value.trim());
  }
  return { header, end };
}
