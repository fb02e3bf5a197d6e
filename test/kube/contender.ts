import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { Election } from "../../src/flow/ports.ts";
import type { KubeClient } from "../../src/kube/client.ts";
import { createElection } from "../../src/kube/leader.ts";
import { createFakeLog, type FakeLog } from "../support/fake-log.ts";

const times = { leaseSeconds: 2, renewMs: 1_000, retryMs: 200, callMs: 400 };
const clock = { now: () => new Date() };

/** A process that wants to lead, and what it may be made to suffer. */
export interface Contender {
  readonly identity: string;
  readonly log: FakeLog;
  readonly election: Election;
  /** While it is set, no call is answered, as by a network that swallows everything. */
  isCutOff: boolean;
}

/** Makes one whose Lease lasts two seconds. */
export function aContender(identity: string, namespace: string, from: KubeClient): Contender {
  const log = createFakeLog();
  const swallowing: KubeClient = {
    ...from,
    request: async (request) => {
      if (!contender.isCutOff) return from.request(request);
      await new Promise((resolve) => {
        request.signal.addEventListener("abort", resolve);
      });
      return from.request(request);
    },
  };
  const settings = { namespace, name: "imagehook", identity, owner: null, clock, log, times };
  const contender: Contender = { identity, log, isCutOff: false, election: createElection(swallowing, settings) };
  return contender;
}

/** The leader's work, and who does it. */
export interface ContendedWork {
  readonly by: (contender: Contender, endsAfterMs?: number) => (signal: AbortSignal) => Promise<void>;
  readonly turns: readonly string[];
  readonly working: () => string;
}

/** Gives each test a work of its own that fails the test when two ever do it at one time. */
export function useContendedWork(): () => ContendedWork {
  const overlaps: string[] = [];
  afterEach(() => {
    assert.deepEqual(overlaps.splice(0), []);
  });
  return () => {
    const turns: string[] = [];
    let working = "";
    const by: ContendedWork["by"] =
      ({ identity }, endsAfterMs = 50) =>
      async (signal) => {
        if (working !== "") overlaps.push(`${identity} begins while ${working} works`);
        working = identity;
        turns.push(identity);
        await sleep(30_000, undefined, { signal }).catch(() => undefined);
        await sleep(endsAfterMs);
        working = "";
      };
    return { by, turns, working: () => working };
  };
}
