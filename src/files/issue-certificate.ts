import { webcrypto, randomBytes } from "node:crypto";
import type * as X509 from "@peculiar/x509";
import type { CertificatePair } from "../flow/ports.ts";

/** An authority that signs serving certificates: its certificate and its private key, both PEM. */
export type Authority = CertificatePair;

/** What a certificate is made for. */
export interface CertificateWish {
  /** DNS names and IP addresses; the first is its common name too. */
  readonly names: readonly string[];
  readonly now: Date;
  readonly validityMs: number;
}

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
// Clocks differ.
const BEFORE_MS = 3_600_000;
const SERIAL_BYTES = 16;
const DAY_MS = 86_400_000;

// The library takes 60 ms and some megabytes to load, and most processes make no certificate.
async function load(): Promise<typeof X509> {
  await import("reflect-metadata");
  return import("@peculiar/x509");
}

/** Makes an authority that may sign serving certificates and no further authority (RFC 5280, path length 0). */
export async function makeAuthority({ now, validityMs }: Omit<CertificateWish, "names">): Promise<Authority> {
  const x509 = await load();
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    ...frame(now, validityMs),
    name: [{ CN: ["imagehook admission authority"] }],
    keys,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { cert: pem(certificate), key: await keyPem(keys.privateKey) };
}

/** Makes a certificate for a server, signed by an authority, with a key of its own. */
export async function issueCertificate(
  authority: Authority,
  { names, now, validityMs }: CertificateWish,
): Promise<CertificatePair> {
  const x509 = await load();
  const issuer = new x509.X509Certificate(authority.cert);
  const signingKey = await webcrypto.subtle.importKey("pkcs8", bytesOf(authority.key), ALGORITHM, false, ["sign"]);
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
  const certificate = await x509.X509CertificateGenerator.create({
    ...frame(now, validityMs),
    subject: [{ CN: [names[0]?.slice(0, 64) ?? "imagehook"] }],
    issuer: issuer.subjectName,
    publicKey: keys.publicKey,
    signingKey,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(
        names.map((value) => ({ type: isAddress(value) ? "ip" : "dns", value })),
      ),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(await issuer.publicKey.export()),
    ],
  });
  return { cert: pem(certificate), key: await keyPem(keys.privateKey) };
}

/** Makes a certificate for trying something out, with an authority that is forgotten at once. */
export async function issueSelfSigned(wanted: {
  readonly names: readonly string[];
  readonly days: number;
}): Promise<CertificatePair & { readonly ca: string }> {
  const [now, validityMs] = [new Date(), wanted.days * DAY_MS];
  const authority = await makeAuthority({ now, validityMs });
  return { ...(await issueCertificate(authority, { names: wanted.names, now, validityMs })), ca: authority.cert };
}

// A serial number must be positive.
function frame(now: Date, validityMs: number): { serialNumber: string; notBefore: Date; notAfter: Date } {
  const serial = randomBytes(SERIAL_BYTES);
  serial[0] = 1 + ((serial[0] ?? 0) & 0x3f);
  return {
    serialNumber: serial.toString("hex"),
    notBefore: new Date(now.getTime() - BEFORE_MS),
    notAfter: new Date(now.getTime() + validityMs),
  };
}

const isAddress = (name: string): boolean => /^[\d.]+$|:/.test(name);

const pem = (certificate: { toString: (format: "pem") => string }): string => `${certificate.toString("pem")}\n`;

async function keyPem(key: webcrypto.CryptoKey): Promise<string> {
  const bytes = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", key)).toString("base64");
  return `-----BEGIN PRIVATE KEY-----\n${(bytes.match(/.{1,64}/g) ?? []).join("\n")}\n-----END PRIVATE KEY-----\n`;
}

const bytesOf = (text: string): Buffer => Buffer.from(text.replace(/-----[^-]+-----|\s/g, ""), "base64");
