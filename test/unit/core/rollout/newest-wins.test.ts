import assert from "node:assert/strict";
import fc from "fast-check";
import { deliveryKey, repeatedPush } from "../../../../src/core/rollout/delivery-key.ts";
import { isNewer as isNewerPush, pushTimeOf, type PushTimes } from "../../../../src/core/rollout/order.ts";
import { planRollout } from "../../../../src/core/rollout/plan.ts";
import { play, plays, RULES, timeAt, type Play, type PlaySize, type Step } from "./played-pushes.ts";

type Planner = typeof RULES.plan;

/** A push that counts: the first arrival of it, and of a body without any mark each that is no repetition. */
interface Arrived {
  readonly push: number;
  readonly timeMs: number;
  readonly arrivedAtMs: number;
}

const isNewer = (one: Arrived, other: Arrived): boolean =>
  one.timeMs === other.timeMs ? one.arrivedAtMs > other.arrivedAtMs : one.timeMs > other.timeMs;

const arrivalOf = ({ pushes }: Play, { delivery: { push }, arrivedAtMs }: Step): Arrived => {
  const timeMs = Math.min(pushes[push]?.pushedAtMs ?? arrivedAtMs, arrivedAtMs);
  return { push, timeMs, arrivedAtMs };
};

// The rule itself, told without states, keys and images.
function isRepetitionOf(earlier: Arrived, later: Arrived, { pushes }: Play): boolean {
  const push = pushes[later.push];
  if (push === undefined || earlier.push !== later.push) return false;
  const isAnonymous = !push.hasDigest && !push.hasId && push.pushedAtMs === null;
  return !isAnonymous || later.arrivedAtMs - earlier.arrivedAtMs < 10_000;
}

function newestOf(arrived: readonly Arrived[]): Arrived | null {
  return arrived.reduce<Arrived | null>((best, one) => (best !== null && isNewer(best, one) ? best : one), null);
}

function checkPlay(given: Play, planner: Planner): void {
  const played = play(given, { ...RULES, plan: planner });
  const [arrived, taken]: [Arrived[], Arrived[]] = [[], []];
  for (const step of played.steps) {
    const arrival = arrivalOf(given, step);
    const newest = newestOf(taken);
    const repeated = taken.findLast((one) => isRepetitionOf(one, arrival, given));
    if (repeated !== undefined) checkRepetition(step, repeated, repeated === newest);
    else {
      arrived.push(arrival);
      if (checkFirst(step, arrival, newest) === "taken") taken.push(arrival);
    }
  }
  const applied = played.applied("web");
  assert.equal(new Set(applied.map(({ key, acceptedAt }) => `${key} ${acceptedAt}`)).size, applied.length);
  const winner = newestOf(arrived);
  assert.deepEqual(
    [played.image("web"), applied.at(-1)?.acceptedAt],
    [played.pushes("web").at(-1)?.after, timeAt(winner?.arrivedAtMs ?? 0)],
  );
  const event = played.steps.find(({ delivery }) => delivery.push === winner?.push)?.event;
  assert.ok(event !== undefined);
  assert.equal(played.pushes("web").at(-1)?.key, deliveryKey(event));
}

function checkFirst({ plan }: Step, arrival: Arrived, newest: Arrived | null): "taken" | "older" {
  if (newest !== null && isNewer(newest, arrival)) {
    assert.equal(plan.kind, "older");
    return "older";
  }
  assert.equal(plan.kind, "change");
  return "taken";
}

// What was recorded and never carried out is carried out, as the push that it was; else nothing changes.
function checkRepetition({ plan, delivery }: Step, { arrivedAtMs }: Arrived, isNewest: boolean): void {
  if (plan.kind === "change") {
    assert.ok(isNewest, `delivery of ${String(delivery.push)}`);
    assert.equal(plan.push.acceptedAt, timeAt(arrivedAtMs));
  } else if (plan.kind === "skip") assert.equal(plan.reason, "duplicate");
  else assert.deepEqual([plan.kind, isNewest], ["older", false]);
}

const onWeb = (given: Play): Play => ({
  ...given,
  deliveries: given.deliveries.map((delivery) => ({ ...delivery, container: "web" })),
});

const newestWins = (size: PlaySize, planner: Planner): fc.IProperty<[Play]> =>
  fc.property(plays(size).map(onWeb), (given) => {
    checkPlay(given, planner);
  });

// Few enough that none is forgotten, with all that registries say and do not say.
const FEW: PlaySize = {
  pushes: 5,
  deliveries: 10,
  pushedAtMs: fc.oneof(
    fc.constant(null),
    fc.integer({ min: -5, max: 5 }),
    fc.integer({ min: -60_000, max: 60_000 }),
    fc.constant(1e9),
  ),
};
// So many that most are forgotten; all were pushed before the first arrived.
const MANY: PlaySize = { pushes: 40, deliveries: 80, pushedAtMs: fc.integer({ min: -60, max: 0 }) };

describe("planRollout(facts), withPush(state, container, push) of pushes in any order", () => {
  it("ends on the newest of a few, and answers each delivery by its place", () => {
    fc.assert(newestWins(FEW, planRollout), { numRuns: 1_000 });
  });

  it("ends on the newest of many, of which most are forgotten", () => {
    fc.assert(newestWins(MANY, planRollout), { numRuns: 300 });
  });

  // Tells repetitions as it should, and what is newer by another rule.
  const planBy =
    (isNewerThan: (one: PushTimes, other: PushTimes) => boolean): Planner =>
    (facts) => {
      const { event, pushes, now } = facts;
      if (repeatedPush(event, pushes, now) !== undefined) return planRollout(facts);
      const times = { pushedAt: event.pushedAt, acceptedAt: now.toISOString() };
      const than = pushes.find((push) => isNewerThan(push, times));
      return than === undefined ? planRollout({ ...facts, pushes: [] }) : { kind: "older", than };
    };

  it("is checked by what tells the rule that is meant from others", () => {
    fc.assert(newestWins(FEW, planBy(isNewerPush)), { numRuns: 1_000 });
  });

  const said = ({ pushedAt, acceptedAt }: PushTimes): string => pushedAt ?? acceptedAt;
  const broken: Readonly<Record<string, Planner>> = {
    "let the last arrival win": planBy(() => false),
    "let the first arrival win": planBy(() => true),
    "believed push times ahead of their arrival": planBy((one, other) => said(one) > said(other)),
    "took pushes without a time for the oldest": planBy((one, other) => (one.pushedAt ?? "") > (other.pushedAt ?? "")),
    "let the first of two at the same time win": planBy((one, other) => pushTimeOf(one) >= pushTimeOf(other)),
    "knew no repetition": (facts) =>
      planRollout({ ...facts, pushes: facts.pushes.map((push) => ({ ...push, key: "", delivery: null })) }),
    "carried a repetition out that a newer push followed": (facts) => {
      const repeated = repeatedPush(facts.event, facts.pushes, facts.now);
      if (repeated === undefined) return planRollout(facts);
      return planRollout({ ...facts, pushes: facts.pushes.slice(0, facts.pushes.indexOf(repeated) + 1) });
    },
  };
  for (const [what, planner] of Object.entries(broken)) {
    it(`would be found out if it ${what}`, () => {
      assert.ok(fc.check(newestWins(FEW, planner), { numRuns: 1_000 }).failed);
    });
  }
});
