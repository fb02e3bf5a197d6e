import assert from "node:assert/strict";
import type { Hook } from "../../../src/core/hook/hook.ts";
import { createMetrics, type MetricSources, type ShownMetrics } from "../../../src/telemetry/metrics.ts";
import { aHook } from "../../support/builders.ts";

function metricsOf(hooks: readonly Hook[], over: Partial<MetricSources> = {}): ShownMetrics {
  const find = (id: string): Hook | undefined => hooks.find((hook) => hook.id === id);
  return createMetrics({ version: "1.2.3", find, hooks: () => hooks, isSound: () => true, ...over });
}

/** The lines of imagehook's own metrics, without their help. */
async function linesOf(metrics: ShownMetrics): Promise<readonly string[]> {
  const { text } = await metrics.show();
  return text.split("\n").filter((line) => line.startsWith("imagehook_"));
}

describe("createMetrics(sources)", () => {
  it("begins with what is always known", async () => {
    assert.deepEqual(await linesOf(metricsOf([])), [
      "imagehook_leader 0",
      'imagehook_build_info{version="1.2.3"} 1',
      'imagehook_hooks{kind="upgrade"} 0',
      'imagehook_hooks{kind="command"} 0',
      "imagehook_insecure_hooks 0",
      "imagehook_hook_config_last_reload_successful 1",
    ]);
  });

  it("counts what it is told", async () => {
    const metrics = metricsOf([aHook()]);
    metrics.delivery("website", "changed");
    metrics.delivery("website", "changed");
    metrics.patched("website", 0.03);
    metrics.ended("website", "rolled-back", 42);
    metrics.notice("mail", "sent");
    metrics.leads(true);
    const lines = await linesOf(metrics);
    for (const line of [
      'imagehook_deliveries_total{hook="website",outcome="changed"} 2',
      'imagehook_patch_seconds_bucket{le="0.025",hook="website"} 0',
      'imagehook_patch_seconds_bucket{le="0.05",hook="website"} 1',
      'imagehook_patch_seconds_count{hook="website"} 1',
      'imagehook_rollouts_total{hook="website",result="rolled-back"} 1',
      'imagehook_rollout_seconds_sum{hook="website"} 42',
      'imagehook_notices_total{channel="mail",result="sent"} 1',
      "imagehook_leader 1",
    ])
      assert.ok(lines.includes(line), `${line} is not in:\n${lines.join("\n")}`);
    metrics.leads(false);
    assert.ok((await linesOf(metrics)).includes("imagehook_leader 0"));
  });

  it("looks at the hooks when it is asked", async () => {
    const hooks = [aHook(), aHook({ id: "open", upgrade: { isInsecure: true } })];
    const lines = await linesOf(metricsOf(hooks, { isSound: () => false }));
    for (const line of [
      'imagehook_hooks{kind="upgrade"} 2',
      "imagehook_insecure_hooks 1",
      "imagehook_hook_config_last_reload_successful 0",
    ])
      assert.ok(lines.includes(line), line);
  });

  it("has no more series after a thousand ids of hooks that are not there", async () => {
    const metrics = metricsOf([aHook()]);
    const tell = (id: string): void => {
      metrics.delivery(id, "unknown-hook");
      metrics.patched(id, 1);
      metrics.ended(id, "complete", 1);
    };
    tell("nobody");
    const before = await linesOf(metrics);
    for (let index = 0; index < 1_000; index += 1) tell(`canary-${String(index)}"} 1\n`);
    const after = await linesOf(metrics);
    assert.equal(after.length, before.length);
    assert.equal(after.join("\n").includes("canary"), false);
    assert.ok(after.includes('imagehook_deliveries_total{hook="",outcome="unknown-hook"} 1001'));
  });

  it("shows the process beside, in Prometheus' text format", async () => {
    const { contentType, text } = await metricsOf([]).show();
    assert.match(contentType, /^text\/plain; version=0\.0\.4/);
    assert.match(text, /^process_resident_memory_bytes \d+$/m);
  });
});
