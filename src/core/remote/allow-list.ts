import { fail, ok, type Result } from "../result.ts";

const HOST = /^(?:\*\.)?[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?(?::\d{1,5})?$/;

/** Tells what an allow-list may hold: `host`, `host:port`, or `*.suffix` for every host below a domain. */
export const isAllowance = (text: string): boolean => HOST.test(text);

/**
 * Says whether an address may be asked: HTTPS, without a login in it, at a host of the allow-list. A host without a port
 * stands for port 443, or 80 where HTTP is allowed too and used.
 */
export function allowedUrl(text: string, allow: readonly string[], allowsHttp = false): Result<URL, string> {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null) return fail("it is not a URL");
  if (url.protocol !== "https:" && !(allowsHttp && url.protocol === "http:")) return fail("only https is asked");
  if (url.username !== "" || url.password !== "") return fail("it holds a login");
  const isAllowed = allow.some((allowance) => matches(url, allowance));
  return isAllowed ? ok(url) : fail(`${url.host.slice(0, 100)} is not one of the hosts that may be asked`);
}

// A URL prints its host without the default port.
function matches({ host }: URL, allowance: string): boolean {
  const allowed = allowance.replace(/:443$/, "");
  return allowed.startsWith("*.") ? host.endsWith(allowed.slice(1)) : host === allowed;
}
