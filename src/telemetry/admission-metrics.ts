import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { AdmissionMetrics } from "../flow/ports.ts";

/** Metrics of reviews that can be shown. */
export interface ShownAdmissionMetrics extends AdmissionMetrics {
  /** All of their registry as Prometheus reads them. */
  readonly show: () => Promise<{ readonly contentType: string; readonly text: string }>;
}

// A review may take thirty seconds at most; most take less than a millisecond.
const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Makes the metrics, in a registry of their own or in the one of a service. */
export function createAdmissionMetrics(registry: Registry = new Registry()): ShownAdmissionMetrics {
  const registers = [registry];
  const labelNames = ["path"] as const;
  const requests = new Counter({
    name: "imagehook_admission_requests_total",
    help: "Reviews by path and by the code that they were answered with.",
    labelNames: ["path", "code"] as const,
    registers,
  });
  const seconds = new Histogram({
    name: "imagehook_admission_seconds",
    help: "Seconds from a review to its answer.",
    labelNames,
    buckets: SECONDS,
    registers,
  });
  const inFlight = new Gauge({
    name: "imagehook_admission_in_flight",
    help: "Reviews that are being answered.",
    labelNames,
    registers,
  });
  const denials = new Counter({
    name: "imagehook_admission_denials_total",
    help: "Reviews that were refused, for whatever reason.",
    labelNames,
    registers,
  });
  const panics = new Counter({
    name: "imagehook_admission_panics_total",
    help: "Reviews whose handler threw.",
    labelNames,
    registers,
  });
  const timeouts = new Counter({
    name: "imagehook_admission_timeouts_total",
    help: "Reviews whose handler did not answer in time.",
    labelNames,
    registers,
  });
  const failures = { panic: panics, timeout: timeouts };
  return {
    begin: (path) => {
      const labels = { path };
      const startedMs = performance.now();
      inFlight.inc(labels);
      return ({ allowed, code, failure }) => {
        inFlight.dec(labels);
        seconds.observe(labels, (performance.now() - startedMs) / 1000);
        requests.inc({ path, code });
        if (!allowed) denials.inc(labels);
        if (failure !== null) failures[failure].inc(labels);
      };
    },
    show: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
  };
}
