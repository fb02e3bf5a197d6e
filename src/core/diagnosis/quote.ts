import { printable } from "../notice/printable.ts";

const MAX_LENGTH = 300;

/**
 * Quotes a message of the cluster in one line. Queries and logins of URLs are left out: a registry's storage signs its
 * addresses there.
 */
export const quote = (message: string): string =>
  printable(message, MAX_LENGTH)
    .replace(/(https?:\/\/)[^\s/?#@"]+@/g, "$1")
    .replace(/(https?:\/\/[^\s?"]+)\?[^\s"]*/g, "$1");

/** Puts a message of the cluster behind a clause, where there is one. */
export const withQuote = (clause: string, message: string): string => {
  const quoted = quote(message);
  return quoted === "" ? clause : `${clause}: ${quoted}`;
};

/** The rest of a text behind the first occurrence of a mark; the whole text where it has none. */
export const behind = (text: string, mark: string): string => {
  const at = text.indexOf(mark);
  return at === -1 ? text : text.slice(at + mark.length);
};
