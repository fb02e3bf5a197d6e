import { deepStrictEqual } from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openBareClient, type BareClient } from "./bare-client.ts";
import { createFleet, listObjects, readDeployments, type Fleet } from "./fleet.ts";
import { delivery, writeHooks } from "./hooks.ts";
import { createLoad, type Exchange, type Load } from "./load.ts";
import { NAMESPACE } from "./names.ts";
import { startProgram, type Program } from "./program.ts";
import { ratesOf, ratiosOf, runRounds, spreadOf } from "./rounds.ts";
import type { Stage } from "./stage.ts";
import { printRate, type Bar, type Row } from "./table.ts";
import { pushesOf, readStates, verifyFleet, verifySameStates } from "./verify.ts";
import { until } from "./wait.ts";

/** How many deliveries, or pushes of the bare client, are under way at once. */
const CONCURRENCY = 16;
const SETTLE_WITHIN_MS = 60_000;

interface Course {
  readonly name: string;
  readonly followed: boolean;
  readonly pairs: number;
  readonly sliceMs: number;
  readonly bar: Bar | null;
}

interface Sides {
  readonly ours: Fleet;
  readonly theirs: Fleet;
  readonly service: Program;
  readonly load: Load;
  readonly bare: BareClient;
}

/**
 * Deliveries through the whole path against the bare client. What is compared: the service process, its load
 * generator in this process, and the API server with all behind it share the machine's cores; against the bare client
 * in this process and the same API server. So what the service and the generator cost counts against the service.
 */
export function measureDelivered(stage: Stage): Promise<readonly Row[]> {
  const { pairs, sliceMs } = stage.effort;
  return runCourse(stage, { name: "delivered", followed: false, pairs, sliceMs, bar: { sign: ">=", limit: 0.8 } });
}

/** The same with the follower and Events on, while real rollouts run: what these cost. */
export function measureFollowed(stage: Stage): Promise<readonly Row[]> {
  const { followedPairs: pairs, followedSliceMs: sliceMs } = stage.effort;
  return runCourse(stage, { name: "followed", followed: true, pairs, sliceMs, bar: null });
}

async function runCourse(stage: Stage, course: Course): Promise<readonly Row[]> {
  const { cluster, say, effort } = stage;
  say(`${course.name}: creating ${String(effort.workloads)} Deployments for each side`);
  const sides = await openSides(stage, course);
  const { ours, theirs, service, load, bare } = sides;
  const settle = (): Promise<void> => (course.followed ? untilSettled(stage, sides) : Promise.resolve());
  const first = [
    { name: "service", slice: () => sweep(load, ours) },
    { name: "bare", slice: () => bare.sweep(CONCURRENCY) },
  ];
  const firsts = await runRounds(first, 1, () => undefined);
  await settle();
  const contenders = [
    { name: "service", slice: () => load.run(course.sliceMs, () => deliver(ours)) },
    { name: "bare", slice: () => bare.run(course.sliceMs, CONCURRENCY) },
  ].map(({ name, slice }) => ({ name, slice: () => slice().finally(settle) }));
  const rounds = await runRounds(contenders, course.pairs, ([mine = 0, its = 0], index) => {
    const progress = `${String(index + 1)}/${String(course.pairs)}`;
    say(
      `${course.name} ${progress}: service ${printRate(mine)}, bare client ${printRate(its)}: ${(mine / its).toFixed(2)}`,
    );
  });
  await service.stop();
  await bare.close();
  const counts = [await verifyFleet(cluster, ours), await verifyFleet(cluster, theirs)];
  const bytes = await verifySameStates(cluster, ours, theirs);
  await verifyFollower(stage, course, ours);
  const verified = `${counts.map(String).join(" + ")} pushes`;
  say(`${course.name}: verified: status and body of each answer, generation, image and state after ${verified}`);
  if (bytes > 0) say(`${course.name}: both sides' state.json have ${String(bytes)} bytes each`);
  const [mine, its] = [ratesOf(rounds, 0), ratesOf(rounds, 1)];
  const row: Row = {
    what: course.followed
      ? "the same with follower and Events, rollouts running"
      : "deliveries against a bare client's same two writes",
    value: ratiosOf(rounds, 0, 1),
    unit: "",
    detail: `${printRate(mine.median)} : ${printRate(its.median)}`,
    bar: course.bar,
  };
  const [cold = [0, 0]] = firsts;
  const coldRow: Row = {
    what: "first delivery of each workload (two reads more)",
    value: spreadOf([(cold[0] ?? 0) / (cold[1] ?? 0)]),
    unit: "",
    detail: cold.map(printRate).join(" : "),
    bar: null,
  };
  return course.followed ? [row] : [row, coldRow];
}

