import { fail, ok, type Result } from "../../result.ts";
import type { HookRequest } from "../argument.ts";

/** A value that a request brings once, or why it brings none: what is given twice proves nobody. */
export type Sent = Result<string, string>;

/** A parameter of the URL. */
export const parameterOf = ({ query }: HookRequest, name: string): Sent => onlyOne(query.get(name), `url "${name}"`);

/** A header's value, by its name in any case. */
export const headerOf = ({ headers }: HookRequest, name: string): Sent =>
  onlyOne(headers.get(name.toLowerCase()), `header "${name}"`);

function onlyOne(values: readonly string[] | undefined, what: string): Sent {
  const [value, ...others] = values ?? [];
  if (value === undefined) return fail(`${what} is not in the request`);
  return others.length === 0 ? ok(value) : fail(`${what} is given more than once`);
}

/** What stands behind the scheme in Authorization; the scheme's name is in any case (RFC 9110). */
export function credentialsOf(request: HookRequest, scheme: "Bearer" | "Basic"): Sent {
  const sent = headerOf(request, "Authorization");
  if (sent.kind === "error") return sent;
  const end = sent.value.indexOf(" ");
  return sent.value.slice(0, Math.max(end, 0)).toLowerCase() === scheme.toLowerCase()
    ? ok(sent.value.slice(end).trim())
    : fail(`header "Authorization" is not ${scheme}`);
}
