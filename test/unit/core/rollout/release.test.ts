import assert from "node:assert/strict";
import { release } from "../../../../src/core/rollout/release.ts";
import {
  emptyState,
  pendingOf,
  pushesOf,
  withPending,
  withPush,
  type PendingPush,
  type Phase,
} from "../../../../src/core/rollout/state.ts";
import { aPush, aTarget } from "../../../support/builders.ts";

const ANY = { hook: "", dropsPending: false };
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
      assert.partialDeepStrictEqual(pushesOf(state, "web"), [
        {
          ...push,
          phase: "superseded",
          reason: "released by imagehook release: the next delivery of it is carried out",
        },
      ]);
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

  it("leaves what another hook brought", () => {
    const before = withPending(withPush(emptyState(aTarget), "web", aPush({ phase: "undone" })), "app", aPending);
    assert.equal(release(before, { hook: "other", dropsPending: true }).state, before);
    assert.equal(release(before, { hook: "website", dropsPending: true }).released.length, 2);
  });

  it("drops a push that waits where it is told to, and leaves it elsewhere", () => {
    const before = withPending(emptyState(aTarget), "web", aPending);
    assert.equal(release(before, ANY).state, before);
    const { state, released } = release(before, { hook: "", dropsPending: true });
    assert.equal(pendingOf(state, "web"), null);
    assert.deepEqual(released, [{ kind: "pending", hook: "website", container: "web", image: aPending.image }]);
  });
});
