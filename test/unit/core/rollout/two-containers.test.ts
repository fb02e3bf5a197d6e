import assert from "node:assert/strict";
import fc from "fast-check";
import { withPush } from "../../../../src/core/rollout/state.ts";
import { play, plays, RULES, type Play, type Rules } from "./played-pushes.ts";

const NAMES = ["web", "log"] as const;

const without = ({ deliveries, ...given }: Play, container: string): Play => {
  let afterMs = 0;
  const others = deliveries.flatMap((delivery) => {
    afterMs += delivery.afterMs;
    if (delivery.container === container) return [];
    const one = { ...delivery, afterMs };
    afterMs = 0;
    return [one];
  });
  return { ...given, deliveries: others };
};

const withoutLosses = ({ deliveries, ...given }: Play): Play => ({
  ...given,
  deliveries: deliveries.map((delivery) => ({ ...delivery, isLost: false })),
});

const size = {
  pushes: 4,
  deliveries: 12,
  pushedAtMs: fc.oneof(fc.constant(null), fc.integer({ min: -2_000, max: 2_000 })),
};

// What a container is given does not depend on what its neighbour is given in between.
const keepsBoth = (rules: Rules): fc.IProperty<[Play]> =>
  fc.property(plays(size).map(withoutLosses), (given) => {
    const together = play(given, rules);
    for (const [name, other] of [NAMES, NAMES.toReversed()] as [string, string][]) {
      const alone = play(without(given, other));
      const intents = (played: typeof alone): readonly string[] =>
        played
          .pushes(name)
          .map(({ key, acceptedAt, before, after, phase }) => [key, acceptedAt, before, after, phase].join());
      assert.deepEqual(intents(together), intents(alone));
      assert.equal(together.image(name), alone.image(name));
      assert.equal(together.applied(name).length, alone.applied(name).length);
    }
  });

describe("planRollout(facts), withPush(state, container, push) of two containers in turn", () => {
  it("keeps the intents of both", () => {
    fc.assert(keepsBoth(RULES), { numRuns: 1_000 });
  });

  const broken: Readonly<Record<string, Rules>> = {
    "forgot the one when it records the other": {
      ...RULES,
      record: (state, container, push) => {
        const { [container]: own } = state.containers;
        return withPush({ ...state, containers: own === undefined ? {} : { [container]: own } }, container, push);
      },
    },
    "recorded both as one": { ...RULES, record: (state, _container, push) => withPush(state, "web", push) },
    "planned the one on what the other runs": {
      ...RULES,
      plan: (facts) => {
        const [web, log] = facts.workload.containers;
        assert.ok(web !== undefined && log !== undefined);
        const containers = [web, { ...log, image: web.image }];
        return RULES.plan({ ...facts, workload: { ...facts.workload, containers } });
      },
    },
  };
  for (const [what, rules] of Object.entries(broken)) {
    it(`would be found out if it ${what}`, () => {
      assert.ok(fc.check(keepsBoth(rules), { numRuns: 1_000 }).failed);
    });
  }
});
