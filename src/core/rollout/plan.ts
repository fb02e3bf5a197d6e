import type { PushEvent } from "../event/push-event.ts";
import type { Upgrade } from "../hook/hook.ts";
import type { Network } from "../image/network.ts";
import { parseReference, type Repository } from "../image/reference.ts";
import { spellImage } from "../image/repository.ts";
import { deliveryKey, repeatedPush } from "./delivery-key.ts";
import { isNewer, newerPush, pushTimeOf } from "./order.ts";
import { spellingFor } from "./spelling-for.ts";
import type { PushRecord } from "./state.ts";
import type { Container, Workload } from "./workload.ts";

/** What a push shall do to a workload. */
export type Plan =
  | {
      readonly kind: "change";
      readonly container: Container;
      readonly push: PushRecord;
      /** True when the tag stays: the pods are replaced, and pull anew. */
      readonly redeploys: boolean;
    }
  | {
      readonly kind: "skip";
      /** `undone`: someone set another image since; `rolled-back`: its rollout failed, and the image before was set. */
      readonly reason: "duplicate" | "already-running" | "undone" | "rolled-back";
      readonly container: Container;
      /** What runs is on record with an older time than this push of the same. */
      readonly renews?: Renewal;
    }
  | { readonly kind: "older"; readonly than: PushRecord }
  | { readonly kind: "no-container"; readonly available: readonly string[] }
  | { readonly kind: "foreign-repository"; readonly pushed: Repository; readonly allowed: string }
  /** The hook's policy lets the tag not in. */
  | { readonly kind: "outside-policy"; readonly reason: string }
  /** The hook pins digests, and the push of `image` brings none. */
  | { readonly kind: "no-digest"; readonly pushed: PushEvent; readonly image: string };

/** The record of a push, and when the same was pushed again. */
interface Renewal {
  readonly push: PushRecord;
  readonly at: string;
}

/** Everything that a plan depends on. */
export interface Facts {
  readonly hook: string;
  readonly upgrade: Upgrade;
  readonly network: Network;
  readonly event: PushEvent;
  readonly workload: Workload;
  /** The container's remembered pushes, oldest first. */
  readonly pushes: readonly PushRecord[];
  /** When the push arrived. */
  readonly now: Date;
  /** The id of the request that brought it. */
  readonly request: string;
}

/** Decides what a push does. What runs is the fact: a repetition is one only if the container runs what it brought. */
export function planRollout(facts: Facts): Plan {
  const { workload, upgrade, event } = facts;
  const container = workload.containers.find(({ name }) => name === upgrade.container);
  if (container === undefined) return { kind: "no-container", available: workload.containers.map(({ name }) => name) };
  const reference = parseReference(container.image);
  const running = reference.kind === "ok" ? reference.value : null;
  const spelling = spellingFor(upgrade, event, running);
  if (spelling === null) {
    const allowed = upgrade.repository.kind === "named" ? upgrade.repository.repository : container.image;
    return { kind: "foreign-repository", pushed: event.repository, allowed };
  }
  const reason = upgrade.tags.refusal(event.tag, running?.tag ?? null);
  if (reason !== null) return { kind: "outside-policy", reason };
  const images = spellImages(facts, spelling);
  if (images === null) return { kind: "no-digest", pushed: event, image: spellImage(event, spelling, facts.network) };
  const repeated = repeatedPush(event, facts.pushes, facts.now);
  return repeated === undefined
    ? planUnlessOlder(facts, container, images)
    : planRepeated(repeated, { facts, container, images });
}

/** True when the workload runs what the push set: the image, or for a redeploy the mark that it left in the template. */
export function isApplied(push: PushRecord, container: Container, workload: Workload): boolean {
  if (container.image !== push.after) return false;
  return push.before !== push.after || (workload.redeployedAt ?? "") >= push.acceptedAt;
}

/**
 * True when the change of a push has not reached the workload, for all that can be told: it runs what it ran before, and
 * nobody changed it so often that the change could have come and gone.
 */
