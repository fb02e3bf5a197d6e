import { createPrivateKey, X509Certificate } from "node:crypto";
import { createSecureContext } from "node:tls";
import { fail, ok, type Result } from "../core/result.ts";
import type { CertificatePair, Log } from "../flow/ports.ts";
import type { Poll } from "./poll.ts";
import { attempt, readText } from "./read-text.ts";
import { createRenewal } from "./renewal.ts";
import { signatureOf } from "./signature.ts";

/** The files of a certificate chain and of its private key, both PEM. */
export interface CertificateFiles {
  readonly cert: string;
  readonly key: string;
}

/** The pair as it was at the start, and the watch over its files. */
export interface Certificate {
  readonly pair: CertificatePair;
  /** Hands on each renewed pair once it has been there for two looks; one that cannot be used is logged once. */
  readonly watch: (onRenewed: (pair: CertificatePair) => void, log: Log) => Poll;
}

/** Reads a certificate and its key; the error says which file is wrong. */
export async function openCertificate(files: CertificateFiles): Promise<Result<Certificate, string>> {
  const signature = () => signatureOfBoth(files);
  const adopted = await signature();
  const read = () => readPair(files);
  const pair = await read();
  if (pair.kind === "error") return pair;
  const watch: Certificate["watch"] = (onRenewed, log) => {
    const adopt = (renewed: CertificatePair): void => {
      onRenewed(renewed);
      log.info({ cert: files.cert, validTo: new X509Certificate(renewed.cert).validTo }, "certificate is renewed");
    };
    const keep = (reason: string): void => {
      log.error({ reason }, "certificate is not renewed; the last good one is served on");
    };
    return createRenewal({ signature, adopted, read }, { onRenewed: adopt, onKept: keep });
  };
  return ok({ pair: pair.value, watch });
}

const signatureOfBoth = async ({ cert, key }: CertificateFiles): Promise<string> =>
  `${await signatureOf(cert)} ${await signatureOf(key)}`;

async function readPair(files: CertificateFiles): Promise<Result<CertificatePair, string>> {
  const [cert, key] = await Promise.all([readText(files.cert), readText(files.key)]);
  if (cert.kind === "error") return cert;
  if (key.kind === "error") return key;
  const holder = attempt(() => new X509Certificate(cert.value));
  if (holder === null) return fail(`${files.cert}: holds no certificate in PEM`);
  const secret = attempt(() => createPrivateKey(key.value));
  if (secret === null) return fail(`${files.key}: holds no private key in PEM, or one behind a passphrase`);
  if (!holder.checkPrivateKey(secret)) return fail(`${files.key}: is not the key of the certificate in ${files.cert}`);
  const pair = { cert: cert.value, key: key.value };
  if (attempt(() => createSecureContext(pair)) === null)
    return fail(`${files.cert}: cannot be used for TLS: its chain is broken, or its key is too weak`);
  return ok(pair);
}
