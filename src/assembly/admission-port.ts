import type { AdmissionConfig } from "../config-admission.ts";
import { serviceNames } from "../core/admission/certificates.ts";
import { SHIPPED_WEBHOOKS, type ShippedSettings } from "../core/admission/rules/shipped.ts";
import { watchRulesFiles } from "../files/admission-rules.ts";
import { certificateIssuer } from "../files/issue-certificate.ts";
import { mutating, validating, type AnyHandler } from "../flow/admission/handler.ts";
import { createCertificateKeeper } from "../flow/admission/keep-certificates.ts";
import { createRulesStore } from "../flow/admission/rules-store.ts";
import { createSecretCertificates } from "../flow/admission/secret-certificates.ts";
import type { Clock, Log } from "../flow/ports.ts";
import type { Cluster } from "../kube/cluster.ts";
import { createAdmissionMetrics } from "../telemetry/admission-metrics.ts";
import type { ShownMetrics } from "../telemetry/metrics.ts";
import { createAdmissionServer, type AdmissionServerOptions } from "./admission-server.ts";

/** What the admission port is built of. */
export interface AdmissionParts {
  readonly config: AdmissionConfig;
  readonly host: string;
  readonly cluster: Pick<Cluster, "certificates">;
  readonly hooks: Omit<ShippedSettings, "rules">;
  readonly metrics: Pick<ShownMetrics, "registry">;
  readonly clock: Clock;
  readonly log: Log;
}

/** The port at which the API server asks about changes. */
export interface AdmissionPort {
  /** Begins to open it; where its certificate has to be made first, it opens later. */
  readonly start: () => Promise<void>;
  /** What the one that leads does for it besides, until the signal. */
  readonly duty: (signal: AbortSignal) => Promise<void>;
  /** Empty when it is open, or is not there at all, or could not be opened for a while: pods serve hooks without it. */
  readonly whyNotReady: () => string;
  readonly stop: () => Promise<void>;
}

// A certificate is made within seconds where an API server answers.
const READY_WITHIN_MS = 30_000;

const NO_PORT: AdmissionPort = {
  start: () => Promise.resolve(),
  duty: () => Promise.resolve(),
  whyNotReady: () => "",
  stop: () => Promise.resolve(),
};

/** Builds the admission port with the webhooks that ship. */
export function createAdmissionPort(parts: AdmissionParts): AdmissionPort {
  const { config, host, hooks, metrics, log } = parts;
  const { port, rules: directory, clientCaFile } = config;
  if (port === null) return NO_PORT;
  const { options, duty } = certificatesOf(parts);
  const registry = metrics.registry;
  const server = createAdmissionServer({
    ...{ host, port, log, clientCaFile, metrics: createAdmissionMetrics(registry) },
    ...options,
  });
  const store = createRulesStore(log);
  for (const { path, handler } of handlersOf(() => ({ ...hooks, rules: store.rules() })))
    server.register(path, handler);
  const watch = watchRulesFiles(directory, store.adopt);
  let [isOpen, isLate] = [false, false];
  const patience = setTimeout(() => {
    isLate = true;
  }, READY_WITHIN_MS).unref();
  const open = async (): Promise<void> => {
    try {
      await server.start();
      isOpen = true;
    } catch (error) {
      log.error({ err: error }, "admission port cannot be opened");
      isLate = true;
    }
  };
  return {
    start: async () => {
      await watch.look();
      watch.start();
      void open();
    },
    duty,
    whyNotReady: () => (isOpen || isLate ? "" : "the admission port is not open yet"),
    stop: async () => {
      clearTimeout(patience);
      await server.stop();
      await watch.stop();
    },
  };
}

// The settings are asked for at each review: they may have changed.
const handlersOf = (settings: () => ShippedSettings): readonly { path: string; handler: AnyHandler<undefined> }[] =>
  SHIPPED_WEBHOOKS.map((webhook) => {
    const { path } = webhook;
    if (webhook.list === "mutating")
      return { path, handler: mutating((request) => webhook.answer(settings())(request)) };
    return { path, handler: validating((request) => webhook.answer(settings())(request)) };
  });

interface Certificates {
  readonly options: Pick<AdmissionServerOptions, "certDir" | "certificates" | "names">;
  readonly duty: AdmissionPort["duty"];
}

function certificatesOf({ config: { certificates }, cluster, clock, log }: AdmissionParts): Certificates {
  switch (certificates.kind) {
    case "files":
      return { options: { certDir: certificates.directory }, duty: NO_PORT.duty };
    case "in-memory":
      return { options: { names: ["localhost"] }, duty: NO_PORT.duty };
    case "self-managed": {
      const { service, authorityValidityMs, validityMs } = certificates;
      const held = cluster.certificates(certificates);
      if (held === null) throw new Error("ADMISSION_SECRET is set, and no cluster is configured that could hold it");
      const demands = { names: serviceNames(service, held.namespace), authorityValidityMs, validityMs };
      const duty = createCertificateKeeper({ ...held, issuer: certificateIssuer, demands, clock, log });
      return { options: { certificates: createSecretCertificates(held.secret, log) }, duty };
    }
  }
}
