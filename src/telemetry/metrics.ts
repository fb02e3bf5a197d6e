import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import type { Hook } from "../core/hook/hook.ts";
import type { Metrics } from "../flow/ports.ts";

/** Metrics that can be shown. */
export interface ShownMetrics extends Metrics {
  /** Where further metrics of the service are added. */
  readonly registry: Registry;
  /** All of them as Prometheus reads them. */
  readonly show: () => Promise<{ readonly contentType: string; readonly text: string }>;
}

/** What metrics are taken from when they are shown. */
export interface MetricSources {
  readonly version: string;
  readonly find: (id: string) => Hook | undefined;
  readonly hooks: () => readonly Hook[];
  /** Whether all hooks were good when hooks files were read last. */
  readonly isSound: () => boolean;
}

// A patch shall take two seconds at most; a rollout takes as long as its pods.
const PATCH_SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60];
const ROLLOUT_SECONDS = [1, 5, 10, 30, 60, 120, 300, 600, 1_200, 3_600];

/** Makes the metrics. A series begins with the first thing that it counts. */
export function createMetrics({ version, find, hooks, isSound }: MetricSources): ShownMetrics {
  const registers = [new Registry()] as [Registry];
  const [registry] = registers;
  const deliveries = new Counter({
    name: "imagehook_deliveries_total",
    help: "Deliveries by hook and by what became of them; those to no hook count under an empty name.",
    labelNames: ["hook", "outcome"] as const,
    registers,
  });
  const patches = new Histogram({
    name: "imagehook_patch_seconds",
    help: "Seconds from the arrival of a push to its stored change.",
    labelNames: ["hook"] as const,
    buckets: PATCH_SECONDS,
    registers,
  });
  const ends = new Counter({
    name: "imagehook_rollouts_total",
    help: "Rollouts that have ended, by hook and result.",
    labelNames: ["hook", "result"] as const,
    registers,
  });
  const rollouts = new Histogram({
    name: "imagehook_rollout_seconds",
    help: "Seconds from the arrival of a push to the end of its rollout.",
    labelNames: ["hook"] as const,
    buckets: ROLLOUT_SECONDS,
    registers,
  });
  const notices = new Counter({
    name: "imagehook_notices_total",
    help: "Tries to tell people, by channel and result.",
    labelNames: ["channel", "result"] as const,
    registers,
  });
  const leader = new Gauge({ name: "imagehook_leader", help: "1 where this replica leads.", registers });
  const info = { name: "imagehook_build_info", help: "1; the version is the label.", labelNames: ["version"] };
  new Gauge({ ...info, registers }).set({ version }, 1);
  observeHooks({ hooks, isSound }, registers);
  collectDefaultMetrics({ register: registry });

  const served = (id: string): string => (find(id) === undefined ? "" : id);
  return {
    registry,
    delivery: (hook, outcome) => {
      deliveries.inc({ hook: served(hook), outcome });
    },
    patched: (hook, seconds) => {
      patches.observe({ hook: served(hook) }, seconds);
    },
    ended: (hook, result, seconds) => {
      ends.inc({ hook: served(hook), result });
      rollouts.observe({ hook: served(hook) }, seconds);
    },
    notice: (channel, result) => {
      notices.inc({ channel, result });
    },
    leads: (isLeader) => {
      leader.set(Number(isLeader));
    },
    show: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
  };
}

function observeHooks({ hooks, isSound }: Pick<MetricSources, "hooks" | "isSound">, registers: [Registry]): void {
  new Gauge({
    name: "imagehook_hooks",
    help: "Hooks that are served, by kind.",
    labelNames: ["kind"] as const,
    registers,
    collect() {
      for (const kind of ["upgrade", "command"] as const)
        this.set({ kind }, hooks().filter((hook) => hook.kind === kind).length);
    },
  });
  new Gauge({
    name: "imagehook_insecure_hooks",
    help: "Hooks that roll a workload forward for anyone who reaches them.",
    registers,
    collect() {
      this.set(hooks().filter((hook) => hook.kind === "upgrade" && hook.upgrade.isInsecure).length);
    },
  });
  new Gauge({
    name: "imagehook_hook_config_last_reload_successful",
    help: "1 where all hooks were good when hooks files were read last.",
    registers,
    collect() {
      this.set(Number(isSound()));
    },
  });
}
