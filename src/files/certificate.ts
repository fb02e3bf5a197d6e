import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createSecureContext } from "node:tls";
import { fail, ok, type Result } from "../core/result.ts";
import type { Log } from "../flow/ports.ts";
import { createPoll, type Poll } from "./poll.ts";
import { codeOf } from "../core/error-code.ts";
import { signatureOf } from "./signature.ts";

/** The files of a certificate chain and of its private key, both PEM. */
interface CertificateFiles {
  readonly cert: string;
  readonly key: string;
}

/** What they hold. */
interface CertificatePair {
  readonly cert: string;
  readonly key: string;
}

/** The pair as it was at the start, and the watch over its files. */
export interface Certificate {
  readonly pair: CertificatePair;
  /** Hands on each renewed pair once it has been there for two looks; one that cannot be used is logged once. */
  readonly watch: (onRenewed: (pair: CertificatePair) => void, log: Log) => Poll;
}

const INTERVAL_MS = 500;

/** Reads a certificate and its key; the error says which file is wrong. */
export async function openCertificate(files: CertificateFiles): Promise<Result<Certificate, string>> {
  let adopted = await signatureOfBoth(files);
  const pair = await readPair(files);
  if (pair.kind === "error") return pair;
  const watch: Certificate["watch"] = (onRenewed, log) => {
    let last = adopted;
    return createPoll(async () => {
      const signature = await signatureOfBoth(files);
      const isSettled = signature === last;
      last = signature;
      if (signature === adopted || !isSettled) return;
      adopted = signature;
      const renewed = await readPair(files);
      if (renewed.kind === "error") {
        log.error({ reason: renewed.error }, "certificate is not renewed; the last good one is served on");
        return;
      }
      onRenewed(renewed.value);
      log.info(
        { cert: files.cert, validTo: new X509Certificate(renewed.value.cert).validTo },
        "certificate is renewed",
      );
    }, INTERVAL_MS);
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

async function readText(file: string): Promise<Result<string, string>> {
  try {
    return ok(await readFile(file, "utf8"));
  } catch (error) {
    return fail(`${file}: cannot be read: ${codeOf(error)}`);
  }
}

// The libraries throw at what they cannot read; their words may hold pieces of it.
function attempt<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}
