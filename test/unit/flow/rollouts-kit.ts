import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { PushOutcome } from "../../../src/core/delivery/outcome.ts";
import type { UpgradeHook } from "../../../src/core/hook/hook.ts";
import { ok } from "../../../src/core/result.ts";
import { openRollouts } from "../../../src/core/rollout/rollouts.ts";
import { waitingNotices } from "../../../src/core/rollout/outbox.ts";
import { pushesOf, type NoticeRecord } from "../../../src/core/rollout/state.ts";
import type { Target } from "../../../src/core/rollout/target.ts";
import type { Telling, Told } from "../../../src/flow/notify.ts";
import type { Election } from "../../../src/flow/ports.ts";
import type { AcceptedPush } from "../../../src/flow/push.ts";
import { createRollouts, type RolloutParts } from "../../../src/flow/rollouts.ts";
import { templateOf } from "../../support/api-object.ts";
import { aHook, anAcceptedPush, anEvent, aTarget } from "../../support/builders.ts";
import { createFakeCluster, type FakeCluster } from "../../support/fake-cluster.ts";
import { createFakeEvents, type FakeEvents } from "../../support/fake-events.ts";
import { createFakeClock, createFakeLog, type FakeClock, type FakeLog } from "../../support/fake-log.ts";
import { mortal } from "./mortal.ts";
import { image } from "./upgrade-kit.ts";

/** A process that accepts pushes, and leads when no other one does. */
export interface Process {
  readonly upgrade: (accepted: AcceptedPush) => Promise<PushOutcome>;
  /** Ends it in order. */
  readonly stop: () => Promise<void>;
  /** Ends it at once: nothing that it has asked for comes back. */
  readonly kill: () => void;
}

/** Processes on one cluster in memory, where the deployment website runs 1.0, and all that came of their pushes. */
export interface RolloutsKit {
  readonly cluster: FakeCluster;
  readonly clock: FakeClock;
  readonly log: FakeLog;
  readonly events: FakeEvents;
  readonly hooks: Map<string, UpgradeHook>;
  /** What was sent, in its order. */
  readonly sent: readonly Telling[];
  readonly start: (over?: Partial<RolloutParts>) => Process;
  /** Sends a push of a tag, which arrives now, to a process that only accepts, and gives what became of it. */
  readonly push: (tag: string, over?: Partial<AcceptedPush>) => Promise<PushOutcome>;
  /** Puts the clock forward, and wakes who waits for a time. */
  readonly advance: (ms: number, target?: Target) => void;
  /** Waits until no rollout is open and no notice waits. */
  readonly settled: (target?: Target) => Promise<void>;
  /** What is on record of the container web: tag, phase and reason. */
  readonly phases: (target?: Target) => readonly string[];
  readonly notices: (target?: Target) => readonly NoticeRecord[];
  /** The tag that a container runs. */
  readonly running: (container?: string) => string | undefined;
  /** Ends all processes. */
  readonly end: () => void;
}

/** Waits until something is the case; fails with a name where it does not come. */
export async function until(what: string, isSo: () => boolean): Promise<void> {
  const endMs = performance.now() + 8_000;
  while (!isSo()) {
    assert.ok(performance.now() < endMs, `it did not come: ${what}`);
    await sleep(1);
  }
}

/** Waits for what goes on in memory to come to rest. */
export async function rest(): Promise<void> {
  await sleep(15);
}

const ignore = (): void => undefined;

/** Counts nothing. */
export const NO_METRICS: RolloutParts["metrics"] = {
  delivery: ignore,
  patched: ignore,
  ended: ignore,
  notice: ignore,
  leads: ignore,
};

const tagOf = (text: string): string => text.replace(/^.*:/, "");

/** Makes one without a process. */
export async function makeRolloutsKit(): Promise<RolloutsKit> {
  const [cluster, clock, log, events] = [createFakeCluster(), createFakeClock(), createFakeLog(), createFakeEvents()];
  const hooks = new Map([["website", aHook()]]);
  const sent: Telling[] = [];
  const processes = new Set<Process>();
  let isLed: object | null = null;
  await cluster.deploy(aTarget, { log: "log:1", web: image("1.0") });

  const electionOf = (self: object, identity: string): Election => ({
    identity,
    lead: async (work, signal) => {
      while (!signal.aborted) {
        if (isLed === null) {
          isLed = self;
          await work(signal);
          isLed = null;
        } else await sleep(1);
      }
    },
  });
  const tell = (telling: Telling): Promise<Told> => {
    sent.push(telling);
    return Promise.resolve(ok({ response: "250 ok", rejected: [] }));
  };
  const partsOf = (identity: string, self: object): RolloutParts => ({
    store: { find: (id) => hooks.get(id), isSound: () => true },
    workloads: cluster.workloads,
    states: cluster.states,
    events,
    election: electionOf(self, identity),
    diagnosis: { explain: () => Promise.resolve(""), crashLog: () => null },
    vet: () => assert.fail("this hook checks no images"),
    channelsOf: () => ["mail"],
    tell,
    nextTry: () => null,
    clock,
    log,
    deadlineMs: 600_000,
    drain: new AbortController().signal,
    metrics: NO_METRICS,
  });
  const start: RolloutsKit["start"] = (over = {}) => {
    const [end, life, self] = [new AbortController(), new AbortController(), {}];
    const parts = { ...partsOf(`process-${String(processes.size + 1)}`, self), ...over };
    const rollouts = createRollouts(mortal(parts, life.signal));
    const running = rollouts.run(end.signal);
    const process: Process = {
      upgrade: rollouts.upgrade,
      stop: async () => {
        end.abort();
        await running;
      },
      kill: () => {
        life.abort();
        end.abort();
        if (isLed === self) isLed = null;
      },
    };
    processes.add(process);
    return process;
  };
  // Each push meets a new replica, which does not pace.
  const push: RolloutsKit["push"] = async (tag, over = {}) => {
    const arrivedAt = clock.now();
    clock.advance(1);
    const pushedAt = arrivedAt.toISOString();
    const hook = hooks.get("website") ?? aHook();
    const accepted = anAcceptedPush({ hook, events: [anEvent(tag, { pushedAt })], ...over, arrivedAt });
    return createRollouts(partsOf("acceptor", {})).upgrade(accepted);
  };
  const state = (target: Target) => cluster.stored(target).state;
  return {
    cluster,
    clock,
    log,
    events,
    hooks,
    sent,
    start,
    push,
    advance: (ms, target = aTarget) => {
      clock.advance(ms);
      cluster.store(target, state(target));
    },
    settled: (target = aTarget) =>
      until(
        "all rollouts are ended and all notices sent",
        () => openRollouts(state(target)).length === 0 && waitingNotices(state(target)).length === 0,
      ),
    phases: (target = aTarget) =>
      pushesOf(state(target), "web").map(({ after, phase, reason }) => `${tagOf(after)} ${phase} ${reason}`.trim()),
    notices: (target = aTarget) => state(target).notices,
    running: (container = "web") =>
      tagOf(templateOf(cluster.object(aTarget)).spec.containers.find(({ name }) => name === container)?.image ?? ""),
    end: () => {
      for (const process of processes) process.kill();
    },
  };
}
