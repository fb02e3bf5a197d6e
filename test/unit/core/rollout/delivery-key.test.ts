import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import type { PushEvent } from "../../../../src/core/event/push-event.ts";
import { deliveryKey, repeatedPush } from "../../../../src/core/rollout/delivery-key.ts";
import { anEvent, aPush, digest, repository } from "../../../support/builders.ts";

describe("deliveryKey(event)", () => {
  const hash = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 16);
  const place = hash("registry.example.com/shop/website\n2.0");

  it("is the start of the SHA-256 of repository and tag, and of digest and push time", () => {
    assert.equal(deliveryKey(anEvent("2.0")), `${place}${hash(`sha256:${"b".repeat(64)}\n2026-11-22T08:00:00.000Z`)}`);
  });

  it("takes an absent digest and push time for empty texts", () => {
    assert.equal(deliveryKey(anEvent("2.0", { digest: null, pushedAt: null })), `${place}${hash("\n")}`);
  });

  it("does not depend on the registry's id", () => {
    assert.equal(deliveryKey(anEvent("2.0", { delivery: "event-1" })), deliveryKey(anEvent("2.0")));
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

describe("repeatedPush(event, pushes, now) of a registry that gives ids", () => {
  const acceptedAt = "2026-11-22T08:00:00.000Z";
  const later = "2026-11-22T08:00:09.000Z";
  const silent = { digest: null, pushedAt: null };
  const other = { repository: repository("registry.example.com/shop/other") };
  const cases: readonly {
    readonly when: string;
    readonly first: Partial<PushEvent>;
    readonly again: Partial<PushEvent>;
    readonly tag?: string;
    readonly is: boolean;
  }[] = [
    { when: "the ids are equal", first: { delivery: "1" }, again: { delivery: "1" }, is: true },
    {
      when: "it is sent again with another push time",
      first: { delivery: "1" },
      again: { delivery: "1", pushedAt: later },
      is: true,
    },
    {
      when: "it is sent again with a digest that was not known before",
      first: { delivery: "1", digest: null },
      again: { delivery: "1" },
      is: true,
    },
    {
      when: "the id alone is known",
      first: { ...silent, delivery: "1" },
      again: { ...silent, delivery: "1" },
      is: true,
    },
    { when: "all is equal but the id", first: { delivery: "1" }, again: { delivery: "2" }, is: false },
    {
      when: "nothing but another id is known",
      first: { ...silent, delivery: "1" },
      again: { ...silent, delivery: "2" },
      is: false,
    },
    {
      when: "the id is that of another tag",
      first: { delivery: "1" },
      again: { delivery: "1" },
      tag: "2.1",
      is: false,
    },
    {
      when: "the id is that of another repository",
      first: { delivery: "1" },
      again: { delivery: "1", ...other },
      is: false,
    },
    { when: "the first had no id, and the rest is equal", first: {}, again: { delivery: "1" }, is: true },
    { when: "the second has no id, and the rest is equal", first: { delivery: "1" }, again: {}, is: true },
    {
      when: "the first had no id and another time",
      first: {},
      again: { delivery: "1", pushedAt: later },
      is: false,
    },
    { when: "the first said nothing at all", first: silent, again: { ...silent, delivery: "1" }, is: false },
    { when: "the second says nothing at all", first: { ...silent, delivery: "1" }, again: silent, is: false },
  ];
  for (const { when, first, again, tag = "2.0", is } of cases) {
    it(`${is ? "finds the push" : "takes it for a new push"} when ${when}`, () => {
      const { digest: known, pushedAt, delivery } = anEvent("2.0", first);
      const push = aPush({ key: deliveryKey(anEvent("2.0", first)), digest: known, pushedAt, delivery, acceptedAt });
      assert.equal(repeatedPush(anEvent(tag, again), [push], new Date(later)), is ? push : undefined);
    });
  }
});
