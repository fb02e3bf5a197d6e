import { isHostPart, parseSentRepository } from "../image/reference.ts";
import type { Sent } from "./read-image.ts";

/** An image reference cut into its parts, none of them looked at: null is a part that it does not have. */
export interface SentReference {
  readonly host: string | null;
  readonly path: string;
  readonly tag: string | null;
  readonly digest: string | null;
}

/** Cuts a reference where Docker does: digest behind `@`, tag behind a `:` of the last part, host before the first `/`. */
export function splitReference(text: string): SentReference {
  const [named, digest] = cut(text, text.indexOf("@"));
  const colon = named.lastIndexOf(":");
  const [name, tag] = cut(named, colon > named.lastIndexOf("/") ? colon : -1);
  const [host, path] = cut(name, name.indexOf("/"));
  const isHost = path !== null && isHostPart(host.toLowerCase());
  return { host: isHost ? host : null, path: isHost ? path : name, tag, digest };
}

/** Cuts an address, with `https://` or without, into its host and the path behind it: null where nothing is behind it. */
export function splitAddress(text: string): { readonly host: string; readonly path: string | null } {
  const address = text.replace(/^https?:\/\//i, "");
  const [host, path] = cut(address, address.indexOf("/"));
  return { host, path };
}

/** Puts a name below another one; where the upper one is none by itself, the field of the path is the upper one's. */
export function joinPath(host: string, upper: Sent, lower: Sent): Sent {
  const ofUpper = parseSentRepository(host, upper.text);
  const isWrong = ofUpper.kind === "error" && ofUpper.error.part === "path";
  return { field: (isWrong ? upper : lower).field, text: `${upper.text}/${lower.text}` };
}

const cut = (text: string, at: number): readonly [before: string, behind: string | null] =>
  at === -1 ? [text, null] : [text.slice(0, at), text.slice(at + 1)];
