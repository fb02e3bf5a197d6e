import { isHostPart } from "./reference.ts";

/** The parts of an image reference as a registry sends it, empty where there is none; none of them is looked at. */
export interface SentReference {
  readonly host: string;
  readonly path: string;
  readonly tag: string;
  readonly digest: string;
}

const SCHEME = /^https?:\/\//i;

/**
 * Takes a reference apart that a registry sent, perhaps with a scheme. The path keeps its case. Its first part is a
 * host behind a scheme, and where it could not be a user's name.
 */
export function parseSentReference(text: string): SentReference {
  const scheme = SCHEME.exec(text)?.[0] ?? "";
  const { host, rest } = splitHost(text.slice(scheme.length), scheme !== "");
  const name = rest.lastIndexOf("/") + 1;
  const [tagged, digest] = splitAt(rest, rest.indexOf("@", name));
  const [path, tag] = splitAt(tagged, tagged.indexOf(":", name));
  return { host, path, tag, digest };
}

/** Cuts an address, with `https://` or without, into its host and the path behind it: null where nothing is behind it. */
export function splitAddress(text: string): { readonly host: string; readonly path: string | null } {
  const address = text.replace(SCHEME, "");
  const [host, path] = splitAt(address, address.indexOf("/"));
  return { host, path: address.includes("/") ? path : null };
}

function splitHost(text: string, isUrl: boolean): { readonly host: string; readonly rest: string } {
  const [first, rest] = splitAt(text, text.indexOf("/"));
  const isHost = isUrl || (text.includes("/") && isHostPart(first.toLowerCase()));
  return isHost ? { host: first, rest } : { host: "", rest: text };
}

const splitAt = (text: string, index: number): readonly [before: string, after: string] =>
  index === -1 ? [text, ""] : [text.slice(0, index), text.slice(index + 1)];
