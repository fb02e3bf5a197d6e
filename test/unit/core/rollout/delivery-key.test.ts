import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { deliveryKey, repeatedPush } from "../../../../src/core/rollout/delivery-key.ts";
import { anEvent, aPush, digest, repository } from "../../../support/builders.ts";

describe("deliveryKey(event)", () => {
  it("is the start of the SHA-256 of what the registry says", () => {
    const event = anEvent("2.0");
    const text = `registry.example.com/shop/website\n2.0\nsha256:${"b".repeat(64)}\n2026-11-22T08:00:00.000Z`;
    assert.equal(deliveryKey(event), createHash("sha256").update(text).digest("hex").slice(0, 32));
  });

  it("takes an absent digest and push time for empty texts", () => {
    const event = anEvent("2.0", { digest: null, pushedAt: null });
    const text = "registry.example.com/shop/website\n2.0\n\n";
    assert.equal(deliveryKey(event), createHash("sha256").update(text).digest("hex").slice(0, 32));
  });

  const others = {
    "another repository": anEvent("2.0", { repository: repository("registry.example.com/shop/other") }),
    "another tag": anEvent("2.1"),
    "another digest": anEvent("2.0", { digest: digest("c") }),
    "another push time": anEvent("2.0", { pushedAt: "2026-11-22T08:00:00.001Z" }),
    "no digest": anEvent("2.0", { digest: null }),
    "no push time": anEvent("2.0", { pushedAt: null }),
  };
  for (const [what, event] of Object.entries(others)) {
    it(`is another for ${what}`, () => {
      assert.notEqual(deliveryKey(event), deliveryKey(anEvent("2.0")));
    });
  }
});

describe("repeatedPush(event, pushes, now)", () => {
  const acceptedAt = "2026-11-22T08:00:00.000Z";
  const after = (ms: number): Date => new Date(new Date(acceptedAt).getTime() + ms);
  const day = 86_400_000;
  const cases = [
    { when: "digest and push time are known, a day later", digest: digest("b"), pushedAt: acceptedAt, ms: day },
    { when: "only the digest is known, a day later", digest: digest("b"), pushedAt: null, ms: day },
    { when: "only the push time is known, a day later", digest: null, pushedAt: acceptedAt, ms: day },
    { when: "nothing is known, at once", digest: null, pushedAt: null, ms: 0 },
    { when: "nothing is known, 9.999 s later", digest: null, pushedAt: null, ms: 9_999 },
  ];
  for (const { when, ms, ...over } of cases) {
    it(`finds the push when ${when}`, () => {
      const event = anEvent("2.0", over);
      const push = aPush({ key: deliveryKey(event), acceptedAt });
      assert.equal(repeatedPush(event, [push], after(ms)), push);
    });
  }

  for (const ms of [10_000, 12_000, day]) {
    it(`takes an anonymous body for a new push ${String(ms)} ms later`, () => {
      const event = anEvent("2.0", { digest: null, pushedAt: null });
      const push = aPush({ key: deliveryKey(event), acceptedAt });
      assert.equal(repeatedPush(event, [push], after(ms)), undefined);
    });
  }

  it("finds none among the pushes of others", () => {
    assert.equal(repeatedPush(anEvent("2.1"), [aPush({ key: deliveryKey(anEvent("2.0")) })], after(0)), undefined);
  });

  it("finds the latest of several", () => {
    const key = deliveryKey(anEvent("2.0"));
    const [first, second] = [aPush({ key }), aPush({ key, acceptedAt: "2026-11-22T09:00:00.000Z" })];
    assert.equal(repeatedPush(anEvent("2.0"), [first, second, aPush()], after(0)), second);
  });
});
