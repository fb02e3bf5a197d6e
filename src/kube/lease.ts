import { fail, ok, type Result } from "../core/result.ts";
import type { ClusterFailure } from "../core/rollout/cluster-failure.ts";
import type { Clock } from "../flow/ports.ts";
import type { KubeClient, KubeRequest } from "./client.ts";
import type { PodIdentity } from "./credentials.ts";
import { numberAt, textAt, valueAt } from "./fields.ts";
import { ownedBy } from "./owner.ts";

/** Whose Lease it is, and for whom. */
export interface LeaseSettings {
  readonly namespace: string;
  readonly name: string;
  readonly identity: string;
  readonly durationSeconds: number;
  readonly owner: PodIdentity["serviceAccount"];
  readonly clock: Clock;
}

/** A Lease of coordination.k8s.io/v1, as one of those sees it that want to hold it. */
export interface Lease {
  /** Takes or renews it where nobody else holds it; gives who holds it now. */
  readonly hold: (signal: AbortSignal) => Promise<Result<string, ClusterFailure>>;
  /** Gives it up, so that the next one need not wait. To be called only while it is held. */
  readonly release: (signal: AbortSignal) => Promise<Result<unknown, ClusterFailure>>;
}

interface Seen {
  readonly object: unknown;
  /** The part that its holder writes. */
  readonly spec: string;
  /** When this part was seen first, by a clock that nobody puts forward or back. */
  readonly sinceMs: number;
}

/**
 * Makes one that has not been looked at yet. The rules are client-go's: whether a holder is still there is told by how long
 * its record has not changed before our own eyes, never by the times in it; each write is for the version that was seen.
 */
export function createLease(client: KubeClient, settings: LeaseSettings): Lease {
  const { namespace, name, identity, durationSeconds, owner, clock } = settings;
  const collection = `/apis/coordination.k8s.io/v1/namespaces/${encodeURIComponent(namespace)}/leases`;
  let seen: Seen | null = null;

  const see = (object: unknown): Seen => {
    const spec = JSON.stringify(valueAt(object, "spec") ?? {});
    seen = { object, spec, sinceMs: seen?.spec === spec ? seen.sinceMs : performance.now() };
    return seen;
  };
  const ask = async (
    verb: "get" | "create" | "update",
    signal: AbortSignal,
    body?: object,
  ): Promise<Result<Seen, ClusterFailure>> => {
    const isNew = verb === "create";
    const answered = await client.request({
      method: METHODS[verb],
      path: isNew ? collection : `${collection}/${encodeURIComponent(name)}`,
      ...(body !== undefined && { body }),
      right: { verb, resource: "leases.coordination.k8s.io", namespace, name: isNew ? "" : name },
      signal,
    });
    return answered.kind === "ok" ? ok(see(answered.value)) : answered;
  };
  const create = (signal: AbortSignal): Promise<Result<Seen, ClusterFailure>> =>
    ask("create", signal, {
      apiVersion: "coordination.k8s.io/v1",
      kind: "Lease",
      metadata: { name, ...ownedBy(owner) },
      spec: { holderIdentity: identity, ...timesOf(durationSeconds, clock), leaseTransitions: 0 },
    });
  const take = ({ object }: Seen, signal: AbortSignal): Promise<Result<Seen, ClusterFailure>> => {
    const isMine = holderOf(object) === identity;
    const { acquireTime, ...times } = timesOf(durationSeconds, clock);
    const transitions = numberAt(object, "spec.leaseTransitions");
    return ask("update", signal, {
      ...(object as object),
      spec: {
        holderIdentity: identity,
        ...times,
        acquireTime: isMine ? textAt(object, "spec.acquireTime", acquireTime) : acquireTime,
        leaseTransitions: isMine ? transitions : transitions + 1,
      },
    });
  };

  const look = async (signal: AbortSignal): Promise<Result<string, ClusterFailure>> => {
    const found = await ask("get", signal);
    if (found.kind === "error" && found.error.kind !== "not-found") return found;
    if (found.kind === "ok" && isHeldByOther(found.value, identity)) return ok(holderOf(found.value.object));
    const taken = await (found.kind === "ok" ? take(found.value, signal) : create(signal));
    return taken.kind === "ok" ? ok(identity) : taken;
  };
  const hold: Lease["hold"] = async (signal) => {
    if (seen === null || holderOf(seen.object) !== identity) return look(signal);
    const renewed = await take(seen, signal);
    if (renewed.kind === "ok") return ok(identity);
    // Someone wrote it meanwhile, or took it away.
    const isChanged = renewed.error.kind === "conflict" || renewed.error.kind === "not-found";
    return isChanged ? look(signal) : renewed;
  };
  const release: Lease["release"] = async (signal) => {
    if (seen === null) return fail({ kind: "not-found", message: "the Lease was never held" });
    const { object } = seen;
    const leaseTransitions = numberAt(object, "spec.leaseTransitions");
    const spec = { holderIdentity: "", ...timesOf(1, clock), leaseTransitions };
    return ask("update", signal, { ...(object as object), spec });
  };
  return { hold, release };
}

const METHODS = { get: "GET", create: "POST", update: "PUT" } as const satisfies Record<string, KubeRequest["method"]>;

const holderOf = (object: unknown): string => textAt(object, "spec.holderIdentity");

function isHeldByOther({ object, sinceMs }: Seen, identity: string): boolean {
  const holder = holderOf(object);
  const durationMs = numberAt(object, "spec.leaseDurationSeconds") * 1000;
  return holder !== "" && holder !== identity && performance.now() < sinceMs + durationMs;
}

// The API's MicroTime has six decimals, and the clock three.
function timesOf(leaseDurationSeconds: number, clock: Clock) {
  const now = clock.now().toISOString().replace("Z", "000Z");
  return { leaseDurationSeconds, acquireTime: now, renewTime: now };
}