export function isUnapplied(push: PushRecord, container: Container, workload: Workload): boolean {
  if (push.phase !== "accepted" || !runsBefore(push, container, workload)) return false;
  return workload.generation - push.generation <= 1;
}

/** True when the workload runs what it ran before a push. */
export const runsBefore = (push: PushRecord, container: Container, workload: Workload): boolean =>
  container.image === push.before && !isApplied(push, container, workload);

/** What a push brings: the image that the container shall have, and that image with the push's digest where it has one. */
interface Images {
  readonly after: string;
  readonly pinned: string | null;
}

// Null where a digest is demanded and there is none.
function spellImages({ upgrade, event, network }: Facts, spelling: string): Images | null {
  const tagged = spellImage(event, spelling, network);
  const pinned = event.digest === null ? null : `${tagged}@${event.digest}`;
  if (upgrade.digest === "ignore") return { after: tagged, pinned };
  return pinned === null ? null : { after: pinned, pinned };
}

interface Deployable {
  readonly facts: Facts;
  readonly container: Container;
  readonly images: Images;
}

// A repetition of a push whose change never reached the workload is the push itself: it is carried out now, unless a
// newer one was accepted since.
function planRepeated(push: PushRecord, { facts, container, images }: Deployable): Plan {
  const wasApplied = isApplied(push, container, facts.workload);
  // The hook did not pin digests when the push came, and does now.
  const isUnpinned = images.after === `${push.after}@${String(facts.event.digest)}`;
  if (wasApplied && !isUnpinned) return { kind: "skip", reason: "duplicate", container };
  // A push is accepted only where none before it is newer.
  const newest = facts.pushes.slice(facts.pushes.indexOf(push) + 1).at(-1);
  if (newest !== undefined) return { kind: "older", than: newest };
  if (!wasApplied && !isUnapplied(push, container, facts.workload))
    return { kind: "skip", reason: push.phase === "rolled-back" ? "rolled-back" : "undone", container };
  return isUnpinned
    ? planNew(facts, container, images)
    : { kind: "change", container, push, redeploys: isRedeploy(push) };
}

/** True for a push whose tag the container ran already: its pods were replaced, to pull anew. */
export const isRedeploy = ({ before, after }: PushRecord): boolean =>
  before === after || before.startsWith(`${after}@`);

function planUnlessOlder(facts: Facts, container: Container, images: Images): Plan {
  const plan = planNew(facts, container, images);
  const newer = newerPush(facts.event, facts.now, facts.pushes);
  return plan.kind === "skip" || newer === undefined ? plan : { kind: "older", than: newer };
}

// Else a push between the two that comes late would take its place.
function renewal({ pushedAt }: PushEvent, push: PushRecord | undefined, now: Date): { readonly renews?: Renewal } {
  const times = { pushedAt, acceptedAt: now.toISOString() };
  return push !== undefined && isNewer(times, push) ? { renews: { push, at: pushTimeOf(times) } } : {};
}

function planNew(facts: Facts, container: Container, { after, pinned }: Images): Plan {
  const { event, hook, pushes, workload, now, request } = facts;
  // A node may still have what the tag held when its digest was pinned.
  const redeploys = container.image === after || container.image.startsWith(`${after}@`);
  // A tag may move back to an older digest: only what was set last says what runs.
  const running = pushes.findLast((push) => isApplied(push, container, workload));
  const runsByRecord = redeploys && event.digest !== null && running?.digest === event.digest;
  if (container.image === pinned || runsByRecord)
    return { kind: "skip", reason: "already-running", container, ...renewal(event, running, now) };
  const push: PushRecord = {
    key: deliveryKey(event),
    hook,
    before: container.image,
    after,
    digest: event.digest,
    pushedAt: event.pushedAt,
    delivery: event.delivery,
    acceptedAt: now.toISOString(),
    phase: "accepted",
    reason: "",
    request,
    generation: workload.generation,
    endedAt: null,
    rollback: null,
  };
  return { kind: "change", container, push, redeploys };
}
