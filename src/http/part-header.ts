/** The header of a form's part: every value of each name, in order, by the names in lower case. */
export type PartHeader = ReadonlyMap<string, readonly string[]>;

/** A header and where it ends; that the text ends in it, which ends a form; or that it is malformed. */
export type ReadHeader = { readonly header: PartHeader; readonly end: number } | "ended" | "malformed";

/**
 * Reads the header that begins at an index, up to and with its empty line, as Go does: folded lines are joined, a name
 * with a blank in it is another name. The text has one character per byte.
 */
export function readPartHeader(text: string, start: number): ReadHeader {
  const lines: string[] = [];
  for (let at = start; at < text.length;) {
    const newline = text.indexOf("\n", at);
    const line = newline === -1 ? text.slice(at) : text.slice(at, newline).replace(/\r$/, "");
    at = newline === -1 ? text.length : newline + 1;
    if (line === "") {
      const header = parseLines(lines);
      return header === undefined ? "malformed" : { header, end: at };
    }
    const isFolded = line.startsWith(" ") || line.startsWith("\t");
    lines.push(isFolded ? `${lines.pop() ?? ""} ${line.trim()}` : line);
  }
  return parseLines(lines) === undefined ? "malformed" : "ended";
}

const LINE = /^([\w!#$%&'*+.^`|~-][\w!#$%&'*+.^`|~ -]*):([\t\x20-\x7e\x80-\xff]*)$/;

function parseLines(lines: readonly string[]): PartHeader | undefined {
  const header = new Map<string, string[]>();
  for (const line of lines) {
    const [whole, name = "", value = ""] = LINE.exec(line) ?? [];
    if (whole === undefined) return undefined;
    const known = header.get(name.toLowerCase());
    if (known === undefined) header.set(name.toLowerCase(), [value.trim()]);
    else known.push(value.trim());
  }
  return header;
}
