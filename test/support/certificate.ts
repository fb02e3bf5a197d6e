import type { KeyObject } from "node:crypto";
import { createHash, generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { isIPv4 } from "node:net";

/** A certificate and its private key, both PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** What a server certificate says about its holder; by default it fits a server on loopback and is valid now. */
interface CertificateRequest {
  /** DNS names and IPv4 addresses. */
  readonly names?: readonly string[];
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  /** Its key is RSA, and not elliptic. */
  readonly isRsa?: boolean;
  /** It is a caller's, and not a server's. */
  readonly isClient?: boolean;
}

/** A certificate authority of a test's own. */
export interface Authority {
  /** PEM of its self-signed certificate. */
  readonly cert: string;
  readonly issue: (request?: CertificateRequest) => Certificate;
}

const DAY_MS = 86_400_000;

/** Makes a certificate authority that nobody else trusts. */
export function makeAuthority(commonName = "imagehook test authority"): Authority {
  const pair = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const issuer = { name: nameOf(commonName), key: pair.privateKey, id: keyId(pair.publicKey) };
  const usage = extension("551d0f", bits(0b0000_0110), true);
  const cert = signed(issuer, { subject: issuer.name, key: pair.publicKey, ...validity({}) }, [
    isAuthority(true),
    usage,
  ]);
  return { cert, issue: (request = {}) => issue(issuer, request) };
}

interface Issuer {
  readonly name: Buffer;
  readonly key: KeyObject;
  readonly id: Buffer;
}

interface Subject {
  readonly subject: Buffer;
  readonly key: KeyObject;
  readonly notBefore: Date;
  readonly notAfter: Date;
}

function issue(issuer: Issuer, request: CertificateRequest): Certificate {
  const names = request.names ?? ["localhost", "127.0.0.1"];
  const pair =
    request.isRsa === true
      ? generateKeyPairSync("rsa", { modulusLength: 2048 })
      : generateKeyPairSync("ec", { namedCurve: "P-256" });
  const holder = { subject: nameOf(names[0] ?? "server"), key: pair.publicKey, ...validity(request) };
  const alternatives = names.map((name) =>
    isIPv4(name) ? der(0x87, Buffer.from(name.split(".").map(Number))) : der(0x82, Buffer.from(name)),
  );
  const purpose = sequence(oid(request.isClient === true ? "2b06010505070302" : "2b06010505070301"));
  const extensions = [
    isAuthority(false),
    extension("551d0f", bits(0b1000_0000), true),
    extension("551d25", purpose),
    extension("551d11", sequence(...alternatives)),
  ];
  return {
    cert: signed(issuer, holder, extensions),
    key: pair.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}

function validity({ notBefore, notAfter }: CertificateRequest): Pick<Subject, "notBefore" | "notAfter"> {
  const now = Date.now();
  return { notBefore: notBefore ?? new Date(now - DAY_MS), notAfter: notAfter ?? new Date(now + DAY_MS) };
}

/** X.509 v3 (RFC 5280) in DER, signed with ECDSA and SHA-256. */
function signed(issuer: Issuer, { subject, key, notBefore, notAfter }: Subject, extensions: readonly Buffer[]): string {
  const algorithm = sequence(oid("2a8648ce3d040302"));
  const identity = [extension("551d0e", der(0x04, keyId(key))), extension("551d23", sequence(der(0x80, issuer.id)))];
  const serial = Buffer.concat([Buffer.from([0x01]), randomBytes(15)]);
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, serial),
    algorithm,
    issuer.name,
    sequence(time(notBefore), time(notAfter)),
    subject,
    spki(key),
    der(0xa3, sequence(...identity, ...extensions)),
  );
  const certificate = sequence(body, algorithm, der(0x03, Buffer.from([0]), sign("sha256", body, issuer.key)));
  const lines = certificate.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}

function spki(key: KeyObject): Buffer {
  return key.export({ type: "spki", format: "der" });
}

function keyId(key: KeyObject): Buffer {
  return createHash("sha1").update(spki(key)).digest();
}

function isAuthority(value: boolean): Buffer {
  return extension("551d13", sequence(...(value ? [TRUE] : [])), true);
}

function extension(id: string, value: Buffer, critical = false): Buffer {
  return sequence(oid(id), ...(critical ? [TRUE] : []), der(0x04, value));
}

function nameOf(commonName: string): Buffer {
  return sequence(der(0x31, sequence(oid("550403"), der(0x0c, Buffer.from(commonName)))));
}

function time(date: Date): Buffer {
  const digits = date
    .toISOString()
    .replace(/\.\d+Z$/, "Z")
    .replace(/[-:T]/g, "");
  return der(0x17, Buffer.from(digits.slice(2)));
}

function bits(value: number): Buffer {
  return der(0x03, Buffer.from([0, value]));
}

function oid(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, "hex"));
}

function sequence(...content: readonly Buffer[]): Buffer {
  return der(0x30, ...content);
}

function der(tag: number, ...content: readonly Buffer[]): Buffer {
  const value = Buffer.concat(content);
  const length = value.length < 128 ? [value.length] : longLength(value.length);
  return Buffer.concat([Buffer.from([tag, ...length]), value]);
}

function longLength(length: number): number[] {
  return length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
}

const TRUE = der(0x01, Buffer.from([0xff]));
