import assert from "node:assert/strict";
import { rolloutKey } from "../../../src/core/rollout/rollout-key.ts";
import { emptyState, withPush } from "../../../src/core/rollout/state.ts";
import { createRolloutReports } from "../../../src/flow/report-rollouts.ts";
import { aPush, aTarget } from "../../support/builders.ts";
import { createFakeArchive } from "../../support/fake-archive.ts";

const ALL = { namespace: "", workload: "", hook: "", limit: 100 };
const signal = new AbortController().signal;
const AWAY = { kind: "unreachable", message: "no answer in time" } as const;
const states = ["website", "shop"].map((name) => withPush(emptyState({ ...aTarget, name }), "web", aPush()));

describe("createRolloutReports(archive)", () => {
  it("lists what all pages say, and counts what cannot be read", async () => {
    const report = await createRolloutReports(createFakeArchive(...states)).list(ALL, signal);
    assert.ok(report.kind === "ok");
    assert.deepEqual(
      report.value.rollouts.map(({ workload }) => workload),
      ["deployment/website", "deployment/shop"],
    );
    assert.equal(report.value.unreadable, 2);
  });

  it("says why it cannot list", async () => {
    const archive = createFakeArchive(...states);
    archive.failures.push(AWAY);
    assert.deepEqual(await createRolloutReports(archive).list(ALL, signal), { kind: "error", error: AWAY });
  });

  it("finds a rollout by its key, and nothing by any other", async () => {
    const { find } = createRolloutReports(createFakeArchive(...states));
    const key = rolloutKey(aTarget, aPush());
    const found = await find(key, signal);
    assert.ok(found.kind === "ok");
    assert.equal(found.value?.key, key);
    const others = [rolloutKey(aTarget, aPush({ hook: "x" })), rolloutKey({ ...aTarget, name: "x" }, aPush()), "x"];
    for (const other of others) assert.deepEqual(await find(other, signal), { kind: "ok", value: null }, other);
  });

  it("says why it cannot find", async () => {
    const archive = createFakeArchive(...states);
    archive.failures.push(AWAY);
    const found = await createRolloutReports(archive).find(rolloutKey(aTarget, aPush()), signal);
    assert.deepEqual(found, { kind: "error", error: AWAY });
  });
});
