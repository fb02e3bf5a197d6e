const BLOCK = /-----BEGIN CERTIFICATE-----\s([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/g;

/** Takes the certificates out of a PEM file and drops the text around them; null when there is none or one is damaged. */
export function pemCertificates(text: string): string | null {
  const blocks = [...text.matchAll(BLOCK)];
  const begun = text.split("-----BEGIN CERTIFICATE-----").length - 1;
  if (blocks.length === 0 || blocks.length !== begun) return null;
  if (!blocks.every(([, body = ""]) => isDerSequence(Buffer.from(body, "base64")))) return null;
  return blocks.map(([whole]) => `${whole}\n`).join("");
}

/** Looks only for an outermost SEQUENCE of exactly the length that it claims (long form, 1 to 3 bytes); the TLS library reads the rest. */
function isDerSequence(bytes: Buffer): boolean {
  if (bytes.length < 5 || bytes.readUInt8(0) !== 0x30) return false;
  const lengthBytes = bytes.readUInt8(1) - 0x80;
  if (lengthBytes < 1 || lengthBytes > 3) return false;
  return bytes.readUIntBE(2, lengthBytes) === bytes.length - 2 - lengthBytes;
}
