import { fail, ok, type Result } from "../result.ts";

/** How a registry wants its clients to prove themselves (distribution's token authentication, RFC 7235). */
export type Challenge =
  | { readonly kind: "basic" }
  | { readonly kind: "bearer"; readonly realm: string; readonly service: string }
  | { readonly kind: "none" };

const SCHEME = /^(basic|bearer)(?:\s|$)/i;
const PARAMETER = /([a-z]{1,20})="([^"]{0,1000})"/gi;

/** Reads a `WWW-Authenticate` header. */
export function readChallenge(header: string): Challenge {
  const [, scheme = ""] = SCHEME.exec(header) ?? [];
  if (scheme === "") return { kind: "none" };
  if (scheme.toLowerCase() === "basic") return { kind: "basic" };
  const parameters = new Map(
    [...header.matchAll(PARAMETER)].map(([, name = "", value = ""]) => [name.toLowerCase(), value]),
  );
  return { kind: "bearer", realm: parameters.get("realm") ?? "", service: parameters.get("service") ?? "" };
}

/** The address at which the token to pull a repository is asked for. */
export function tokenUrl({ realm, service }: Challenge & { kind: "bearer" }, path: string): Result<string, string> {
  const url = URL.canParse(realm) ? new URL(realm) : null;
  if (url === null) return fail("it names no address to ask for a token");
  if (service !== "") url.searchParams.set("service", service);
  url.searchParams.set("scope", `repository:${path}:pull`);
  return ok(url.href);
}
