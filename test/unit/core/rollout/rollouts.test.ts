import assert from "node:assert/strict";
import { openRollouts, rolloutId, rolloutsOf, withEnd, type Rollout } from "../../../../src/core/rollout/rollouts.ts";
import { emptyState, pushesOf, type PushRecord, type RolloutState } from "../../../../src/core/rollout/state.ts";
import { aPush, aTarget } from "../../../support/builders.ts";

const [FIRST, SECOND] = ["2026-11-22T08:00:01.000Z", "2026-11-22T08:00:02.000Z"];

const stateOf = (containers: Readonly<Record<string, readonly PushRecord[]>>): RolloutState => ({
  ...emptyState(aTarget),
  containers: Object.fromEntries(
    Object.entries(containers).map(([name, pushes]) => [name, { pushes: [...pushes], pending: null }]),
  ),
});

const listed = (rollouts: readonly Rollout[]): readonly string[] =>
  rollouts.map(({ request, changes }) => `${request}: ${changes.map(({ container }) => container).join(", ")}`);

const endOf = () => ({ phase: "complete", reason: "all run it" }) as const;
const ENDED = "2026-11-22T08:05:00.000Z";

describe("rolloutsOf(state)", () => {
  it("finds none where nothing is known", () => {
    assert.deepEqual(rolloutsOf(emptyState(aTarget)), []);
  });

  it("gives what one push did to several containers as one", () => {
    const [web, worker] = [aPush(), aPush({ before: "x:1", after: "x:2" })];
    assert.deepEqual(rolloutsOf(stateOf({ web: [web], worker: [worker] })), [
      {
        hook: "website",
        acceptedAt: FIRST,
        request: "request-1",
        changes: [
          { container: "web", push: web, isFollowed: false },
          { container: "worker", push: worker, isFollowed: false },
        ],
      },
    ]);
  });

  it("lists the oldest first, whichever container they are of", () => {
    const late = aPush({ key: "b", acceptedAt: SECOND, request: "request-2" });
    const state = stateOf({ web: [late], worker: [aPush(), late], log: [aPush({ request: "request-0" })] });
    assert.deepEqual(listed(rolloutsOf(state)), ["request-1: worker", "request-0: log", "request-2: web, worker"]);
  });

  it("says of each container whether a later push of it is on record", () => {
    const late = aPush({ key: "b", acceptedAt: SECOND });
    const [rollout, last] = rolloutsOf(stateOf({ web: [aPush(), late], worker: [aPush()] }));
    assert.deepEqual(
      rollout?.changes.map(({ container, isFollowed }) => [container, isFollowed]),
      [
        ["web", true],
        ["worker", false],
      ],
    );
    assert.equal(last?.changes[0].isFollowed, false);
  });

  const others = [
    { what: "hooks", push: aPush({ hook: "other" }) },
    { what: "times", push: aPush({ acceptedAt: SECOND }) },
    { what: "requests", push: aPush({ request: "request-2" }) },
  ];
  for (const { what, push } of others) {
    it(`tells pushes of two ${what} apart`, () => {
      assert.equal(rolloutsOf(stateOf({ web: [aPush()], worker: [push] })).length, 2);
      assert.notEqual(rolloutId(aPush()), rolloutId(push));
    });
  }
});

describe("openRollouts(state)", () => {
  it("leaves out what has come to its end for all of its containers", () => {
    const ended = aPush({ phase: "complete" });
    const [late, lateEnded] = [{}, { phase: "failed" } as const].map((over) =>
      aPush({ acceptedAt: SECOND, request: "request-2", ...over }),
    );
    assert.ok(late !== undefined && lateEnded !== undefined);
    const state = stateOf({ web: [ended, late], worker: [ended, lateEnded] });
    assert.deepEqual(listed(openRollouts(state)), ["request-2: web, worker"]);
  });
});

describe("withEnd(state, rollout, endOf, endedAt)", () => {
  const [first] = rolloutsOf(stateOf({ web: [aPush()], worker: [aPush()] }));

  it("records the end of each container, and when it was", () => {
    assert.ok(first !== undefined);
    const state = stateOf({ web: [aPush(), aPush({ key: "b" })], worker: [aPush()] });
    const ended = aPush({ phase: "complete", reason: "all run it", endedAt: ENDED });
    const next = withEnd(state, first, endOf, ENDED);
    assert.deepEqual(pushesOf(next, "web"), [ended, aPush({ key: "b" })]);
    assert.deepEqual(pushesOf(next, "worker"), [ended]);
  });

  it("asks for each container what its end is", () => {
    assert.ok(first !== undefined);
    const state = stateOf({ web: [aPush()], worker: [aPush()] });
    const next = withEnd(state, first, ({ container }) => ({ phase: "undone", reason: container }), ENDED);
    assert.deepEqual([pushesOf(next, "web")[0]?.reason, pushesOf(next, "worker")[0]?.reason], ["web", "worker"]);
  });

  it("leaves an end that is on record", () => {
    const failed = aPush({ phase: "failed", reason: "no pods" });
    const state = stateOf({ web: [failed], worker: [aPush()] });
    const [rollout] = rolloutsOf(state);
    assert.ok(rollout !== undefined);
    const next = withEnd(state, rollout, endOf, ENDED);
    assert.deepEqual(pushesOf(next, "web"), [failed]);
    assert.equal(pushesOf(next, "worker")[0]?.phase, "complete");
  });

  it("changes nothing of what is forgotten", () => {
    assert.ok(first !== undefined);
    const state = emptyState(aTarget);
    assert.equal(withEnd(state, first, endOf, ENDED), state);
  });
});
