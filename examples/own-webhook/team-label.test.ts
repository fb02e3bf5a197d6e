import assert from "node:assert/strict";
import { test } from "node:test";
import { reviewFor, testReview } from "imagehook/admission";
import { teamLabel } from "./team-label.ts";

const deployment = (labels: Readonly<Record<string, string>>, replicas = 2): object => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web", namespace: "shop", labels },
  spec: { replicas },
});

await test("a Deployment of a known team may be stored", async () => {
  const { allowed, warnings } = await testReview(teamLabel, reviewFor(deployment({ team: "search" })).create());
  assert.deepEqual([allowed, warnings], [true, []]);
});

await test("one without a team may not, nor one that is taken from its team", async () => {
  const created = await testReview(teamLabel, reviewFor(deployment({})).create());
  assert.deepEqual([created.allowed, created.code], [false, 403]);
  assert.match(created.message, /must be one of checkout, search; it is missing$/);
  const before = deployment({ team: "search" });
  const updated = await testReview(teamLabel, reviewFor(deployment({ team: "sales" })).update(before));
  assert.match(updated.message, /; it is sales$/);
});

await test("a single replica is warned of", async () => {
  const { allowed, warnings } = await testReview(teamLabel, reviewFor(deployment({ team: "search" }, 1)).create());
  assert.deepEqual([allowed, warnings.length], [true, 1]);
});
