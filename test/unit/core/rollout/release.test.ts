import assert from "node:assert/strict";
import { deliveryKey } from "../../../../src/core/rollout/delivery-key.ts";
import { planRollout } from "../../../../src/core/rollout/plan.ts";
import { release } from "../../../../src/core/rollout/release.ts";
import {
  emptyState,
  pendingOf,
  pushesOf,
  withPending,
  withPush,
  type PendingPush,
  type Phase,
  type RolloutState,
} from "../../../../src/core/rollout/state.ts";
import { aContainer, aHook, anEvent, aPush, aTarget, aWorkload } from "../../../support/builders.ts";

const ANY = { hook: "", dropsPending: false, isNamed: false };
const aPending: PendingPush = {
  hook: "website",
  request: "request-2",
  acceptedAt: "2026-11-22T08:05:00.000Z",
  network: "keep",
  events: [],
  until: null,
  reason: "the hook is frozen",
  image: "registry.example.com/shop/website:3.0",
};

describe("release(state, request)", () => {
  for (const phase of ["rolled-back", "undone"] as const) {
    it(`lets a push go that was ${phase}`, () => {
      const push = aPush({ phase, reason: "because" });
      const { state, released } = release(withPush(emptyState(aTarget), "web", push), ANY);
      assert.deepEqual(released, [{ kind: "held", hook: "website", container: "web", image: push.after }]);
      assert.deepEqual(pushesOf(state, "web"), []);
    });
  }

  const others: readonly Phase[] = ["held", "accepted", "progressing", "complete", "failed", "superseded"];
  for (const phase of others) {
    it(`leaves a push that is ${phase}`, () => {
      const before = withPush(emptyState(aTarget), "web", aPush({ phase }));
      const { state, released } = release(before, ANY);
      assert.equal(state, before);
      assert.deepEqual(released, []);
    });
  }

  it("lets what has ended go, but nothing that goes on or was superseded, where the workload is named", () => {
    for (const phase of ["held", "accepted", "progressing", "complete", "failed", "superseded"] as const) {
      const before = withPush(emptyState(aTarget), "web", aPush({ phase }));
      const { released } = release(before, { ...ANY, isNamed: true });
      assert.equal(released.length, phase === "complete" || phase === "failed" ? 1 : 0, phase);
    }
  });

  it("leaves what another hook brought", () => {
    const before = withPending(withPush(emptyState(aTarget), "web", aPush({ phase: "undone" })), "app", aPending);
    assert.equal(release(before, { hook: "other", dropsPending: true, isNamed: false }).state, before);
    assert.equal(release(before, { hook: "website", dropsPending: true, isNamed: false }).released.length, 2);
  });

  it("drops a push that waits where it is told to, and leaves it elsewhere", () => {
    const before = withPending(emptyState(aTarget), "web", aPending);
    assert.equal(release(before, ANY).state, before);
    const { state, released } = release(before, { hook: "", dropsPending: true, isNamed: false });
    assert.equal(pendingOf(state, "web"), null);
    assert.deepEqual(released, [{ kind: "pending", hook: "website", container: "web", image: aPending.image }]);
  });

  it("lets the next delivery of a push that was let go bring it again", () => {
    const event = anEvent("2.0");
    const push = aPush({ key: deliveryKey(event), phase: "undone" });
    const held = withPush(emptyState(aTarget), "web", push);
    const planOf = (state: RolloutState): string =>
      planRollout({
        hook: "website",
        upgrade: aHook().upgrade,
        network: "keep",
        event,
        workload: aWorkload({ containers: [aContainer({ image: "registry.example.com/shop/website:1.5" })] }),
        pushes: pushesOf(state, "web"),
        now: new Date("2026-11-22T09:00:00.000Z"),
        request: "request-2",
      }).kind;
    assert.deepEqual([planOf(held), planOf(release(held, ANY).state)], ["skip", "change"]);
  });
});
