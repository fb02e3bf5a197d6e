import { verify, X509Certificate } from "node:crypto";
import type { SnsMessage } from "./sns-message.ts";

/** Says why a message is not signed by a certificate, a PEM text, or null when it is. */
export function snsSignatureFault({ signed, algorithm, signature }: SnsMessage, pem: string, now: Date): string | null {
  const certificate = readCertificate(pem);
  if (certificate === null) return "what SigningCertURL holds is no certificate with an RSA key";
  if (now < certificate.validFromDate || now > certificate.validToDate)
    return "the certificate of SigningCertURL is not valid at this time";
  const isSigned = verify(algorithm, Buffer.from(signed), certificate.publicKey, signature);
  return isSigned ? null : "the message's signature is wrong";
}

function readCertificate(pem: string): X509Certificate | null {
  try {
    const certificate = new X509Certificate(pem);
    return certificate.publicKey.asymmetricKeyType === "rsa" ? certificate : null;
  } catch {
    return null;
  }
}
