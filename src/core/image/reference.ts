import { clip } from "../clip.ts";
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
// Of the path alone since distribution/reference 0.6; a DNS name has 253 characters at most, a port six.
const MAX_PATH_LENGTH = 255;
const MAX_HOST_LENGTH = 259;
const DEFAULT_HOST = "docker.io";
// Docker Hub's other hosts: the one that older clients write, and those that serve its API.
const DEFAULT_HOST_SPELLINGS: readonly string[] = [
  "index.docker.io",
  "registry-1.docker.io",
  "registry.hub.docker.com",
];

/** Tells a tag from a text that is none. */
export const parseTag = (text: string): Tag | null => (TAG.test(text) ? (text as Tag) : null);

/** Tells a digest that every registry takes (sha256 or sha512, lower case) from a text that is none. */
export const parseDigest = (text: string): Digest | null =>
  DIGESTS.some((digest) => digest.test(text)) ? (text as Digest) : null;

/** Brings a repository's spelling to its canonical form, as Docker does: `nginx` is `docker.io/library/nginx`. */
export function parseRepository(name: string): Result<Repository, string> {
  return IMAGE_ID.test(name) ? fail("the name is an image's ID, not a repository") : canonize(name);
}

function canonize(name: string): Result<Repository, string> {
  if (name === "") return fail("the repository is empty");
  const { host, path } = splitHost(name);
  if (!isHost(host)) return fail(`"${clip(host)}" is not a registry host`);
  const components = path.split("/");
  const wrong = components.find((component) => !PATH_COMPONENT.test(component));
  if (wrong !== undefined) return fail(`"${clip(wrong)}" is not a repository name: ${whyNotAName(wrong)}`);
  const full = host === DEFAULT_HOST && components.length === 1 ? `library/${path}` : path;
  if (full.length > MAX_PATH_LENGTH)
    return fail(`the repository's path is longer than ${String(MAX_PATH_LENGTH)} characters`);
  return ok(`${host}/${full}` as Repository);
}

/** Takes an image reference apart by the distribution grammar; the error says which part is wrong. */
export function parseReference(text: string): Result<ImageReference, string> {
  return IMAGE_ID.test(text) ? fail("the image is an image's ID, not a reference") : takeApart(text);
}

function takeApart(text: string): Result<ImageReference, string> {
  const at = text.indexOf("@");
  const digest = at === -1 ? null : parseDigest(text.slice(at + 1));
  if (at !== -1 && digest === null) return fail(`"${clip(text.slice(at + 1))}" is not a digest`);
  const tagged = at === -1 ? text : text.slice(0, at);
  const colon = tagged.lastIndexOf(":");
  const hasTag = colon > tagged.lastIndexOf("/");
  const tag = hasTag ? parseTag(tagged.slice(colon + 1)) : null;
  if (hasTag && tag === null) return fail(`"${clip(tagged.slice(colon + 1))}" is not a tag`);
  const name = hasTag ? tagged.slice(0, colon) : tagged;
  const repository = canonize(name);
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
  const registry = parseHost(host);
  if (registry.kind === "error") return fail({ part: "host", message: registry.error });
  if (!ASCII.test(path)) return fail({ part: "path", message: `"${clip(path)}" has letters that no name may have` });
  const repository = parseRepository(`${registry.value}/${path.toLowerCase()}`);
  if (repository.kind === "error") return fail({ part: "path", message: repository.error });
  const added = pathOf(repository.value).length - path.length;
  return ok({
    registry: hostOf(repository.value),
    repository: `${pathOf(repository.value).slice(0, added)}${path}`,
  });
}

/** Reads a registry's host with its port, and nothing else; Docker Hub's others become `docker.io`. */
export function parseHost(text: string): Result<string, string> {
  const host = text.toLowerCase();
  const isAlone = ASCII.test(text) && isHostPart(host) && isHost(host);
  return isAlone ? ok(canonicalHost(host)) : fail(`"${clip(text)}" is not a registry's host alone`);
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
  return { host: canonicalHost(host), path: name.slice(slash + 1) };
}

const canonicalHost = (host: string): string => (DEFAULT_HOST_SPELLINGS.includes(host) ? DEFAULT_HOST : host);

const isHost = (host: string): boolean => host.length <= MAX_HOST_LENGTH && HOST.test(host);

/** True for the first part of a name that could not be a user: a host. Its letters are lower case. */
export const isHostPart = (first: string): boolean =>
  first.includes(".") || first.includes(":") || first === "localhost";

function whyNotAName(component: string): string {
  if (component === "") return "it is empty";
  return component === component.toLowerCase()
    ? "letters, digits and single separators . _ - between them are allowed"
    : "repository names are lower case";
}
