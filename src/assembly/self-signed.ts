import type { CertificatePair, CertificateSource, Log } from "../flow/ports.ts";

/** A certificate that a server makes itself when it starts. */
export interface SelfSigned {
  readonly certificates: CertificateSource;
  /** The authority of the certificate, base64 of PEM; null until it is made. */
  readonly caBundle: () => string | null;
}

const DAYS = 365;

type Issue = (wanted: { names: readonly string[]; days: number }) => Promise<CertificatePair & { readonly ca: string }>;

/** A certificate for these names that lives as long as the process: nobody else knows it until its authority is told. */
export function selfSigned(names: readonly string[], issue: Issue, log: Log): SelfSigned {
  let bundle: string | null = null;
  const first = async (): Promise<CertificatePair> => {
    const { ca, ...pair } = await issue({ names, days: DAYS });
    bundle = Buffer.from(ca).toString("base64");
    log.warn({ names }, "no certificate is configured: this one is made in memory, and is another at the next start");
    return pair;
  };
  return { certificates: { first, watch: () => () => Promise.resolve() }, caBundle: () => bundle };
}
