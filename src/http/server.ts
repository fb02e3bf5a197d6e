import { createServer, STATUS_CODES, type RequestListener, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { Server as NetServer, type AddressInfo, type Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import Koa from "koa";
import type Router from "@koa/router";
import type { Log } from "../flow/ports.ts";
import { openGate } from "./gate.ts";
import { createOpenResponses, type OpenResponses } from "./open-responses.ts";
import { adoptRequestId, requestIdOf, type RequestIdSettings } from "./request-id.ts";

/** A certificate chain and its private key, both PEM. */
interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** What the connections of a server may do. Times are milliseconds. */
interface ConnectionLimits {
  readonly headersTimeoutMs: number;
  /** For a request as a whole, and no shorter than for its headers. */
  readonly requestTimeoutMs: number;
  readonly keepAliveMs: number;
  /**
   * Where connections that are kept alive are never quiet for long: the drain leaves idle ones open for a second, so
   * that no request is lost that is on its way.
   */
  readonly sparesIdle: boolean;
  /** So many connections are served at a time, and others wait. */
  readonly maxServed: number;
}

/** What HTTPS is served with. */
export interface TlsSettings extends Certificate {
  readonly minVersion: keyof typeof TLS_VERSIONS;
  /** PEM of the authorities of which callers must have a certificate; left out: they need none. */
  readonly clientCa?: string;
  /** Where they differ from those of the hooks. */
  readonly limits?: Partial<ConnectionLimits>;
}

/** What answers some requests. */
type Routes = Pick<Router, "routes"> | { readonly routes: () => Koa.Middleware };

/** A listening server. */
export interface HttpServer {
  readonly port: number;
  /** Gives connections that come from now on another certificate, other authorities of callers, or both. */
  readonly renew: (changed: Partial<Pick<TlsSettings, "cert" | "key" | "clientCa">>) => void;
  /** Answers further requests with `Connection: close` and closes idle connections; resolves when the last is answered. */
  readonly drain: () => Promise<void>;
}

const USUAL: ConnectionLimits = {
  headersTimeoutMs: 5_000,
  requestTimeoutMs: 15_000,
  keepAliveMs: 65_000,
  sparesIdle: false,
  maxServed: Number.POSITIVE_INFINITY,
};
// What is on its way when the server begins to close has so long to come.
const SILENT_MS = 1_000;
const CHECK_INTERVAL_MS = 1_000;
const MAX_HEADER_BYTES = 16 * 1024;
const MAX_CONNECTIONS = 2_000;

// As Go's server answers.
const PLAIN_HTTP = "HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n";
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

/**
 * Puts routes into one Koa application: the last resort for what throws, and 404 for what nobody routes. Without settings
 * of request ids a request gets one only when it fails: a review has a uid already.
 */
export function createApplication(
  routers: readonly Routes[],
  log: Log,
  requestIds: RequestIdSettings | null = { fromHeader: false, limit: 0 },
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
    if (requestIds !== null) {
      adoptRequestId(context, requestIds);
      requestIdOf(context);
    }
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
      const requestId = requestIdOf(context);
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
  const limits = { ...USUAL, ...tls?.limits };
  const open = createOpenResponses();
  let isDraining = false;
  const isBusy = (socket: Socket): boolean =>
    open.all().some(({ req }) => req.complete && portsOf(req.socket) === portsOf(socket));
  const { server, renew } = createServerFor(tls, limits, (request, response) => {
    if (isDraining || gate?.isCrowded() === true) closeAfter(response);
    open.add(response);
    void handle(request, response);
  });
  server.maxConnections = MAX_CONNECTIONS;
  const gate = Number.isFinite(limits.maxServed) ? openGate(server, limits.maxServed, isBusy) : null;
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  server.on("tlsClientError", (error: NodeJS.ErrnoException, { remoteAddress, remotePort }: TLSSocket) => {
    if (error.code !== "ERR_SSL_HTTP_REQUEST") return;
    const ports = portsOf({ remoteAddress, remotePort });
    for (const socket of sockets) if (portsOf(socket) === ports) socket.end(PLAIN_HTTP);
  });
  await started(server, host, port);
  const drain = async (): Promise<void> => {
    isDraining = true;
    open.all().forEach(closeAfter);
    await closed(server, limits, { sockets, open });
  };
  return { port: (server.address() as AddressInfo).port, renew, drain };
}

function createServerFor(
  tls: TlsSettings | null,
  limits: ConnectionLimits,
  listener: RequestListener,
): { server: Server; renew: HttpServer["renew"] } {
  const settings = {
    headersTimeout: limits.headersTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveMs,
    connectionsCheckingInterval: CHECK_INTERVAL_MS,
    maxHeaderSize: MAX_HEADER_BYTES,
    pauseOnConnect: Number.isFinite(limits.maxServed),
  };
  if (tls === null) return { server: createServer(settings, listener), renew: () => undefined };
  let current = tls;
  const client = { requestCert: tls.clientCa !== undefined, rejectUnauthorized: tls.clientCa !== undefined };
  const handshake = { handshakeTimeout: limits.headersTimeoutMs, ...client };
  const server = createTlsServer({ ...settings, ...handshake, ...contextOf(tls) }, listener);
  const renew: HttpServer["renew"] = (changed) => {
    const next = { ...current, ...changed };
    server.setSecureContext(contextOf(next));
    current = next;
  };
  return { server, renew };
}

const contextOf = ({ cert, key, clientCa, minVersion }: TlsSettings) => ({
  cert,
  key,
  ...(clientCa !== undefined && { ca: clientCa }),
  ...TLS_VERSIONS[minVersion],
});

// A connection that is kept alive would hold the end of the process up.
function closeAfter(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader("Connection", "close");
}

interface Connections {
  readonly sockets: ReadonlySet<Socket>;
  readonly open: OpenResponses;
}

// Node keeps none of its times once a server closes, and takes a connection that never asked anything for a busy one.
async function closed(server: Server, limits: ConnectionLimits, { sockets, open }: Connections): Promise<void> {
  const dropAllBut = (isBusy: (response: ServerResponse) => boolean): void => {
    const busy = new Set(
      open
        .all()
        .filter(isBusy)
        .map(({ req }) => portsOf(req.socket)),
    );
    for (const socket of sockets) if (!busy.has(portsOf(socket))) socket.destroy();
  };
  const timers = [
    setTimeout(dropAllBut, SILENT_MS, () => true),
    setTimeout(dropAllBut, limits.requestTimeoutMs, ({ req }: ServerResponse) => req.complete),
  ];
  await new Promise<void>((resolve) => {
    // An HTTP server's own way of closing begins with the idle connections.
    if (limits.sparesIdle)
      NetServer.prototype.close.call(server, () => {
        resolve();
      });
    else
      server.close(() => {
        resolve();
      });
  });
  timers.forEach(clearTimeout);
  if (limits.sparesIdle) server.close();
}

// A request of HTTPS has another socket than the connection.
const portsOf = ({ remoteAddress, remotePort }: Pick<Socket, "remoteAddress" | "remotePort">): string =>
  `${String(remoteAddress)} ${String(remotePort)}`;

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
