import { ok, type Result } from "../result.ts";
import { hostOf, parseHost, parseRepository, pathOf, type Repository } from "./reference.ts";

/** Where repositories begin: a registry's host, and behind it the path that a mirror puts before theirs, often none. */
export interface Prefix {
  readonly host: string;
  readonly path: string;
}

/** Prefixes that stand for one another: what is behind any of them is the same repository. */
export type HostAlias = readonly Prefix[];

/** Reads a host of `host-aliases`, such as `docker.io` or `mirror.example.com:5000/hub`. */
export function parsePrefix(text: string): Result<Prefix, string> {
  const slash = text.indexOf("/");
  const host = parseHost(slash === -1 ? text : text.slice(0, slash));
  if (host.kind === "error" || slash === -1) return host.kind === "ok" ? ok({ host: host.value, path: "" }) : host;
  // The name stands for whatever comes behind the path.
  const behind = parseRepository(`${host.value}${text.slice(slash)}/name`);
  if (behind.kind === "error") return behind;
  return ok({ host: hostOf(behind.value), path: pathOf(behind.value).slice(0, -"/name".length) });
}

/** What a repository has behind a prefix; null where it is not under that prefix. Paths end at a slash only. */
export function restBehind(
  repository: Repository,
  { host, path }: Prefix,
  isHost: (host: string, other: string) => boolean,
): string | null {
  if (!isHost(host, hostOf(repository))) return null;
  const whole = `/${pathOf(repository)}`;
  const before = path === "" ? "" : `/${path}`;
  const isUnder = whole === before || whole.startsWith(`${before}/`);
  return isUnder ? whole.slice(before.length) : null;
}
