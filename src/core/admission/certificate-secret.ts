import { createPrivateKey, X509Certificate } from "node:crypto";
import type { Holdings } from "./certificates.ts";

/** The keys of the Secret, and what stands there: PEM, and for the last a time as RFC 3339 writes it. */
export const SECRET_KEYS = {
  authority: "ca.crt",
  authorityKey: "ca.key",
  cert: "tls.crt",
  key: "tls.key",
  retired: "ca-old.crt",
  retiredUntil: "ca-old-until",
} as const;

/** Values of a Secret, decoded, by key. */
export type SecretTexts = Readonly<Record<string, string>>;

/** What a Secret holds; certificates stand by their ids. */
export interface HeldCertificates {
  readonly holdings: Holdings;
  readonly certificates: ReadonlyMap<string, string>;
}

/** A certificate and its key, PEM. */
interface Pair {
  readonly cert: string;
  readonly key: string;
}

// Two are usual; more come from hands.
const MAX_RETIRED = 8;
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g;

/** Reads what a Secret holds; what cannot be read counts as missing. */
export function readCertificateSecret(texts: SecretTexts): HeldCertificates {
  const retired = certificatesIn(texts[SECRET_KEYS.retired] ?? "").slice(0, MAX_RETIRED);
  const [authority] = certificatesIn(texts[SECRET_KEYS.authority] ?? "");
  const known = [...(authority === undefined ? [] : [authority]), ...retired];
  const notAfterMs = Math.max(...retired.map(endOf));
  const untilMs = Date.parse(texts[SECRET_KEYS.retiredUntil] ?? "");
  const holdings: Holdings = {
    authority:
      authority === undefined
        ? null
        : { ...lifeOf(authority), id: idOf(authority), canSign: canSign(authority, texts) },
    leaf: readLeaf(texts, known),
    retired: retired.map((one) => ({ id: idOf(one), notAfterMs: endOf(one) })),
    retiredUntilMs: Number.isNaN(untilMs) ? notAfterMs : untilMs,
  };
  return { holdings, certificates: new Map(known.map((one) => [idOf(one), one.toString()])) };
}

/** The pair that a server may use: the key is the certificate's. Null where there is none, or not yet. */
export function servingPair(texts: SecretTexts): Pair | null {
  const { [SECRET_KEYS.cert]: cert = "", [SECRET_KEYS.key]: key = "" } = texts;
  const [holder] = certificatesIn(cert);
  return holder !== undefined && isKeyOf(holder, key) ? { cert, key } : null;
}

/** The certificates of a bundle by these ids, as the caBundle of a webhook configuration holds them. */
export const bundleText = (ids: readonly string[], { certificates }: HeldCertificates): string =>
  ids.map((id) => certificates.get(id) ?? "").join("");

/** The ids of the certificates in a bundle; what is no certificate is passed over. */
export const idsOfBundle = (bundle: string): readonly string[] => certificatesIn(bundle).map(idOf);

const idOf = (certificate: X509Certificate): string => certificate.fingerprint256;

const endOf = ({ validToDate }: X509Certificate): number => validToDate.getTime();

const lifeOf = (certificate: X509Certificate): { notBeforeMs: number; notAfterMs: number } => ({
  notBeforeMs: certificate.validFromDate.getTime(),
  notAfterMs: endOf(certificate),
});

// Keys of other sorts are not ours.
const canSign = (authority: X509Certificate, texts: SecretTexts): boolean =>
  authority.ca &&
  authority.publicKey.asymmetricKeyDetails?.namedCurve === "prime256v1" &&
  isKeyOf(authority, texts[SECRET_KEYS.authorityKey] ?? "");

function readLeaf(texts: SecretTexts, known: readonly X509Certificate[]): Holdings["leaf"] {
  const pair = servingPair(texts);
  const [leaf] = certificatesIn(pair?.cert ?? "");
  if (leaf === undefined) return null;
  const issuer = known.find((one) => leaf.checkIssued(one) && attempt(() => leaf.verify(one.publicKey)) === true);
  return { ...lifeOf(leaf), names: namesOf(leaf), issuer: issuer === undefined ? null : idOf(issuer) };
}

// As Node writes them: `DNS:a.b.svc, DNS:a.b`.
const namesOf = ({ subjectAltName = "" }: X509Certificate): readonly string[] =>
  subjectAltName.split(", ").map((name) => name.replace(/^DNS:/, ""));

const certificatesIn = (text: string): readonly X509Certificate[] =>
  (text.match(CERTIFICATE) ?? []).flatMap((pem) => attempt(() => new X509Certificate(pem)) ?? []);

const isKeyOf = (certificate: X509Certificate, pem: string): boolean =>
  attempt(() => certificate.checkPrivateKey(createPrivateKey(pem))) === true;

// The libraries throw at what they cannot read; their words may hold pieces of it.
function attempt<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}
