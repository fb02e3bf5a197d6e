import { join } from "node:path";
import type Koa from "koa";
import { certificateFiles } from "../files/certificate-files.ts";
import { issueSelfSigned } from "../files/issue-certificate.ts";
import { createAnswerReview } from "../flow/admission/answer-review.ts";
import type { AnyHandler } from "../flow/admission/handler.ts";
import { parseInTurn } from "../flow/admission/parse-in-turn.ts";
import type { Registration, RegistrationOptions } from "../flow/admission/registration.ts";
import type { CertificateSource, Log } from "../flow/ports.ts";
import type { Runnable } from "../flow/admission/runnable.ts";
import { admissionMiddleware } from "../http/admission.ts";
import { boundBytesInFlight } from "../http/bytes-in-flight.ts";
import { dial } from "../http/dial.ts";
import { createPathTable } from "../http/path-table.ts";
import { createApplication } from "../http/server.ts";
import { createAdmissionMetrics, type ShownAdmissionMetrics } from "../telemetry/admission-metrics.ts";
import { createLogger, openStandardOutput } from "../telemetry/logger.ts";
import { openAdmissionListener, type AdmissionListener } from "./admission-listener.ts";
import { selfSigned, type SelfSigned } from "./self-signed.ts";

/** How reviews are served. Without `certDir` and `certificates` the server makes itself a certificate, for trying it out. */
export interface AdmissionServerOptions<Client = undefined> {
  /** Left out: every IPv4 address. */
  readonly host?: string;
  /** Left out: 8443. With 0 the system chooses one. */
  readonly port?: number;
  /** The directory of the certificate and its key, which are read again when they change. */
  readonly certDir?: string;
  /** Left out: `tls.crt`. */
  readonly certName?: string;
  /** Left out: `tls.key`. */
  readonly keyName?: string;
  /** Where certificates come from instead of a directory. */
  readonly certificates?: CertificateSource;
  /** The names of the certificate that the server makes itself; left out: `localhost`. */
  readonly names?: readonly string[];
  /** A file of the authorities of which callers must have a certificate, PEM; left out: they need none. */
  readonly clientCaFile?: string;
  /** What handlers find as `client` in their context. */
  readonly client?: Client;
  /** Left out: lines of text on the standard output. */
  readonly log?: Log;
  /** Left out: metrics in a registry of their own. */
  readonly metrics?: ShownAdmissionMetrics;
  /** So much memory may be taken by what is being answered, a body four times its length; then 429. Left out: 64 MiB. */
  readonly maxInFlightBytes?: number;
  /** How long a request may take to come in; left out: 35 seconds. */
  readonly requestTimeoutMs?: number;
}

/** An HTTPS server of admission webhooks. */
export interface AdmissionServer<Client = undefined> extends Runnable {
  /**
   * Answers reviews at a path with a handler, before the start and after it. A path that is taken is an error.
   * @example server.register("/validating", validating(() => denied("none shall pass!")))
   */
  readonly register: (path: string, handler: AnyHandler<Client>, options?: RegistrationOptions) => void;
  /** Serves a path by a Koa middleware: a webhook is just a handler of HTTP requests. */
  readonly use: <State, Context>(path: string, middleware: Koa.Middleware<State, Context>) => void;
  /** Resolves when it listens. When the signal ends it stops by itself. */
  readonly start: (signal?: AbortSignal) => Promise<void>;
  /** Ends when what is in flight is answered; further requests are answered with `Connection: close` until then. */
  readonly stop: () => Promise<void>;
  /** Resolves when the server can be reached over TLS, as a readiness probe asks; rejects with the reason if not. */
  readonly started: () => Promise<void>;
  /** All that is served. */
  readonly paths: readonly string[];
  readonly registrations: readonly Registration<Client>[];
  /** Where it listens; before the start, where it shall. */
  readonly port: number;
  /** What webhook configurations need as `caBundle`; null before the start, and for a certificate from elsewhere. */
  readonly caBundle: () => string | null;
  /** The metrics as Prometheus reads them. */
  readonly metrics: ShownAdmissionMetrics["show"];
}

const MIB = 1024 * 1024;
const PORT = 8443;
const MAX_IN_FLIGHT_BYTES = 64 * MIB;
const MAX_BODY_BYTES = 7 * MIB;
const PARSED = {
  maxHeld: 32 * MIB,
  maxWeight: 64 * MIB,
  // Only where Node was started with --expose-gc, as in the image.
  collect: () => globalThis.gc?.({ type: "major", execution: "sync" }),
};
// The API server waits for thirty seconds at most.
const REQUEST_TIMEOUT_MS = 35_000;

