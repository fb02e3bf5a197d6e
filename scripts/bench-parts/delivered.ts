import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openBareClient, type BareClient } from "./bare-client.ts";
import { createFleet, type Fleet } from "./fleet.ts";
import { deliver, sweep, untilSettled } from "./deliveries.ts";
import { writeHooks } from "./hooks.ts";
import { createLoad, type Load } from "./load.ts";
import { startProgram, type Program } from "./program.ts";
import { p99Of, ratesOf, ratiosOf, runRounds, type Round, type Spread } from "./rounds.ts";
import type { Stage } from "./stage.ts";
import { createStates, type Label } from "./state-bodies.ts";
import { printMs, printRate, type Row } from "./table.ts";
import { verifyFleet, verifySameStates, type OpenOf } from "./verify.ts";
import { verifyFollower } from "./verify-follower.ts";

/** How many deliveries, or pushes of the bare client, are under way at once. */
const CONCURRENCY = 16;

interface Course {
  readonly name: string;
  readonly followed: boolean;
  readonly pairs: number;
  readonly sliceMs: number;
  readonly workloads: number;
  readonly openOf: OpenOf;
}

// Each workload begins with a full history: however many pushes are made to it, its state is as large.
const PAST = 10;

interface Sides {
  readonly ours: Fleet;
  readonly theirs: Fleet;
  readonly service: Program;
  readonly load: Load;
  readonly bare: BareClient;
  /** How long each answer of the service took since they were last taken away, and each push of the bare client. */
  readonly times: readonly [number[], number[]];
}

/**
 * Deliveries through the whole path against the bare client. What is compared: the service process, its load
 * generator in this process, and the API server with all behind it share the machine's cores; against the bare client
 * in this process and the same API server. So what the service and the generator cost counts against the service.
 */
export async function measureDelivered(stage: Stage): Promise<readonly Row[]> {
  const { pairs, sliceMs, workloads } = stage.effort;
  // Nobody records the ends.
  const openOf: OpenOf = ({ pushes }) => pushes.length - 1 - PAST;
  const measured = await runCourse(stage, { name: "delivered", followed: false, pairs, sliceMs, workloads, openOf });
  const { first, rates, p99s } = measured;
  const [cold, [mine, its]] = [spreadOfBoth(first), spreadOfBoth(p99s)];
  return [
    {
      ...rateRow("deliveries against a bare client's same two writes", rates),
      bar: { sign: ">=", limit: 0.8 },
    },
    {
      what: "p99 answer against its two writes' p99",
      value: ratiosOf(p99s, 0, 1),
      unit: "",
      detail: `${printMs(mine.median)} : ${printMs(its.median)}`,
      bar: { sign: "<=", limit: 1.5 },
    },
    {
      what: "first delivery of each workload (one read more)",
      value: ratiosOf(first, 0, 1),
      unit: "",
      detail: cold.map(({ median }) => printRate(median)).join(" : "),
      bar: null,
    },
  ];
}

/** The same with the follower and Events on, while real rollouts run: what these cost. */
export async function measureFollowed(stage: Stage): Promise<readonly Row[]> {
  const { followedPairs: pairs, followedSliceMs: sliceMs, followedWorkloads: workloads } = stage.effort;
  const openOf: OpenOf = () => 1;
  const { rates } = await runCourse(stage, { name: "followed", followed: true, pairs, sliceMs, workloads, openOf });
  return [rateRow("the same with follower and Events, rollouts running", rates)];
}

const spreadOfBoth = (rounds: readonly Round[]): readonly [Spread, Spread] => [ratesOf(rounds, 0), ratesOf(rounds, 1)];

function rateRow(what: string, rates: readonly Round[]): Row {
  const [mine, its] = spreadOfBoth(rates);
  const detail = `${printRate(mine.median)} : ${printRate(its.median)}`;
  return { what, value: ratiosOf(rates, 0, 1), unit: "", detail, bar: null };
}

interface Measured {
  /** The rates of each workload's first push. */
  readonly first: readonly Round[];
  readonly rates: readonly Round[];
  readonly p99s: readonly Round[];
}

