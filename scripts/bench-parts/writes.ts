import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createFleet, type Workload } from "./fleet.ts";
import { delivery, writeHooks } from "./hooks.ts";
import { createLoad, type Load } from "./load.ts";
import { NAMESPACE, SERVICE_ACCOUNT } from "./names.ts";
import { startProgram } from "./program.ts";
import { spreadOf } from "./rounds.ts";
import type { Stage } from "./stage.ts";
import type { Row } from "./table.ts";
import { pushesOf, readStates, verifyFleet } from "./verify.ts";
import { until } from "./wait.ts";

const ENDED_WITHIN_MS = 30_000;
// Long enough for an Event to be written that nothing waits for.
const AFTERWARDS_MS = 300;

interface AuditEntry {
  readonly stage: string;
  readonly verb: string;
  readonly user: { readonly username: string };
  readonly stageTimestamp: string;
}

interface Window {
  readonly startMs: number;
  readonly answerMs: number;
  readonly endMs: number;
}

/** Counts the service's writes by the API server's audit log, one delivery at a time, each followed to its end. */
export async function countWrites(stage: Stage): Promise<readonly Row[]> {
  const { cluster, account, effort, folder, watchdog, say } = stage;
  const fleet = await createFleet(cluster, { prefix: "counted", size: effort.countedDeliveries, paused: false });
  const place = join(folder, "counted");
  await mkdir(place);
  const hooks = await writeHooks(
    place,
    fleet.workloads.map(({ name }) => name),
  );
  const env = { ...account.env, HOOKS: hooks, SHUTDOWN_DELAY: "0s" };
  const service = await startProgram({ name: "counted", folder, watchdog, program: stage.program, env });
  const load = createLoad(service.port, 1);
  const windows: Window[] = [];
  for (const workload of fleet.workloads) windows.push(await deliverAndWait(stage, load, workload));
  await service.stop();
  const verified = await verifyFleet(cluster, fleet);
  const writes = await readWrites(cluster.auditLog);
  const all = windows.map(({ startMs, endMs }) => within(writes, startMs, endMs));
  const before = windows.map(({ startMs, answerMs }) => within(writes, startMs, answerMs));
  if (all.some((count) => count < 2)) throw new Error(`the audit log does not hold the two writes: ${all.join(", ")}`);
  say(`writes: counted in the audit log for ${String(verified)} verified deliveries, rollout followed to its end`);
  const detail = `${String(verified)} deliveries`;
  return [
    { what: "writes before the answer", value: spreadOf(before), unit: "", detail, bar: { sign: "<=", limit: 2 } },
    { what: "writes in all per delivery", value: spreadOf(all), unit: "", detail, bar: { sign: "<=", limit: 4 } },
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
  await until(`the rollout of ${workload.name} was not recorded as ended`, ENDED_WITHIN_MS, async () => {
    return pushesOf(await readStates(cluster), workload).at(-1)?.phase === "complete";
  });
  await sleep(AFTERWARDS_MS);
  return { startMs, answerMs, endMs: Date.now() };
}

const WRITES: readonly string[] = ["create", "update", "patch", "delete"];

// When each write of the service was done.
async function readWrites(auditLog: string): Promise<readonly number[]> {
  const user = `system:serviceaccount:${NAMESPACE}:${SERVICE_ACCOUNT}`;
  const lines = (await readFile(auditLog, "utf8")).trimEnd().split("\n");
  return lines
    .map((line) => JSON.parse(line) as AuditEntry)
    .filter((entry) => entry.user.username === user && WRITES.includes(entry.verb))
    .filter((entry) => entry.stage === "ResponseComplete")
    .map((entry) => Date.parse(entry.stageTimestamp));
}

const within = (times: readonly number[], fromMs: number, toMs: number): number =>
  times.filter((time) => time >= fromMs && time <= toMs).length;
