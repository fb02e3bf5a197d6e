import { parseSentRepository } from "../image/reference.ts";
import type { Sent } from "./read-image.ts";

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
