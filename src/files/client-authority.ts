import { X509Certificate } from "node:crypto";
import { createSecureContext } from "node:tls";
import { fail, ok, type Result } from "../core/result.ts";
import type { Log } from "../flow/ports.ts";
import type { Poll } from "./poll.ts";
import { attempt, readText } from "./read-text.ts";
import { createRenewal } from "./renewal.ts";
import { signatureOf } from "./signature.ts";

/** The authorities of which callers must have a certificate, as their file was at the start, and the watch over it. */
export interface ClientAuthority {
  /** One certificate or more, PEM. */
  readonly pem: string;
  /** Hands on each renewed text; one that cannot be used is logged once, and the last good one stays. */
  readonly watch: (onRenewed: (pem: string) => void, log: Log) => Poll;
}

/** Reads the file of the authorities; the error says what is wrong with it. */
export async function openClientAuthority(file: string): Promise<Result<ClientAuthority, string>> {
  const signature = () => signatureOf(file);
  const adopted = await signature();
  const read = () => readAuthority(file);
  const pem = await read();
  if (pem.kind === "error") return pem;
  const watch: ClientAuthority["watch"] = (onRenewed, log) => {
    const adopt = (renewed: string): void => {
      onRenewed(renewed);
      log.info({ file }, "authorities of callers are renewed");
    };
    const keep = (reason: string): void => {
      log.error({ reason }, "authorities of callers are not renewed; the last good ones stay");
    };
    return createRenewal({ signature, adopted, read }, { onRenewed: adopt, onKept: keep });
  };
  return ok({ pem: pem.value, watch });
}

// OpenSSL takes a text without any certificate and would then trust nobody; of a broken list it takes what comes before.
async function readAuthority(file: string): Promise<Result<string, string>> {
  const text = await readText(file);
  if (text.kind === "error") return text;
  const blocks = text.value.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  const isSound =
    blocks.length > 0 &&
    blocks.every((block) => attempt(() => new X509Certificate(block)) !== null) &&
    attempt(() => createSecureContext({ ca: text.value })) !== null;
  return isSound ? text : fail(`${file}: holds no certificates in PEM, or a broken one`);
}