async function runCourse(stage: Stage, course: Course): Promise<Measured> {
  const { say } = stage;
  say(`${course.name}: creating ${String(course.workloads)} Deployments for each side`);
  const sides = await openSides(stage, course);
  const { ours, theirs, service, load, bare, times } = sides;
  const settle = (): Promise<void> => (course.followed ? untilSettled(stage, ours, [theirs]) : Promise.resolve());
  let repeated = 0;
  const onRepeat = (): void => {
    repeated++;
  };
  const sweeps = [
    { name: "service", slice: () => sweep(load, ours, onRepeat) },
    { name: "bare", slice: () => bare.sweep(CONCURRENCY) },
  ];
  const first = await runRounds(sweeps, 1, () => undefined);
  await settle();
  const contenders = [
    { name: "service", slice: () => load.run(course.sliceMs, () => deliver(ours, onRepeat)) },
    { name: "bare", slice: () => bare.run(course.sliceMs, CONCURRENCY) },
  ].map(({ name, slice }) => ({ name, slice: () => slice().finally(settle) }));
  const p99s: Round[] = [];
  const takeP99s = (): Round => times.map((tookMs) => p99Of(tookMs.splice(0)));
  takeP99s();
  const cpu = { startMs: await service.cpuMs(), from: pushesIn(ours) };
  const rates = await runRounds(contenders, course.pairs, ([mine = 0, its = 0], index) => {
    const p99 = takeP99s();
    p99s.push(p99);
    const progress = `${course.name} ${String(index + 1)}/${String(course.pairs)}`;
    const compared = `service ${printRate(mine)}, bare client ${printRate(its)}: ${(mine / its).toFixed(2)}`;
    say(`${progress}: ${compared}, p99 ${p99.map(printMs).join(" : ")}`);
  });
  const cpuMs = ((await service.cpuMs()) - cpu.startMs) / (pushesIn(ours) - cpu.from);
  say(`${course.name}: the service's processor time for a delivery: ${cpuMs.toFixed(2)} ms`);
  if (repeated > 0) say(`${course.name}: ${String(repeated)} deliveries were answered 503 on the way, and repeated`);
  await service.stop();
  await bare.close();
  await verifyCourse(stage, course, { ...sides, repeated });
  return { first, rates, p99s };
}

const pushesIn = ({ workloads }: Fleet): number => workloads.reduce((total, { pushes }) => total + pushes.length, 0);

interface Verified extends Pick<Sides, "ours" | "theirs"> {
  /** How many deliveries were answered 503 on the way. */
  readonly repeated: number;
}

async function verifyCourse(stage: Stage, course: Course, { ours, theirs, repeated }: Verified): Promise<void> {
  const { cluster, say } = stage;
  const { name, followed, openOf } = course;
  const counts = [await verifyFleet(cluster, ours, openOf), await verifyFleet(cluster, theirs, openOf)];
  await verifyFollower(cluster, ours, { followed, repeated });
  const verified = `${counts.map(String).join(" + ")} pushes`;
  say(`${name}: verified: status and body of each answer, generation, image and state after ${verified}`);
  if (followed) return;
  const bytes = await verifySameStates(cluster, ours, theirs);
  say(`${name}: both sides' state.json have ${String(bytes)} bytes each`);
}

async function openSides(stage: Stage, { name, followed, workloads, openOf }: Course): Promise<Sides> {
  const { cluster, account, folder, watchdog } = stage;
  const fleetOf = async (side: string, label: Label): Promise<Fleet> => {
    const options = { prefix: `${name}-${side}`, size: workloads, paused: !followed, past: PAST };
    const fleet = await createFleet(cluster, options);
    await createStates(cluster, account, { fleet, label });
    return fleet;
  };
  const [ours, theirs] = [await fleetOf("a", "rollout"), await fleetOf("b", "another")];
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
  const times: Sides["times"] = [[], []];
  const [heard, pushed] = times.map((taken) => (tookMs: number) => taken.push(tookMs));
  const load = createLoad(service.port, CONCURRENCY, heard);
  const bare = await openBareClient(cluster, account, { fleet: theirs, openOf, onPush: pushed });
  return { ours, theirs, service, load, bare, times };
}
