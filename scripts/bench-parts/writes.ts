import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { readWrites, type Write } from "./audit-log.ts";
import { createFleet, type Workload } from "./fleet.ts";
import { delivery, writeHooks } from "./hooks.ts";
import { createLoad, type Load } from "./load.ts";
import { startMailSink } from "./mail.ts";
import { startProgram } from "./program.ts";
import { spreadOf } from "./rounds.ts";
import type { Stage } from "./stage.ts";
import type { Row } from "./table.ts";
import { NONE_OPEN, pushesOf, readStates, stateOf, verifyFleet } from "./verify.ts";
import { until } from "./wait.ts";

const ENDED_WITHIN_MS = 30_000;
// Long enough for an Event to be written that nothing waits for.
const AFTERWARDS_MS = 300;

interface Window {
  readonly startMs: number;
  readonly answerMs: number;
  readonly endMs: number;
}

/**
 * Counts the service's writes by the API server's audit log, one delivery at a time, each followed to its end and told by
 * mail. Events are counted apart: nothing waits for them. The leader's Lease is written by the clock, not by deliveries.
 */
export async function countWrites(stage: Stage): Promise<readonly Row[]> {
  const { cluster, account, effort, folder, watchdog, say } = stage;
  const fleet = await createFleet(cluster, { prefix: "counted", size: effort.countedDeliveries, paused: false });
  const place = join(folder, "counted");
  await mkdir(place);
  const hooks = await writeHooks(
    place,
    fleet.workloads.map(({ name }) => name),
  );
  const mail = await startMailSink(join(place, "mail"));
  const env = { ...account.env, ...mail.env, HOOKS: hooks, SHUTDOWN_DELAY: "0s" };
  const service = await startProgram({ name: "counted", folder, watchdog, program: stage.program, env });
  const load = createLoad(service.port, 1);
  const windows: Window[] = [];
  try {
    for (const workload of fleet.workloads) windows.push(await deliverAndWait(stage, load, workload));
    await service.stop();
  } finally {
    await mail.close();
  }
  const verified = await verifyFleet(cluster, fleet, NONE_OPEN);
  const written = await readWrites(cluster.auditLog);
  const events = written.filter(({ resource }) => resource === "events");
  const writes = written.filter(({ resource }) => resource !== "events" && resource !== "leases");
  const all = windows.map(({ startMs, endMs }) => within(writes, startMs, endMs));
  const before = windows.map(({ startMs, answerMs }) => within(writes, startMs, answerMs));
  const said = windows.map(({ startMs, endMs }) => within(events, startMs, endMs));
  if (all.some((count) => count < 3)) throw new Error(`the audit log does not hold all writes: ${all.join(", ")}`);
  const leases = String(written.length - writes.length - events.length);
  say(
    `writes: counted in the audit log for ${String(verified)} verified deliveries, each told by mail; Lease: ${leases}`,
  );
  const detail = `${String(verified)} deliveries`;
  return [
    { what: "writes before the answer", value: spreadOf(before), unit: "", detail, bar: { sign: "<=", limit: 2 } },
    {
      what: "writes in all per delivery, told by mail",
      value: spreadOf(all),
      unit: "",
      detail,
      bar: { sign: "<=", limit: 4 },
    },
    { what: "Events besides per delivery", value: spreadOf(said), unit: "", detail, bar: null },
  ];
}

async function deliverAndWait({ cluster }: Stage, load: Load, workload: Workload): Promise<Window> {
  const startMs = Date.now();
  let left = 1;
  await load.runWhile(
    () => left-- > 0,
    () => delivery(workload.name, 0, 1),
  );
  const answerMs = Date.now();
  workload.pushes.push(1);
  await until(`the rollout of ${workload.name} was not recorded as ended and told`, ENDED_WITHIN_MS, async () => {
    const states = await readStates(cluster);
    const isComplete = pushesOf(states, workload).at(-1)?.phase === "complete";
    return isComplete && stateOf(states, workload)?.notices.at(-1)?.state === "sent";
  });
  await sleep(AFTERWARDS_MS);
  return { startMs, answerMs, endMs: Date.now() };
}

const within = (writes: readonly Write[], fromMs: number, toMs: number): number =>
  writes.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs).length;
