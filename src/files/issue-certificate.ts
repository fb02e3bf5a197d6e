import { createPrivateKey, createPublicKey, KeyObject, randomBytes, webcrypto } from "node:crypto";
import { isIP } from "node:net";
import type { Extension, X509CertificateGenerator } from "@peculiar/x509";
import type { Life } from "../core/admission/certificates.ts";
import type { CertificateIssuer, ServingRequest } from "../flow/admission/certificate-ports.ts";
import type { CertificatePair } from "../flow/ports.ts";
import { loadX509 } from "./x509.ts";

const KEY = { name: "ECDSA", namedCurve: "P-256" };
const SIGNATURE = { name: "ECDSA", hash: "SHA-256" };
const SERIAL_BYTES = 16;
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** Makes certificates with keys of their own: ECDSA on P-256. */
export const certificateIssuer: CertificateIssuer = { makeAuthority, issue };

/** A serving pair, and the authority made for it alone, whose key nobody keeps. Names are DNS names and IP addresses. */
export async function issueSelfSigned({
  names,
  days,
}: {
  readonly names: readonly string[];
  readonly days: number;
}): Promise<{
  readonly cert: string;
  readonly key: string;
  readonly ca: string;
}> {
  const nowMs = Date.now();
  const life = { notBeforeMs: nowMs - HOUR_MS, notAfterMs: nowMs + days * DAY_MS };
  const authority = await makeAuthority(life);
  return { ...(await issue(authority, { ...life, names })), ca: authority.cert };
}

async function makeAuthority(life: Life): Promise<CertificatePair> {
  const x509 = await loadX509();
  const keys = await newKeys();
  // A name of its own: verifiers look for an issuer by it, and an older authority may stand beside this one.
  const name = [{ CN: [`imagehook admission ${randomBytes(4).toString("hex")}`] }];
  return sign(keys, {
    subject: name,
    issuer: name,
    signingKey: keys.privateKey,
    ...life,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
}

async function issue(authority: CertificatePair, { names, ...life }: ServingRequest): Promise<CertificatePair> {
  const x509 = await loadX509();
  const keys = await newKeys();
  return sign(keys, {
    subject: [{ CN: ["imagehook admission"] }],
    issuer: new x509.X509Certificate(authority.cert).subjectName,
    signingKey: createPrivateKey(authority.key).toCryptoKey(KEY, false, ["sign"]),
    ...life,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(
        names.map((name) => ({ type: isIP(name) === 0 ? "dns" : "ip", value: name })),
      ),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(
        createPublicKey(authority.cert).toCryptoKey(KEY, true, ["verify"]),
      ),
    ],
  });
}

type Generated = Parameters<typeof X509CertificateGenerator.create>[0];

interface Draft extends Life {
  readonly subject: NonNullable<Generated["subject"]>;
  readonly issuer: NonNullable<Generated["issuer"]>;
  readonly signingKey: webcrypto.CryptoKey;
  readonly extensions: Extension[];
}

async function sign(keys: webcrypto.CryptoKeyPair, draft: Draft): Promise<CertificatePair> {
  const { notBeforeMs, notAfterMs, ...content } = draft;
  const { X509CertificateGenerator } = await loadX509();
  const certificate = await X509CertificateGenerator.create({
    ...content,
    serialNumber: newSerial(),
    notBefore: wholeSecond(notBeforeMs),
    notAfter: wholeSecond(notAfterMs),
    publicKey: keys.publicKey,
    signingAlgorithm: SIGNATURE,
  });
  return {
    cert: `${certificate.toString("pem").trim()}\n`,
    key: KeyObject.from(keys.privateKey).export({ type: "pkcs8", format: "pem" }).toString(),
  };
}

const newKeys = (): Promise<webcrypto.CryptoKeyPair> => webcrypto.subtle.generateKey(KEY, true, ["sign", "verify"]);

// Positive and never shorter: the highest bit is clear, the next one set.
function newSerial(): string {
  const serial = randomBytes(SERIAL_BYTES);
  serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40;
  return serial.toString("hex");
}

// Certificates know no parts of a second.
const wholeSecond = (ms: number): Date => new Date(Math.floor(ms / 1000) * 1000);
