import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { writeHooks } from "./hooks.ts";
import { startProgram, type Program } from "./program.ts";
import { spreadOf } from "./rounds.ts";
import type { Stage } from "./stage.ts";
import type { Row } from "./table.ts";

const FEW_HOOKS = 100;
const READINGS = 5;

// What of a resident size is Node's own. No TypeScript: stripping its types would count.
const BARE_NODE = `
import { createServer } from "node:http";
createServer((_request, response) => response.end("ok")).listen(Number(process.env.PORT), "127.0.0.1");
process.once("SIGTERM", () => process.exit(0));
`;

/** Resident memory of the idle service, and how long it takes from its start to ready. */
export async function measureResources(stage: Stage): Promise<readonly Row[]> {
  const { effort, say } = stage;
  const { manyHooks, starts, idleMs } = effort;
  const idle = join(stage.folder, "idle.mjs");
  await writeFile(idle, BARE_NODE);
  const few = await start(stage, "few", FEW_HOOKS);
  const many = await start(stage, "many", manyHooks);
  const bare = await start(stage, "bare", 0, idle);
  say(`memory: reading it after ${String(idleMs / 1_000)} s of idleness`);
  await sleep(idleMs);
  const memory = (what: string, values: readonly number[], detail: string, most: number | null): Row => ({
    what,
    value: spreadOf(values),
    unit: "MiB",
    detail,
    bar: most === null ? null : { sign: "<=", limit: most },
  });
  const bareMemory = await readings(bare);
  const beside = `bare Node ${spreadOf(bareMemory).median.toFixed(0)} MiB`;
  const rows = [
    memory(`resident memory, idle, ${String(FEW_HOOKS)} hooks`, await readings(few), beside, 110),
    memory(`resident memory, idle, ${String(manyHooks)} hooks`, await readings(many), beside, 160),
  ];
  for (const program of [few, many, bare]) await program.stop();
  const seconds: number[] = [];
  for (let count = 0; count < starts; count++) {
    const started = await start(stage, `start-${String(count)}`, FEW_HOOKS);
    seconds.push(started.readyMs / 1_000);
    await started.stop();
  }
  say(`start: ${seconds.map((each) => each.toFixed(2)).join(", ")} s to ready`);
  const startRow: Row = {
    what: `start to ready, ${String(FEW_HOOKS)} hooks`,
    value: spreadOf(seconds),
    unit: "s",
    detail: `${String(starts)} starts`,
    bar: { sign: "<=", limit: 1 },
  };
  return [...rows, startRow];
}

async function start(stage: Stage, name: string, hooks: number, program = stage.program): Promise<Program> {
  const { folder, watchdog, account } = stage;
  const place = join(folder, `resources-${name}`);
  await mkdir(place);
  const workloads = Array.from({ length: hooks }, (_, index) => `idle-${String(index).padStart(5, "0")}`);
  const directory = await writeHooks(place, workloads);
  const env = { ...account.env, HOOKS: directory, SHUTDOWN_DELAY: "0s" };
  return startProgram({ name: `resources-${name}`, folder, watchdog, program, env });
}

async function readings(program: Program): Promise<readonly number[]> {
  const values: number[] = [];
  for (let count = 0; count < READINGS; count++) {
    values.push(await program.residentMiB());
    await sleep(100);
  }
  return values;
}
