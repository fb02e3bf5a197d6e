/** A media type or a disposition, in lower case, and its parameters by their names in lower case. */
export interface MediaType {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
}

const PARAMETER =
  /\s*;\s*([\w!#$%&'*+.^`{|}~-]+)\s*=\s*(?:"([^"\\\r\n]*(?:\\[^\r\n][^"\\\r\n]*)*)"|([\w!#$%&'*+.^`{|}~-]+))/y;

/**
 * Reads `form-data; name="a"` as Go's mime.ParseMediaType does, `name*=utf-8''a` included; `undefined` when any of it is
 * not well-formed. The text has one character per byte.
 */
export function parseMediaType(text: string): MediaType | undefined {
  const [base = ""] = text.split(";", 1);
  const type = base.trim().toLowerCase();
  const given = /^[\w!#$%&'*+.^`{|}~/-]+$/.test(type) ? readParameters(text.trimEnd(), base.length) : undefined;
  if (given === undefined) return undefined;
  const parameters = new Map([...given].filter(([name]) => !name.includes("*")));
  for (const [name, value] of given) {
    const extended = name.endsWith("*") ? decodeExtended(value) : undefined;
    if (extended !== undefined) parameters.set(name.slice(0, -1), extended);
  }
  return { type, parameters };
}

function readParameters(text: string, start: number): ReadonlyMap<string, string> | undefined {
  const parameters = new Map<string, string>();
  let end = start;
  while (!/^\s*;?$/.test(text.slice(end))) {
    PARAMETER.lastIndex = end;
    const [whole, name = "", quoted, token = ""] = PARAMETER.exec(text) ?? [];
    if (whole === undefined) return undefined;
    const value = quoted?.replace(/\\([()<>@,;:\\"/[\]?=])/g, "$1") ?? token;
    const key = name.toLowerCase();
    if ((parameters.get(key) ?? value) !== value) return undefined;
    parameters.set(key, value);
    end += whole.length;
  }
  return parameters;
}

// RFC 5987: the character set, a language, and the value with its bytes escaped by percent signs.
function decodeExtended(text: string): string | undefined {
  const [whole, value = ""] = /^(?:utf-8|us-ascii)'[^']*'((?:[^%]|%[\da-f]{2})*)$/i.exec(text) ?? [];
  if (whole === undefined) return undefined;
  return value.replace(/%(..)/g, (_escape, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
