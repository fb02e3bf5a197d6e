import { setTimeout as sleep } from "node:timers/promises";
import type { LocalPod } from "../../scripts/pod/local-pod.ts";
import { datedBody, push } from "./fleet-kit.ts";
import type { Installation } from "./kit.ts";

/** One delivery, as its client saw it. */
interface Delivery {
  readonly workload: string;
  readonly tag: string;
  readonly pid: number;
  /** 0 where the connection broke. */
  readonly status: number;
  readonly text: string;
  readonly answeredAtMs: number;
}

/** The end of a process by SIGKILL. */
interface Kill {
  readonly pid: number;
  readonly atMs: number;
  /** The requests that it had not answered then. */
  readonly underWay: number;
}

/** Two places for processes behind one client, who sends to those that are up. */
export interface Crowd {
  readonly deliver: (workload: string, tag: string) => Promise<void>;
  /** Kills the process of a place once it has a request under way; with an environment another one is started there. */
  readonly kill: (place: number, env: NodeJS.ProcessEnv | null) => Promise<void>;
  readonly deliveries: readonly Delivery[];
  readonly kills: readonly Kill[];
}

// Where no request comes to it, it is killed all the same.
const PATIENCE_MS = 700;
const TRIES = 3;

/** Begins with processes that are up. `random` gives numbers from 0 up to 1. */
export function createCrowd(installed: Installation, pods: readonly LocalPod[], random: () => number): Crowd {
  const places = new Map<number, LocalPod>(pods.entries());
  const underWay = new Map<number, number>();
  const deliveries: Delivery[] = [];
  const kills: Kill[] = [];
  // How long answers take on this machine: a kill comes within that time of a request's coming.
  let usualMs = 30;
  const count = (pid: number, by: number): void => {
    underWay.set(pid, (underWay.get(pid) ?? 0) + by);
  };
  const pickUp = (): LocalPod => {
    const up = [...places.values()];
    const pod = up[Math.floor(random() * up.length)];
    if (pod === undefined) throw new Error("no process is up");
    return pod;
  };
  const send = async (
    pod: LocalPod,
    workload: string,
    { tag, body }: { readonly tag: string; readonly body: object },
  ): Promise<Delivery> => {
    count(pod.pid, 1);
    const seen = await push(pod, workload, body).then(
      ({ status, text, tookMs }) => {
        usualMs = 0.9 * usualMs + 0.1 * tookMs;
        return { status, text };
      },
      (error: unknown) => ({ status: 0, text: String(error) }),
    );
    count(pod.pid, -1);
    return { workload, tag, pid: pod.pid, ...seen, answeredAtMs: performance.now() };
  };
  return {
    deliveries,
    kills,
    deliver: async (workload, tag) => {
      const body = datedBody(tag);
      for (let tries = 1; ; tries++) {
        const delivery = await send(pickUp(), workload, { tag, body });
        // What was put off comes again, as registries do it; what broke is lost to its sender.
        if (delivery.status === 503 && tries < TRIES) continue;
        deliveries.push(delivery);
        return;
      }
    },
    kill: async (place, env) => {
      const pod = places.get(place);
      if (pod === undefined) throw new Error(`nothing is up in place ${String(place)}`);
      const limitMs = performance.now() + PATIENCE_MS;
      const isIdle = (): boolean => (underWay.get(pod.pid) ?? 0) === 0 && performance.now() < limitMs;
      // A moment at which it has nothing to answer is drawn again.
      do {
        while (isIdle()) await sleep(1);
        await sleep(random() * usualMs);
      } while (isIdle());
      places.delete(place);
      kills.push({ pid: pod.pid, atMs: performance.now(), underWay: underWay.get(pod.pid) ?? 0 });
      await pod.stop("SIGKILL");
      if (env !== null) places.set(place, await installed.startReplica(env));
    },
  };
}

/** A sequence of numbers from 0 up to 1 that a seed determines (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
