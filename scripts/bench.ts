import { mkdir, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { measureAdmission } from "./bench-parts/admission.ts";
import { createAccount } from "./bench-parts/account.ts";
import { measureCommands } from "./bench-parts/commands.ts";
import { measureDelivered, measureFollowed } from "./bench-parts/delivered.ts";
import { effortOf, readOptions, usage, type BenchOptions, type Part } from "./bench-parts/options.ts";
import { buildService } from "./bench-parts/program.ts";
import { measureMemory } from "./bench-parts/memory.ts";
import { measureRefusals } from "./bench-parts/refused.ts";
import { measureResources } from "./bench-parts/resources.ts";
import type { Common, Stage } from "./bench-parts/stage.ts";
import { printTable, type Row } from "./bench-parts/table.ts";
import { countWrites } from "./bench-parts/writes.ts";
import { startControlPlane, type ControlPlane } from "./control-plane/control-plane.ts";
import { startWatchdog } from "./control-plane/watchdog.ts";

const startMs = performance.now();

const say = (line: string): void => {
  console.log(`${((performance.now() - startMs) / 1_000).toFixed(0).padStart(4)} s  ${line}`);
};

async function prepare(options: BenchOptions, folder: string): Promise<Omit<Common, "watchdog">> {
  if (options.profile !== null) await mkdir(options.profile, { recursive: true });
  const profiles = options.profile === null ? null : resolve(options.profile);
  const profiled: Stage["profiled"] = (name) =>
    profiles === null ? [] : ["--cpu-prof", `--cpu-prof-dir=${profiles}`, `--cpu-prof-name=${name}.cpuprofile`];
  say("building the service");
  return { effort: effortOf(options), folder, program: await buildService(folder), profiled, say };
}

/** Runs a measurement on a control plane of its own. */
async function onCluster(common: Common, name: string, audit: boolean, measure: Measure): Promise<readonly Row[]> {
  const folder = join(common.folder, name);
  await mkdir(folder);
  const cluster: ControlPlane = await startControlPlane({ say, audit });
  try {
    const account = await createAccount(cluster, folder);
    return await measure({ ...common, folder, cluster, account });
  } finally {
    await cluster.stop();
  }
}

type Measure = (stage: Stage) => Promise<readonly Row[]>;

// The audit log costs what the other parts measure.
const AUDITED: readonly Part[] = ["writes"];
const isOnCluster = (part: Part): part is keyof typeof MEASURES => part !== "admission";
const MEASURES: Readonly<Record<Exclude<Part, "admission">, Measure>> = {
  delivered: measureDelivered,
  followed: measureFollowed,
  refused: measureRefusals,
  commands: measureCommands,
  resources: measureResources,
  memory: measureMemory,
  writes: countWrites,
};

async function measureAll(common: Common, parts: readonly Part[]): Promise<readonly Row[]> {
  // No control plane takes any of the two cores meanwhile.
  const rows: Row[] = parts.includes("admission") ? [...(await measureAdmission(common))] : [];
  for (const audit of [false, true]) {
    const wanted = parts.filter(isOnCluster).filter((part) => AUDITED.includes(part) === audit);
    if (wanted.length === 0) continue;
    const measured = await onCluster(common, audit ? "audited" : "fast", audit, async (stage) => {
      const found: Row[] = [];
      for (const part of wanted) found.push(...(await MEASURES[part](stage)));
      return found;
    });
    rows.push(...measured);
  }
  return rows;
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (options.help) {
    console.log(usage);
    return;
  }
  const folder = await mkdtemp(join(tmpdir(), "imagehook-bench-"));
  const watchdog = await startWatchdog(folder);
  try {
    const rows = await measureAll({ ...(await prepare(options, folder)), watchdog }, options.parts);
    console.log(`\n${printTable(rows)}\n`);
    if (options.quick) console.log("a quick run: too short for its numbers to mean anything");
  } finally {
    await watchdog.finish();
  }
}

await main().catch((error: unknown) => {
  console.error(`scripts/bench: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
