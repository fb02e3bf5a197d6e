import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { sweep, untilSettled } from "./deliveries.ts";
import { createFleet, setPaused, type Fleet } from "./fleet.ts";
import { writeHooks } from "./hooks.ts";
import { createLoad, type Load } from "./load.ts";
import { startMailSink } from "./mail.ts";
import { startProgram, type Program } from "./program.ts";
import { spreadOf, type Spread } from "./rounds.ts";
import type { Stage } from "./stage.ts";
import { printRate, type Row } from "./table.ts";
import { NONE_OPEN, verifyFleet } from "./verify.ts";
import { until } from "./wait.ts";
import { countWatches, type Watches } from "./watches.ts";

const CONCURRENCY = 8;
const READINGS = 5;
const WATCHED_WITHIN_MS = 60_000;
/** How many rollouts are kept open to count the watches of them. */
const KEPT_OPEN = 20;

/**
 * What the service keeps of its work: its memory after a fifth of the deliveries and after all of them, each when the
 * rollouts have ended and been told by mail; and the watches that it has open then, and while rollouts are open.
 */
export async function measureMemory(stage: Stage): Promise<readonly Row[]> {
  const { cluster, account, effort, folder, watchdog, say } = stage;
  const { memoryWorkloads } = effort;
  say(`memory: creating ${String(memoryWorkloads)} Deployments`);
  const fleet = await createFleet(cluster, { prefix: "memory", size: memoryWorkloads, paused: false });
  const held = await createFleet(cluster, { prefix: "held", size: KEPT_OPEN, paused: true, replicas: 1 });
  const place = join(folder, "memory");
  await mkdir(place);
  const names = [...fleet.workloads, ...held.workloads].map(({ name }) => name);
  const mail = await startMailSink(join(place, "mail"));
  const preload = fileURLToPath(import.meta.resolve("./gc-on-signal.ts"));
  const before = await countWatches(cluster);
  const service = await startProgram({
    name: "memory",
    folder,
    watchdog,
    program: stage.program,
    execArgv: ["--import", preload, ...stage.profiled("memory")],
    env: { ...account.env, ...mail.env, HOOKS: await writeHooks(place, names), SHUTDOWN_DELAY: "0s" },
  });
  const load = createLoad(service.port, CONCURRENCY);
  try {
    const readings = await readMemory(stage, { service, load, fleet });
    const watches = await measureWatches(stage, { load, held, before });
    await service.stop();
    const verified = await verifyFleet(cluster, fleet, NONE_OPEN);
    say(`memory: verified: generation, image and state after ${String(verified)} deliveries`);
    return [memoryRow(readings, verified), ...watches];
  } finally {
    await mail.close();
  }
}

interface Worked {
  readonly service: Program;
  readonly load: Load;
  readonly fleet: Fleet;
}

async function readMemory(stage: Stage, { service, load, fleet }: Worked): Promise<readonly Spread[]> {
  const { memoryRounds: rounds } = stage.effort;
  const readings: Spread[] = [];
  for (let round = 1; round <= rounds; round++) {
    const startMs = performance.now();
    let repeated = 0;
    await sweep(load, fleet, () => repeated++);
    await untilSettled(stage, fleet);
    const rate = fleet.workloads.length / ((performance.now() - startMs) / 1_000);
    const isRead = round === rounds / 5 || round === rounds;
    if (isRead) readings.push(await residentAfterGc(service));
    const memory = isRead ? `, ${(readings.at(-1)?.median ?? NaN).toFixed(1)} MiB` : "";
    stage.say(
      `memory ${String(round)}/${String(rounds)}: ${printRate(rate)} followed, ${String(repeated)} answered 503 and repeated${memory}`,
    );
  }
  return readings;
}

function memoryRow([early, late]: readonly Spread[], deliveries: number): Row {
  const mib = (spread: Spread | undefined): number => spread?.median ?? NaN;
  return {
    what: `memory after ${String(deliveries)} deliveries against ${String(deliveries / 5)}, collected`,
    value: spreadOf([mib(late) / mib(early)]),
    unit: "",
    detail: `${mib(late).toFixed(0)} MiB : ${mib(early).toFixed(0)} MiB`,
    bar: { sign: "<=", limit: 1.1 },
  };
}

async function residentAfterGc(program: Program): Promise<Spread> {
  const values: number[] = [];
  for (let count = 0; count < READINGS; count++) {
    program.signal("SIGUSR2");
    await sleep(300);
    values.push(await program.residentMiB());
  }
  return spreadOf(values);
}

async function untilUnwatched({ cluster }: Stage): Promise<void> {
  await until("workloads are watched whose rollouts have ended", WATCHED_WITHIN_MS, async () => {
    return (await countWatches(cluster)).workloads === 0;
  });
}

interface Held {
  readonly load: Load;
  readonly held: Fleet;
  /** The watches of others. */
  readonly before: Watches;
}

// Paused Deployments that should have pods never come to the end of a rollout: these are open until they go on.
async function measureWatches(stage: Stage, { load, held, before }: Held): Promise<readonly Row[]> {
  const { cluster } = stage;
  await sweep(load, held, () => undefined);
  await until(`${String(KEPT_OPEN)} open rollouts are not watched`, WATCHED_WITHIN_MS, async () => {
    return (await countWatches(cluster)).workloads >= KEPT_OPEN;
  });
  const open = await countWatches(cluster);
  await setPaused(cluster, held, false);
  await untilSettled(stage, held);
  await untilUnwatched(stage);
  const rest = await countWatches(cluster);
  const row = (what: string, value: number, { detail, limit }: { detail: string; limit: number }): Row => ({
    what,
    value: spreadOf([value]),
    unit: "",
    detail,
    bar: { sign: "<=", limit },
  });
  const ofOurs = ({ states, workloads }: Watches): number => states - before.states + workloads - before.workloads;
  const at = ({ states, workloads }: Watches): string =>
    `${String(states - before.states)} of states, ${String(workloads)} of workloads`;
  return [
    row("open watches at rest", ofOurs(rest), { detail: at(rest), limit: 1 }),
    row(`open watches with ${String(KEPT_OPEN)} open rollouts`, ofOurs(open), {
      detail: at(open),
      limit: KEPT_OPEN + 1,
    }),
  ];
}
