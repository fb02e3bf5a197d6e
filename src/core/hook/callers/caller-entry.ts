import type { AddressRange } from "../address-range.ts";
import type { HmacAlgorithm } from "../signature.ts";

/** A header that holds the HMAC of the raw body. */
interface SignedHeader {
  readonly header: string;
  readonly algorithm: HmacAlgorithm;
}

/** Whose spelling of a signature an entry takes: that of a registry, or the one that the entry describes. */
type Signer = "hmac" | "github" | "nexus" | "jfrog";

/** One way to prove who calls an upgrade hook. `file` holds the valid secrets, one a line. */
export type CallerEntry =
  | { readonly kind: "token"; readonly name: string; readonly file: string }
  | { readonly kind: "bearer"; readonly file: string }
  | { readonly kind: "basic"; readonly file: string }
  | { readonly kind: "header"; readonly name: string; readonly file: string }
  | SignatureEntry
  | { readonly kind: "standard-webhooks"; readonly file: string }
  | NetworksEntry;

/** The client's address, in one of some ranges. */
interface NetworksEntry {
  readonly kind: "networks";
  readonly ranges: readonly AddressRange[];
  /** The ranges as the hooks file spells them. */
  readonly written: readonly string[];
}

/** A signature of the raw body. */
export interface SignatureEntry {
  readonly kind: "hmac";
  readonly signer: Signer;
  /** The first of these headers that a request brings decides. */
  readonly headers: readonly [SignedHeader, ...SignedHeader[]];
  /** The header may hold the secret itself as well, as JFrog's does unless it is told to sign. */
  readonly takesSecret: boolean;
  readonly file: string;
}

/** The key by which a hooks file names an entry. */
export const keyOf = (entry: CallerEntry): string => (entry.kind === "hmac" ? entry.signer : entry.kind);

/** The files of the secrets that entries need. */
export const filesOf = (entries: readonly CallerEntry[]): readonly string[] =>
  entries.flatMap((entry) => ("file" in entry ? [entry.file] : []));

/** The parameters of the URL that entries read. */
export const parametersOf = (entries: readonly CallerEntry[]): readonly string[] =>
  entries.flatMap((entry) => (entry.kind === "token" ? [entry.name] : []));

/** Says what an entry asks of a caller. */
export function describeEntry(entry: CallerEntry): string {
  switch (entry.kind) {
    case "token":
      return `${keyOf(entry)}: url ${JSON.stringify(entry.name)} is a token of ${entry.file}`;
    case "bearer":
      return `${keyOf(entry)}: Authorization is Bearer and a token of ${entry.file}`;
    case "basic":
      return `${keyOf(entry)}: Authorization is Basic and a user:password of ${entry.file}`;
    case "header":
      return `${keyOf(entry)}: header ${JSON.stringify(entry.name)} is a line of ${entry.file}`;
    case "hmac":
      return `${keyOf(entry)}: header ${describeSignature(entry)} of ${entry.file}`;
    case "standard-webhooks":
      return `${keyOf(entry)}: webhook-signature is that of id, time and body with a secret of ${entry.file}`;
    case "networks":
      return `${keyOf(entry)}: the client's address is in one of them`;
  }
}

function describeSignature({ headers, takesSecret }: SignatureEntry): string {
  const ways = headers.map(
    ({ header, algorithm }) => `${JSON.stringify(header)} is the body's HMAC-${algorithm.toUpperCase()}`,
  );
  return `${ways.join(", or ")} with a secret${takesSecret ? ", or the secret itself," : ""}`;
}
