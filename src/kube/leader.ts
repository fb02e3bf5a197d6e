import { setTimeout as sleep } from "node:timers/promises";
import { describeFailure, type ClusterFailure } from "../core/rollout/cluster-failure.ts";
import type { Clock, Election, Log } from "../flow/ports.ts";
import type { KubeClient } from "./client.ts";
import type { PodIdentity } from "./credentials.ts";
import { createLease, type Lease } from "./lease.ts";

/** The times of an election; others take over after the lease's, which must be longer than the renewal's. */
interface ElectionTimes {
  readonly leaseSeconds: number;
  /** How long the one that leads may go without having renewed the Lease. */
  readonly renewMs: number;
  /** The longest pause from one try to the next; half of it is the shortest. */
  readonly retryMs: number;
  readonly callMs: number;
}

/** Which Lease decides, and who wants it. */
export interface ElectionSettings {
  readonly namespace: string;
  readonly name: string;
  /** No two processes that run at one time have the same. */
  readonly identity: string;
  readonly owner: PodIdentity["serviceAccount"];
  readonly clock: Clock;
  readonly log: Log;
  readonly times?: ElectionTimes;
}

const TIMES: ElectionTimes = { leaseSeconds: 15, renewMs: 10_000, retryMs: 2_000, callMs: 3_000 };

/**
 * An election by a Lease, with the rules and times of Kubernetes' own controllers. The work is told to end when the Lease
 * could not be renewed in time, before anyone else may take it.
 */
export function createElection(client: KubeClient, settings: ElectionSettings): Election {
  const { identity, name, times = TIMES, log } = settings;
  const lease = createLease(client, { ...settings, durationSeconds: times.leaseSeconds });
  const candidate = { lease, identity, times, log, complain: createComplaints(log, { identity, lease: name }) };
  const lead: Election["lead"] = async (work, signal) => {
    let known = "";
    while (!signal.aborted) {
      const askedMs = performance.now();
      const holder = await tryHold(candidate);
      if (holder === identity) await leadOnce(candidate, work, { signal, askedMs });
      else if (holder !== null && holder !== known) log.info({ identity, holder }, "another leads");
      known = holder ?? known;
      await pause(times, signal);
    }
  };
  return { lead, identity };
}

interface Candidate {
  readonly lease: Lease;
  readonly identity: string;
  readonly times: ElectionTimes;
  readonly log: Log;
  /** Null when all is well again. */
  readonly complain: (failure: ClusterFailure | null) => void;
}

// A call is not ended by the signal: a Lease that was taken unseen would keep everyone waiting.
async function tryHold({ lease, times, complain }: Candidate): Promise<string | null> {
  const held = await lease.hold(AbortSignal.timeout(times.callMs));
  complain(held.kind === "error" ? held.error : null);
  return held.kind === "ok" ? held.value : null;
}

interface Term {
  readonly signal: AbortSignal;
  /** When the Lease was asked for that this term begins with. */
  readonly askedMs: number;
}

type Work = (signal: AbortSignal) => Promise<void>;

async function leadOnce(candidate: Candidate, work: Work, { signal, askedMs }: Term): Promise<void> {
  const { identity, lease, times, log } = candidate;
  log.info({ identity, holder: identity }, "leads now");
  const end = new AbortController();
  const stop = (): void => {
    end.abort();
  };
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  const over = new AbortController();
  over.signal.addEventListener("abort", stop);
  const working = guarded(work, end.signal, log).finally(() => {
    over.abort();
  });
  const lost = await keep(candidate, askedMs, over);
  await working;
  signal.removeEventListener("abort", stop);
  if (lost === null) {
    const released = await lease.release(AbortSignal.timeout(times.callMs));
    if (released.kind === "error") candidate.complain(released.error);
  }
  log.info({ identity, ...(lost ?? { holder: "", reason: "its work has ended" }) }, "leads no more");
}

interface Lost {
  readonly holder: string;
  readonly reason: string;
}

// Renews the Lease, and ends by itself when it is lost; else it is ended when the work is over, however long that takes.
async function keep(candidate: Candidate, askedMs: number, over: AbortController): Promise<Lost | null> {
  const { identity, times } = candidate;
  const found: { lost: Lost | null } = { lost: null };
  const lose = (holder: string, reason: string): void => {
    found.lost ??= { holder, reason };
    over.abort();
  };
  const expireAt = (atMs: number): NodeJS.Timeout =>
    setTimeout(() => {
      lose("", `the Lease was not renewed for ${String(times.renewMs / 1000)} s`);
    }, atMs - performance.now());
  const isOver = (): boolean => over.signal.aborted;
  let timer = expireAt(askedMs + times.renewMs);
  for (;;) {
    await pause(times, over.signal);
    if (isOver()) break;
    const againMs = performance.now();
    const holder = await tryHold(candidate);
    if (holder !== null && holder !== identity) lose(holder, "another holds the Lease");
    if (isOver()) break;
    if (holder === null) continue;
    clearTimeout(timer);
    timer = expireAt(againMs + times.renewMs);
  }
  clearTimeout(timer);
  return found.lost;
}

async function guarded(work: Work, signal: AbortSignal, log: Log): Promise<void> {
  try {
    await work(signal);
  } catch (error) {
    log.error({ err: error }, "the leader's work failed");
  }
}

// A failure is said once, until all was well again. A lost race is none.
function createComplaints(log: Log, facts: object): Candidate["complain"] {
  const said = new Set<string>();
  return (failure) => {
    if (failure === null) said.clear();
    if (failure === null || failure.kind === "conflict") return;
    const key = failure.kind === "forbidden" ? `forbidden ${failure.right.verb}` : failure.kind;
    if (said.has(key)) return;
    said.add(key);
    log.warn({ ...facts, reason: describeFailure(failure) }, "the election fails; it is tried again");
  };
}

async function pause({ retryMs }: ElectionTimes, signal: AbortSignal): Promise<void> {
  await sleep(retryMs * (0.5 + Math.random() / 2), undefined, { signal }).catch(() => undefined);
}
