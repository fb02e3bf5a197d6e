import { createServer, STATUS_CODES, type RequestListener, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import Koa from "koa";
import type Router from "@koa/router";
import type { Log } from "../flow/ports.ts";
import { adoptRequestId, requestIdOf, type RequestIdSettings } from "./request-id.ts";

/** A certificate chain and its private key, both PEM. */
interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** What HTTPS is served with. */
export interface TlsSettings extends Certificate {
  readonly minVersion: keyof typeof TLS_VERSIONS;
}

/** A listening server. */
export interface HttpServer {
  readonly port: number;
  /** Gives connections that come from now on another certificate. */
  readonly renew: (certificate: Certificate) => void;
  /** Answers further requests with `Connection: close` and closes idle connections; resolves when the last is answered. */
  readonly drain: () => Promise<void>;
}

const HEADER_TIMEOUT_MS = 5_000;
const REQUEST_TIMEOUT_MS = 15_000;
const KEEP_ALIVE_MS = 65_000;
// What is on its way when the server begins to close has so long to come.
const SILENT_MS = 1_000;
const CHECK_INTERVAL_MS = 1_000;
const MAX_HEADER_BYTES = 16 * 1024;
const MAX_CONNECTIONS = 2_000;
const LIMITS = {
  headersTimeout: HEADER_TIMEOUT_MS,
  requestTimeout: REQUEST_TIMEOUT_MS,
  keepAliveTimeout: KEEP_ALIVE_MS,
  connectionsCheckingInterval: CHECK_INTERVAL_MS,
  maxHeaderSize: MAX_HEADER_BYTES,
};
// OpenSSL signs the handshakes of the two old versions at its lowest security level only.
const OLD_CIPHERS = "DEFAULT:@SECLEVEL=0";
const TLS_VERSIONS = {
  "1.0": { minVersion: "TLSv1", ciphers: OLD_CIPHERS },
  "1.1": { minVersion: "TLSv1.1", ciphers: OLD_CIPHERS },
  "1.2": { minVersion: "TLSv1.2" },
  "1.3": { minVersion: "TLSv1.3" },
} as const;

// Go refuses such a request before any route sees it.
const BAD_ESCAPE = /%(?![\da-f]{2})/i;

/** Puts routes into one Koa application: the last resort for what throws, and 404 for what nobody routes. */
export function createApplication(
  routers: readonly Router[],
  log: Log,
  requestIds: RequestIdSettings = { fromHeader: false, limit: 0 },
): Koa {
  const app = new Koa();
  // What breaks off while a request or its answer is on its way.
  app.on("error", (error: unknown, context: Koa.Context) => {
    const requestId = requestIdOf(context);
    const code = faultOfClient(error);
    if (code === null) log.error({ requestId, err: error }, "request failed");
    else log.debug({ requestId, code }, "request broke off");
  });
  // Koa's own handler would take the request's id out of the answer.
  app.use(async (context, next) => {
    adoptRequestId(context, requestIds);
    const requestId = requestIdOf(context);
    try {
      if (!BAD_ESCAPE.test(context.path)) {
        await next();
        return;
      }
      context.status = 400;
      context.body = "400 Bad Request";
    } catch (error) {
      context.status = statusOf(error);
      context.body = STATUS_CODES[context.status] ?? "";
      if (context.status < 500) log.debug({ requestId, err: error }, "request was refused");
      else log.error({ requestId, err: error }, "request failed");
    }
  });
  for (const router of routers) app.use(router.routes());
  app.use((context) => {
    context.status = 404;
    context.body = "404 page not found\n";
  });
  return app;
}

/** Serves an application with the limits of the first day: headers, requests, connections. HTTPS where `tls` is given. */
export async function listen(
  app: Koa,
  host: string,
  port: number,
  tls: TlsSettings | null = null,
): Promise<HttpServer> {
  const handle = app.callback();
  const open = new Set<ServerResponse>();
  let isDraining = false;
  const { server, renew } = createServerFor(tls, (request, response) => {
    if (isDraining) closeAfter(response);
    open.add(response);
    response.once("close", () => open.delete(response));
    void handle(request, response);
  });
  server.maxConnections = MAX_CONNECTIONS;
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  await started(server, host, port);
  const drain = async (): Promise<void> => {
    isDraining = true;
    for (const response of open) closeAfter(response);
    await closed(server, sockets, open);
  };
  return { port: (server.address() as AddressInfo).port, renew, drain };
}

function createServerFor(
  tls: TlsSettings | null,
  listener: RequestListener,
): { server: Server; renew: HttpServer["renew"] } {
  if (tls === null) return { server: createServer(LIMITS, listener), renew: () => undefined };
  const context = ({ cert, key }: Certificate) => ({ cert, key, ...TLS_VERSIONS[tls.minVersion] });
  const server = createTlsServer({ ...LIMITS, handshakeTimeout: HEADER_TIMEOUT_MS, ...context(tls) }, listener);
  return {
    server,
    renew: (certificate) => {
      server.setSecureContext(context(certificate));
    },
  };
}

// A connection that is kept alive would hold the end of the process up.
function closeAfter(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader("Connection", "close");
}

// Node keeps none of its times once a server closes, and takes a connection that never asked anything for a busy one.
async function closed(server: Server, sockets: ReadonlySet<Socket>, open: ReadonlySet<ServerResponse>): Promise<void> {
  const dropAllBut = (isBusy: (response: ServerResponse) => boolean): void => {
    const busy = new Set([...open].filter(isBusy).map(({ req }) => portsOf(req.socket)));
    for (const socket of sockets) if (!busy.has(portsOf(socket))) socket.destroy();
  };
  const timers = [
    setTimeout(dropAllBut, SILENT_MS, () => true),
    setTimeout(dropAllBut, REQUEST_TIMEOUT_MS, ({ req }: ServerResponse) => req.complete),
  ];
  await new Promise<void>((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeIdleConnections();
  });
  timers.forEach(clearTimeout);
}

// A request of HTTPS has another socket than the connection.
const portsOf = ({ remoteAddress, remotePort }: Socket): string => `${String(remoteAddress)} ${String(remotePort)}`;

async function started(server: Server, host: string, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

function statusOf(error: unknown): number {
  const { status } = error as { status?: unknown };
  return typeof status === "number" && status >= 400 && status < 500 ? status : 500;
}

// The code alone: such an error carries the bytes that were read, and those may hold a token.
function faultOfClient(error: unknown): string | null {
  const { code } = error as { code?: unknown };
  return typeof code === "string" && /^(?:ECONNRESET$|EPIPE$|HPE_)/.test(code) ? code : null;
}
