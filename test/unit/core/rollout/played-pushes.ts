import assert from "node:assert/strict";
import fc from "fast-check";
import type { PushEvent } from "../../../../src/core/event/push-event.ts";
import { parseDigest } from "../../../../src/core/image/reference.ts";
import { isRedeploy, isUnapplied, planRollout, type Facts, type Plan } from "../../../../src/core/rollout/plan.ts";
import {
  emptyState,
  isOpen,
  pushesOf,
  withPush,
  withRecord,
  type PushRecord,
} from "../../../../src/core/rollout/state.ts";
import type { Workload } from "../../../../src/core/rollout/workload.ts";
import { aContainer, aHook, anEvent, aTarget, aWorkload } from "../../../support/builders.ts";

/** When it all begins; times are counted in milliseconds since. */
const START_MS = Date.UTC(2026, 10, 22, 8);
const SITE = "registry.example.com/shop/website";

/** One push as its registry knows it. */
interface PlayedPush {
  /** Null: the registry says no time. */
  readonly pushedAtMs: number | null;
  readonly hasDigest: boolean;
  readonly hasId: boolean;
  /** All pushes of a moving tag have the same; they need digests to be told apart. */
  readonly isMovingTag: boolean;
}

/** One arrival of a push. */
interface Delivery {
  /** Its place among the pushes. */
  readonly push: number;
  readonly container: string;
  /** Since the delivery before. */
  readonly afterMs: number;
  /** The process is ended between the record and the patch. */
  readonly isLost: boolean;
  /** What has been applied comes to this end before the next delivery; null where it goes on. */
  readonly end: "complete" | "failed" | null;
}

/** Pushes, and their deliveries in the order of their arrival. */
export interface Play {
  readonly pins: boolean;
  readonly pushes: readonly PlayedPush[];
  readonly deliveries: readonly Delivery[];
}

/** How many pushes and deliveries there are, and the push times that registries say. */
export interface PlaySize {
  readonly pushes: number;
  readonly deliveries: number;
  readonly pushedAtMs: fc.Arbitrary<number | null>;
}

/** Pushes that arrive in any order, once or several times, or never. */
export const plays = ({ pushes, deliveries, pushedAtMs }: PlaySize): fc.Arbitrary<Play> =>
  fc.boolean().chain((pins) =>
    fc.record({
      pins: fc.constant(pins),
      pushes: fc.array(
        fc.record({
          pushedAtMs,
          hasDigest: pins ? fc.constant(true) : fc.boolean(),
          hasId: fc.boolean(),
          isMovingTag: fc.boolean(),
        }),
        { minLength: pushes, maxLength: pushes },
      ),
      deliveries: fc.array(
        fc.record({
          push: fc.nat(pushes - 1),
          container: fc.constantFrom("web", "log"),
          afterMs: fc.oneof(fc.constant(0), fc.nat(3_000), fc.constant(20_000)),
          isLost: fc.oneof({ weight: 3, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.boolean() }),
          end: fc.constantFrom("complete", "failed", null),
        }),
        { minLength: 1, maxLength: deliveries, size: "max" },
      ),
    }),
  );

/** The event that a push becomes. Each has a digest of its own. */
function eventOf(index: number, { pushedAtMs, hasDigest, hasId, isMovingTag }: PlayedPush): PushEvent {
  return anEvent(isMovingTag && hasDigest ? "latest" : `t${String(index)}`, {
    pushedAt: pushedAtMs === null ? null : timeAt(pushedAtMs),
    digest: hasDigest ? parseDigest(`sha256:${String(index + 1).padStart(64, "0")}`) : null,
    delivery: hasId ? `id-${String(index)}` : null,
  });
}

/** Milliseconds since the beginning as the service writes times. */
export const timeAt = (ms: number): string => new Date(START_MS + ms).toISOString();

/** The functions under test, or broken ones in their place. */
export interface Rules {
  readonly plan: (facts: Facts) => Plan;
  readonly record: typeof withPush;
}

/** The functions under test. */
export const RULES: Rules = { plan: planRollout, record: withPush };

/** One delivery as it was answered. */
export interface Step {
  readonly delivery: Delivery;
  readonly arrivedAtMs: number;
  readonly event: PushEvent;
  readonly plan: Plan;
}

/** What a play came to. */
export interface Played {
  readonly steps: readonly Step[];
  /** The changes of a container that reached the workload, in their order. */
  readonly applied: (container: string) => readonly PushRecord[];
  readonly pushes: (container: string) => readonly PushRecord[];
  readonly image: (container: string) => string;
}

/** Plays deliveries as the flow carries them out, one after the other; what was lost last is carried out at the end. */
export function play({ pins, pushes, deliveries }: Play, { plan: planned, record }: Rules = RULES): Played {
  let state = emptyState(aTarget);
  let workload: Workload = aWorkload({
    containers: ["web", "log"].map((name, index) => aContainer({ name, index, image: `${SITE}:1.0` })),
  });
  const applied = new Map<string, PushRecord[]>([
    ["web", []],
    ["log", []],
  ]);
  const apply = (container: string, push: PushRecord, redeploys: boolean): void => {
    const { containers, redeployedAt, generation } = workload;
    assert.equal(imageIn(workload, container), push.before, "the patch's test of the image fails");
    workload = {
      ...workload,
      generation: generation + 1,
      containers: containers.map((one) => (one.name === container ? { ...one, image: push.after } : one)),
      redeployedAt: redeploys ? push.acceptedAt : redeployedAt,
    };
    applied.get(container)?.push(push);
  };
  let nowMs = 0;
  const steps = deliveries.map((delivery): Step => {
    const { container, push: index, afterMs, isLost, end } = delivery;
    nowMs += afterMs;
    const push = pushes[index];
    assert.ok(push !== undefined);
    const event = eventOf(index, push);
    const { upgrade } = aHook({ upgrade: { container, digest: pins ? "pin" : "ignore" } });
    const plan = planned({
      hook: "website",
      upgrade,
      network: "keep",
      event,
      workload,
      pushes: pushesOf(state, container),
      now: new Date(START_MS + nowMs),
      request: `request-${String(nowMs)}`,
    });
    if (plan.kind === "change") {
      state = record(state, container, plan.push);
      if (!isLost) apply(container, plan.push, plan.redeploys);
      for (const open of pushesOf(state, container).filter(isOpen))
        if (end !== null && !isLost) state = withRecord(state, container, open, { phase: end });
    }
    return { delivery, arrivedAtMs: nowMs, event, plan };
  });
  for (const { name, image } of workload.containers) {
    const last = pushesOf(state, name).at(-1);
    if (last !== undefined && isUnapplied(last, aContainer({ image }), workload)) apply(name, last, isRedeploy(last));
  }
  return {
    steps,
    applied: (container) => applied.get(container) ?? [],
    pushes: (container) => pushesOf(state, container),
    image: (container) => imageIn(workload, container),
  };
}

const imageIn = ({ containers }: Workload, container: string): string =>
  containers.find(({ name }) => name === container)?.image ?? "";
