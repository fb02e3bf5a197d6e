import { openCertificate } from "../files/certificate.ts";
import type { Log } from "../flow/ports.ts";
import { listen, type createApplication, type HttpServer, type TlsSettings } from "../http/server.ts";

/** Where it listens, and with which certificate. */
export interface Listening {
  readonly host: string;
  readonly port: number;
  /** The files of a certificate and its key; null for plain HTTP. */
  readonly tls: { readonly cert: string; readonly key: string; readonly minVersion: TlsSettings["minVersion"] } | null;
}

/** Opens the port of the hooks; an HTTPS one takes up renewed certificates until that is stopped. */
export async function openServer(
  application: ReturnType<typeof createApplication>,
  { host, port, tls }: Listening,
  log: Log,
): Promise<{ server: HttpServer; stopRenewal: () => Promise<void> }> {
  if (tls === null) return { server: await listen(application, host, port), stopRenewal: () => Promise.resolve() };
  const certificate = await openCertificate(tls);
  if (certificate.kind === "error") throw new Error(certificate.error);
  const { pair, watch } = certificate.value;
  const server = await listen(application, host, port, { ...pair, minVersion: tls.minVersion });
  const renewal = watch(server.renew, log);
  renewal.start();
  return { server, stopRenewal: renewal.stop };
}