async function openSides(stage: Stage, { name, followed }: Course): Promise<Sides> {
  const { cluster, account, folder, watchdog, effort } = stage;
  const fleetOf = (side: string): Promise<Fleet> =>
    createFleet(cluster, { prefix: `${name}-${side}`, size: effort.workloads, paused: !followed });
  const [ours, theirs] = [await fleetOf("a"), await fleetOf("b")];
  const place = join(folder, name);
  await mkdir(place);
  const hooks = await writeHooks(
    place,
    ours.workloads.map((workload) => workload.name),
  );
  const preload = fileURLToPath(import.meta.resolve("./without-follower.ts"));
  const service = await startProgram({
    name,
    folder,
    watchdog,
    program: stage.program,
    execArgv: [...stage.profiled(name), ...(followed ? [] : ["--import", preload])],
    env: { ...account.env, HOOKS: hooks, SHUTDOWN_DELAY: "0s" },
  });
  const load = createLoad(service.port, CONCURRENCY);
  return { ours, theirs, service, load, bare: await openBareClient(cluster, account, theirs) };
}

function deliver(fleet: Fleet): Exchange {
  const workload = fleet.take();
  const before = workload.pushes.at(-1) ?? 0;
  const push = fleet.nextPush();
  workload.pushes.push(push);
  return {
    ...delivery(workload.name, before, push),
    done: () => {
      fleet.giveBack(workload);
    },
  };
}

async function sweep(load: Load, fleet: Fleet): Promise<number> {
  let left = fleet.workloads.length;
  return load.runWhile(
    () => left > 0,
    () => {
      left--;
      return deliver(fleet);
    },
  );
}

// The clusters' controllers, and the followers, have done what the slice has left them.
async function untilSettled({ cluster }: Stage, { ours, theirs }: Sides): Promise<void> {
  await until("the rollouts of a slice did not end", SETTLE_WITHIN_MS, async () => {
    const deployments = [
      ...(await readDeployments(cluster, ours)).values(),
      ...(await readDeployments(cluster, theirs)).values(),
    ];
    if (deployments.some(({ metadata, status }) => status.observedGeneration !== metadata.generation)) return false;
    const states = await readStates(cluster);
    return ours.workloads.every((workload) => pushesOf(states, workload).at(-1)?.phase !== "accepted");
  });
}

// The row without the follower means nothing when it ran after all, nor the row with it when it did not.
async function verifyFollower({ cluster }: Stage, { followed }: Course, { workloads }: Fleet): Promise<void> {
  const states = await readStates(cluster);
  const ended = workloads.filter((workload) => pushesOf(states, workload).at(-1)?.phase === "complete").length;
  const names = new Set(workloads.map(({ name }) => name));
  const events = (await listObjects(cluster, `/api/v1/namespaces/${NAMESPACE}/events`)) as readonly {
    readonly involvedObject: { readonly name: string };
    readonly reason: string;
  }[];
  const recorded = new Set(
    events.flatMap(({ involvedObject, reason }) =>
      reason === "ImageUpdated" && names.has(involvedObject.name) ? [involvedObject.name] : [],
    ),
  ).size;
  const all = followed ? workloads.length : 0;
  deepStrictEqual(
    { ended, recorded },
    { ended: all, recorded: all },
    "rollouts that the follower ended, workloads with an Event",
  );
}
