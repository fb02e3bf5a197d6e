import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { peerHook, refusedDelivery, writeHooks } from "./hooks.ts";
import { createLoad } from "./load.ts";
import { startPeer } from "./peer-server.ts";
import { startProgram, type Program } from "./program.ts";
import { ratesOf, ratiosOf, runRounds, type Contender } from "./rounds.ts";
import type { Stage } from "./stage.ts";
import { printRate, type Row } from "./table.ts";

const CONNECTIONS = 32;
const SERVERS = ["service", "service with many hooks", "Koa", "node:http", "adnanh/webhook"] as const;
const WARM_UP_PARTS = 2;

interface Server extends Contender {
  readonly program: Program;
}

/** Requests that a hook refuses, against servers that only read and parse the same body and give the same answer. */
export async function measureRefusals(stage: Stage): Promise<readonly Row[]> {
  const { effort, say } = stage;
  const koa = fileURLToPath(import.meta.resolve("./koa-app.ts"));
  const http = fileURLToPath(import.meta.resolve("./http-app.ts"));
  const servers = [
    await openServer(stage, SERVERS[0], { program: stage.program, hooks: 1 }),
    await openServer(stage, SERVERS[1], { program: stage.program, hooks: effort.manyHooks }),
    await openServer(stage, SERVERS[2], { program: koa, hooks: 0 }),
    await openServer(stage, SERVERS[3], { program: http, hooks: 0 }),
    await openPeer(stage, SERVERS[4]),
  ];
  say(`refused: warming up ${SERVERS.join(", ")}`);
  await runRounds(servers, WARM_UP_PARTS, () => undefined);
  const rounds = await runRounds(servers, effort.refusedRounds, (round, index) => {
    const rates = servers.map(({ name }, place) => `${name} ${printRate(round[place] ?? 0)}`).join(", ");
    say(`refused ${String(index + 1)}/${String(effort.refusedRounds)}: ${rates}`);
  });
  for (const { program } of servers) await program.stop();
  say("refused: verified: status and body of each answer");
  const rate = (server: number): string => printRate(ratesOf(rounds, server).median);
  const row = (what: string, server: number, baseline: number, least: number | null): Row => ({
    what,
    value: ratiosOf(rounds, server, baseline),
    unit: "",
    detail: `${rate(server)} : ${rate(baseline)}`,
    bar: least === null ? null : { sign: ">=", limit: least },
  });
  return [
    row("refused requests against Koa that reads and parses", 0, 2, 0.5),
    row("refused requests against bare node:http", 0, 3, null),
    row("refused requests against adnanh/webhook", 0, 4, null),
    row(`refused requests with ${String(effort.manyHooks)} hooks against 1`, 1, 0, 0.95),
  ];
}

async function openPeer(stage: Stage, name: string): Promise<Server> {
  const exchange = refusedDelivery("peer");
  const program = await startPeer(stage, "refused-peer", [peerHook("peer")]);
  const load = createLoad(program.port, CONNECTIONS);
  return { name, program, slice: () => load.run(stage.effort.refusedSliceMs, () => exchange) };
}

async function openServer(
  { folder, watchdog, effort, profiled }: Stage,
  name: string,
  { program, hooks }: { readonly program: string; readonly hooks: number },
): Promise<Server> {
  const place = join(folder, name.replaceAll(/\W+/g, "-"));
  await mkdir(place);
  const workloads = Array.from(
    { length: Math.max(1, hooks) },
    (_, index) => `refused-${String(index).padStart(5, "0")}`,
  );
  const directory = await writeHooks(place, workloads);
  const started = await startProgram({
    name: `refused-${name.replaceAll(/\W+/g, "-")}`,
    folder,
    watchdog,
    program,
    execArgv: hooks === 0 ? [] : profiled(`refused-${String(hooks)}`),
    // No cluster: none of these requests gets that far.
    // The limit is looked at and never reached: a refusal is measured, not a 429.
    env: { HOOKS: directory, SHUTDOWN_DELAY: "0s", FAILURE_LIMIT: "1000000000" },
  });
  const load = createLoad(started.port, CONNECTIONS);
  const exchanges = workloads.map(refusedDelivery);
  let sent = 0;
  // All hooks in turn: a lookup that is always the same would be no lookup among many.
  const next = (): (typeof exchanges)[number] => exchanges[sent++ % exchanges.length] ?? refusedDelivery("none");
  return { name, program: started, slice: () => load.run(effort.refusedSliceMs, next) };
}