/**
 * Makes a server of admission webhooks.
 * @example
 * const server = createAdmissionServer({ certDir: "/certs" });
 * server.register("/validating", validating(() => denied("none shall pass!")));
 * await server.start();
 */
export function createAdmissionServer<Client = undefined>(
  options: AdmissionServerOptions<Client> = {},
): AdmissionServer<Client> {
  const { host = "0.0.0.0", port = PORT, log = defaultLog(), metrics = createAdmissionMetrics() } = options;
  const { certificates, caBundle } = certificatesOf(options, log);
  const registrations = new Map<string, Registration<Client>>();
  const table = createPathTable();
  const reviews = reviewsOf(options, { registrations, log, metrics });
  const bound = boundBytesInFlight({
    maxBytes: options.maxInFlightBytes ?? MAX_IN_FLIGHT_BYTES,
    maxBodyBytes: MAX_BODY_BYTES,
    onRefused: (path) => {
      metrics.begin(path)({ allowed: false, code: 429, failure: null });
    },
  });
  const app = createApplication([{ routes: () => table.middleware }], log, null);
  const end = new AbortController();
  let opening: Promise<AdmissionListener> | null = null;
  let listener: AdmissionListener | null = null;
  let stopping: Promise<void> | null = null;

  const add = (path: string, middleware: Koa.Middleware): void => {
    table.add(path, (context, next) =>
      bound(context, async () => {
        await middleware(context, next);
      }),
    );
    log.info({ path }, "webhook is registered");
  };
  const stop = async (): Promise<void> => {
    end.abort();
    const opened = await opening?.catch(() => null);
    await opened?.close();
    log.info({}, "admission server has stopped");
  };
  const stopOnce = (): Promise<void> => (stopping ??= stop());
  return {
    register: (path, handler, registration = {}) => {
      add(path, reviews);
      registrations.set(path, { path, handler, options: registration });
    },
    use: (path, middleware) => {
      add(path, middleware as Koa.Middleware);
    },
    start: async (signal) => {
      if (opening !== null) throw new Error("the admission server was started before: make another one");
      const { clientCaFile = "", requestTimeoutMs = REQUEST_TIMEOUT_MS } = options;
      const settings = { host, port, certificates, clientCaFile, requestTimeoutMs, signal: end.signal };
      signal?.addEventListener("abort", () => void stopOnce(), { once: true });
      if (signal?.aborted === true) end.abort();
      opening = openAdmissionListener(app, settings, log);
      listener = await opening;
      log.info({ host, port: listener.port, paths: table.paths() }, "admission server listens");
    },
    stop: stopOnce,
    started: async () => {
      if (listener === null) throw new Error("the admission server has not been started yet");
      await dial(host, listener.port).catch((error: unknown) => {
        throw new Error(`the admission server is not reachable: ${(error as Error).message}`, { cause: error });
      });
    },
    get paths() {
      return table.paths();
    },
    get registrations() {
      return [...registrations.values()];
    },
    get port() {
      return listener?.port ?? port;
    },
    caBundle,
    metrics: metrics.show,
  };
}

const defaultLog = (): Log => createLogger({ level: "info", format: "text" }, openStandardOutput());

function certificatesOf<Client>(options: AdmissionServerOptions<Client>, log: Log): SelfSigned {
  const { certDir, certName = "tls.crt", keyName = "tls.key", certificates, names = ["localhost"] } = options;
  if (certificates !== undefined) return { certificates, caBundle: () => null };
  if (certDir === undefined) return selfSigned(names, issueSelfSigned, log);
  const files = { cert: join(certDir, certName), key: join(certDir, keyName) };
  return { certificates: certificateFiles(files, log), caBundle: () => null };
}

interface ReviewParts<Client> {
  readonly registrations: ReadonlyMap<string, Registration<Client>>;
  readonly log: Log;
  readonly metrics: ShownAdmissionMetrics;
}

function reviewsOf<Client>(
  { client }: AdmissionServerOptions<Client>,
  { registrations, log, metrics }: ReviewParts<Client>,
): Koa.Middleware {
  // Left out, it is the `undefined` that its type then is.
  const answer = createAnswerReview({ client: client as Client, log, metrics });
  const find = (path: string): AnyHandler<Client> | undefined => registrations.get(path)?.handler;
  return admissionMiddleware(find, parseInTurn(answer, PARSED));
}
