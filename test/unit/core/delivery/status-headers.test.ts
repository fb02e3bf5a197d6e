import assert from "node:assert/strict";
import type { UpgradeOutcome } from "../../../../src/core/delivery/outcome.ts";
import { statusHeaders } from "../../../../src/core/delivery/status-headers.ts";
import { rolloutKey } from "../../../../src/core/rollout/rollout-key.ts";
import { aChanged, aHook, aPush, aSelection, aSkipped, aTarget } from "../../../support/builders.ts";

const PUBLIC = "https://hooks.example.com/ih";
const KEY = rolloutKey(aTarget, aPush());

const headersOf = (outcome: UpgradeOutcome, publicUrl = PUBLIC): object =>
  Object.fromEntries(
    statusHeaders({ kind: "upgrade", hook: aHook({ id: "shop/web site" }), outcome }, publicUrl).map((header) => [
      header.name,
      header.value,
    ]),
  );

describe("statusHeaders(outcome, publicUrl)", () => {
  it("names the rollout of a change, and where to look it up", () => {
    assert.deepEqual(headersOf(aChanged()), {
      "Imagehook-Rollout": KEY,
      "Imagehook-Status": `${PUBLIC}/api/v1/rollouts/${KEY}`,
    });
  });

  it("names the rollout whose end was waited for", () => {
    assert.deepEqual(headersOf({ kind: "ended", set: aChanged(), end: null }, ""), { "Imagehook-Rollout": KEY });
  });

  it("gives no address where the public one is not known", () => {
    assert.deepEqual(headersOf(aChanged(), ""), { "Imagehook-Rollout": KEY });
  });

  it("names the rollouts of several workloads, and one address for all", () => {
    const other = { ...aTarget, name: "shop" };
    const workloads = [
      { target: aTarget, outcome: aChanged() },
      { target: { ...aTarget, name: "old" }, outcome: { kind: "ignored", reason: "" } },
      { target: other, outcome: aChanged() },
    ] as const;
    assert.deepEqual(headersOf({ kind: "several", workloads }), {
      "Imagehook-Rollout": `${KEY}, ${rolloutKey(other, aPush())}`,
      "Imagehook-Status": `${PUBLIC}/api/v1/rollouts?hook=shop%2Fweb%20site`,
    });
  });

  const none: readonly UpgradeOutcome[] = [
    aSkipped("duplicate", "shop/website:2.0"),
    { kind: "dry-run", would: aChanged() },
    { kind: "mismatch", missing: null },
    { kind: "several", workloads: [] },
  ];
  for (const outcome of none) {
    it(`says nothing of ${outcome.kind}`, () => {
      assert.deepEqual(headersOf(outcome), {});
    });
  }

  it("says nothing of deliveries to other hooks, and of a selection as such", () => {
    assert.deepEqual(statusHeaders({ kind: "unknown-hook" }, PUBLIC), []);
    const hook = aHook({ upgrade: { target: aSelection() } });
    assert.deepEqual(statusHeaders({ kind: "upgrade", hook, outcome: aChanged() }, PUBLIC), []);
  });
});
