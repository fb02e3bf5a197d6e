import assert from "node:assert/strict";
import { planPushes } from "../../../../src/core/rollout/choose-push.ts";
import type { PushEvent } from "../../../../src/core/event/push-event.ts";
import { aContainer, aHook, anEvent, aWorkload, repository } from "../../../support/builders.ts";

const SITE = "registry.example.com/shop/website";
const OTHER = { repository: repository("registry.example.com/shop/other") };

function chosen(image: string, ...events: [PushEvent, ...PushEvent[]]): string {
  const plan = planPushes({
    hook: "website",
    upgrade: aHook().upgrade,
    network: "keep",
    events,
    workload: aWorkload({ containers: [aContainer({ image })] }),
    pushes: [],
    now: new Date("2026-11-22T08:00:05Z"),
  });
  if (plan.kind === "foreign-repository") return `foreign: ${plan.pushed}`;
  return plan.kind === "change" ? plan.push.after : plan.kind;
}

describe("planPushes(facts) of several pushes", () => {
  const old = anEvent("1.9", { pushedAt: "2026-11-22T07:00:00.000Z" });
  const young = anEvent("2.1", { pushedAt: "2026-11-22T09:00:00.000Z" });
  const timeless = (tag: string): PushEvent => anEvent(tag, { pushedAt: null });

  it("takes the newest, wherever it stands", () => {
    assert.equal(chosen(`${SITE}:1.0`, old, young), `${SITE}:2.1`);
    assert.equal(chosen(`${SITE}:1.0`, young, old), `${SITE}:2.1`);
    assert.equal(chosen(`${SITE}:1.0`, old, young, anEvent("2.0")), `${SITE}:2.1`);
  });

  it("takes the newest though an older one has the tag that runs", () => {
    assert.equal(chosen(`${SITE}:1.9`, young, old), `${SITE}:2.1`);
  });

  it("stays on the tag that runs, of tags that were pushed at once", () => {
    assert.equal(chosen(`${SITE}:latest`, timeless("latest"), timeless("2.0")), `${SITE}:latest`);
    assert.equal(chosen(`${SITE}:latest`, timeless("2.0"), timeless("latest"), timeless("2.0.1")), `${SITE}:latest`);
  });

  it("takes the last of tags that were pushed at once, where none of them runs", () => {
    assert.equal(chosen(`${SITE}:1.0`, timeless("2"), timeless("2.0")), `${SITE}:2.0`);
    assert.equal(chosen(`${SITE}@sha256:${"a".repeat(64)}`, anEvent("2"), anEvent("2.0")), `${SITE}:2.0`);
    assert.equal(chosen("not an image", anEvent("2"), anEvent("2.0")), `foreign: ${SITE}`);
  });

  it("passes over another repository's, though they are newer", () => {
    assert.equal(chosen(`${SITE}:1.0`, old, { ...young, ...OTHER }), `${SITE}:1.9`);
  });

  it("is foreign when all are, by the first", () => {
    assert.equal(chosen(`${SITE}:1.0`, { ...old, ...OTHER }), `foreign: ${OTHER.repository}`);
  });
});
