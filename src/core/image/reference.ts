import { fail, ok, type Result } from "../result.ts";

declare const brand: unique symbol;

/** A repository in canonical spelling: host and path, `docker.io/library/nginx`. */
export type Repository = string & { readonly [brand]: "Repository" };
/** A tag by the OCI distribution grammar: at most 128 of letters, digits, `_`, `.` and `-`. */
export type Tag = string & { readonly [brand]: "Tag" };
/** A digest by the OCI image grammar, such as `sha256:` and 64 hexadecimal digits. */
export type Digest = string & { readonly [brand]: "Digest" };

/** An image reference taken apart: `name` keeps the owner's own spelling, `repository` is the canonical one. */
export interface ImageReference {
  readonly name: string;
  readonly repository: Repository;
  readonly tag: Tag | null;
  readonly digest: Digest | null;
}

// The grammar of github.com/distribution/reference; every expression is linear.
const HOST = /^(?:\[[0-9a-f:]{2,45}\]|[a-z0-9]+(?:-+[a-z0-9]+)*(?:\.[a-z0-9]+(?:-+[a-z0-9]+)*)*)(?::\d{1,5})?$/;
const PATH_COMPONENT = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const TAG = /^\w[\w.-]{0,127}$/;
const DIGESTS = [/^sha256:[0-9a-f]{64}$/, /^sha512:[0-9a-f]{128}$/];
// Other letters may have one of ASCII as their lower case.
const ASCII = /^[\x21-\x7e]*$/;
const IMAGE_ID = /^[0-9a-f]{64}$/;
const MAX_NAME_LENGTH = 255;
const DEFAULT_HOST = "docker.io";
const LEGACY_DEFAULT_HOST = "index.docker.io";

/** Tells a tag from a text that is none. */
export const parseTag = (text: string): Tag | null => (TAG.test(text) ? (text as Tag) : null);

/** Tells a digest that every registry takes (sha256 or sha512, lower case) from a text that is none. */
export const parseDigest = (text: string): Digest | null =>
  DIGESTS.some((digest) => digest.test(text)) ? (text as Digest) : null;

/** Brings a repository's spelling to its canonical form, as Docker does: `nginx` is `docker.io/library/nginx`. */
export function parseRepository(name: string): Result<Repository, string> {
  if (name === "") return fail("the repository is empty");
  if (IMAGE_ID.test(name)) return fail("the name is an image's ID, not a repository");
  const { host, path } = splitHost(name);
  if (!HOST.test(host)) return fail(`"${clip(host)}" is not a registry host`);
  const components = path.split("/");
  const wrong = components.find((component) => !PATH_COMPONENT.test(component));
  if (wrong !== undefined) return fail(`"${clip(wrong)}" is not a repository name: ${whyNotAName(wrong)}`);
  const full = host === DEFAULT_HOST && components.length === 1 ? `library/${path}` : path;
  if (`${host}/${full}`.length > MAX_NAME_LENGTH)
    return fail(`the repository is longer than ${String(MAX_NAME_LENGTH)}`);
  return ok(`${host}/${full}` as Repository);
}

/** Takes an image reference apart by the distribution grammar; the error says which part is wrong. */
export function parseReference(text: string): Result<ImageReference, string> {
  const at = text.indexOf("@");
  const digest = at === -1 ? null : parseDigest(text.slice(at + 1));
  if (at !== -1 && digest === null) return fail(`"${clip(text.slice(at + 1))}" is not a digest`);
  const tagged = at === -1 ? text : text.slice(0, at);
  const colon = tagged.lastIndexOf(":");
  const hasTag = colon > tagged.lastIndexOf("/");
  const tag = hasTag ? parseTag(tagged.slice(colon + 1)) : null;
  if (hasTag && tag === null) return fail(`"${clip(tagged.slice(colon + 1))}" is not a tag`);
  const name = hasTag ? tagged.slice(0, colon) : tagged;
  const repository = parseRepository(name);
  return repository.kind === "ok" ? ok({ name, repository: repository.value, tag, digest }) : repository;
}

/** A repository as someone sent it: the host in canonical spelling, the path as it came. */
export interface SentRepository {
  readonly registry: string;
  readonly repository: string;
}

/** What is wrong with a sent repository, and with which part of it. */
export interface SentProblem {
  readonly part: "host" | "path";
  readonly message: string;
}

/**
 * Puts a registry's host and a path together, each where it belongs: no path can become a host. The case of the path's
 * letters is kept, and only what no reference can be in any case is an error.
 */
export function parseSentRepository(host: string, path: string): Result<SentRepository, SentProblem> {
  const lower = host.toLowerCase();
  const isHost = ASCII.test(host) && isHostPart(lower) && HOST.test(lower);
  if (!isHost) return fail({ part: "host", message: `"${clip(host)}" is not a registry's host alone` });
  if (!ASCII.test(path)) return fail({ part: "path", message: `"${clip(path)}" has letters that no name may have` });
  const repository = parseRepository(`${lower}/${path.toLowerCase()}`);
  if (repository.kind === "error") return fail({ part: "path", message: repository.error });
  const added = pathOf(repository.value).length - path.length;
  return ok({
    registry: hostOf(repository.value),
    repository: `${pathOf(repository.value).slice(0, added)}${path}`,
  });
}

/** The registry host of a canonical repository. */
export const hostOf = (repository: Repository): string => repository.slice(0, repository.indexOf("/"));

/** The path of a canonical repository, without its host. */
export const pathOf = (repository: Repository): string => repository.slice(repository.indexOf("/") + 1);

// The first part of a name is a host when it could not be a user's name. Upper case alone makes none, as it does in
// Docker: the canonical spelling would be another's.
function splitHost(name: string): { host: string; path: string } {
  const slash = name.indexOf("/");
  const first = slash === -1 ? "" : name.slice(0, slash);
  const host = first.toLowerCase();
  if (!isHostPart(host)) return { host: DEFAULT_HOST, path: name };
  return { host: host === LEGACY_DEFAULT_HOST ? DEFAULT_HOST : host, path: name.slice(slash + 1) };
}

/** True for the first part of a name that could not be a user: a host. Its letters are lower case. */
export const isHostPart = (first: string): boolean =>
  first.includes(".") || first.includes(":") || first === "localhost";

function whyNotAName(component: string): string {
  if (component === "") return "it is empty";
  return component === component.toLowerCase()
    ? "letters, digits and single separators . _ - between them are allowed"
    : "repository names are lower case";
}

const clip = (text: string): string => (text.length > 80 ? `${text.slice(0, 80)}…` : text);
