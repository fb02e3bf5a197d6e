import { readFileSync } from "node:fs";

interface SeenBody {
  /** One character per byte. */
  readonly body: string;
  /** What the source entire-payload printed. */
  readonly payload: string;
  /** Whether the log named a problem. */
  readonly problem: boolean;
}

interface Seen {
  readonly json: readonly SeenBody[];
  readonly xml: readonly SeenBody[];
  readonly form: readonly SeenBody[];
  readonly query: readonly { readonly query: string; readonly values: string }[];
  /** No payload text where the answer was 500. File parts named `j` were to be JSON. */
  readonly multipart: readonly {
    readonly when: string;
    readonly contentType: string;
    readonly body: string;
    readonly payload: string | null;
  }[];
}

/** What a running adnanh/webhook (master 8a2d3f8, built by Go 1.26) made of bodies and queries. */
export const SEEN = JSON.parse(readFileSync(new URL("../fixtures/payload/seen.json", import.meta.url), "utf8")) as Seen;

/** Go prints a byte that is not UTF-8 as an escape, and our texts hold U+FFFD: the same JSON. */
export const sameJson = (text: string): string => text.replaceAll("\\ufffd", "\uFFFD");
