import { openClientAuthority, type ClientAuthority } from "../files/client-authority.ts";
import type { CertificatePair, CertificateSource, Log } from "../flow/ports.ts";
import { listen, type createApplication, type HttpServer } from "../http/server.ts";

/** Where reviews are asked for, and with which certificates. */
interface AdmissionListening {
  readonly host: string;
  readonly port: number;
  readonly certificates: CertificateSource;
  /** Empty: callers need no certificate. */
  readonly clientCaFile: string;
  readonly requestTimeoutMs: number;
  /** Ends the wait for a certificate. */
  readonly signal: AbortSignal;
}

/** The port of the reviews, open. */
export interface AdmissionListener {
  readonly port: number;
  /** Answers what is in flight with `Connection: close`; resolves when the last connection is closed. */
  readonly close: () => Promise<void>;
}

// As controller-runtime has them.
const HEADERS_TIMEOUT_MS = 32_000;
const KEEP_ALIVE_MS = 90_000;
// A connection that uploads takes some 200 KiB beside the body.
const MAX_SERVED = 128;

/** Opens the port of the reviews, which takes up renewed certificates and authorities of callers until it is closed. */
export async function openAdmissionListener(
  app: ReturnType<typeof createApplication>,
  { host, port, certificates, clientCaFile, requestTimeoutMs, signal }: AdmissionListening,
  log: Log,
): Promise<AdmissionListener> {
  const authority = clientCaFile === "" ? null : await authorityOf(clientCaFile);
  const pair = await certificates.first(signal);
  const headersTimeoutMs = Math.min(HEADERS_TIMEOUT_MS, requestTimeoutMs);
  const server = await listen(app, host, port, {
    ...pair,
    minVersion: "1.2",
    limits: { headersTimeoutMs, requestTimeoutMs, keepAliveMs: KEEP_ALIVE_MS, sparesIdle: true, maxServed: MAX_SERVED },
    ...(authority !== null && { clientCa: authority.pem }),
  });
  const stopPairs = certificates.watch(takeUp(server, log));
  const authorities = authority?.watch((clientCa) => {
    server.renew({ clientCa });
  }, log);
  authorities?.start();
  const close = async (): Promise<void> => {
    await server.drain();
    await Promise.all([stopPairs(), authorities?.stop()]);
  };
  return { port: server.port, close };
}

async function authorityOf(file: string): Promise<ClientAuthority> {
  const opened = await openClientAuthority(file);
  if (opened.kind === "error") throw new Error(opened.error);
  return opened.value;
}

// A source of somebody else's may hand on a pair that is none.
const takeUp =
  ({ renew }: HttpServer, log: Log) =>
  ({ cert, key }: CertificatePair): void => {
    try {
      renew({ cert, key });
    } catch (error) {
      log.error({ err: error }, "certificate is not renewed; the last good one is served on");
    }
  };
