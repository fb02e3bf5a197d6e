import assert from "node:assert/strict";
import { Registry } from "prom-client";
import { createAdmissionMetrics, type ShownAdmissionMetrics } from "../../../src/telemetry/admission-metrics.ts";

async function linesOf(metrics: ShownAdmissionMetrics): Promise<readonly string[]> {
  const { text } = await metrics.show();
  return text.split("\n").filter((line) => line.startsWith("imagehook_") && !line.includes("seconds"));
}

describe("createAdmissionMetrics(registry)", () => {
  it("counts reviews while they are in flight, and what became of them", async () => {
    const metrics = createAdmissionMetrics();
    const [allow, deny, panic, late] = ["/a", "/a", "/a", "/b"].map((path) => metrics.begin(path));
    assert.deepEqual(await linesOf(metrics), [
      'imagehook_admission_in_flight{path="/a"} 3',
      'imagehook_admission_in_flight{path="/b"} 1',
    ]);
    allow?.({ allowed: true, code: 200, failure: null });
    deny?.({ allowed: false, code: 403, failure: null });
    panic?.({ allowed: false, code: 500, failure: "panic" });
    late?.({ allowed: false, code: 504, failure: "timeout" });
    assert.deepEqual(await linesOf(metrics), [
      'imagehook_admission_requests_total{path="/a",code="200"} 1',
      'imagehook_admission_requests_total{path="/a",code="403"} 1',
      'imagehook_admission_requests_total{path="/a",code="500"} 1',
      'imagehook_admission_requests_total{path="/b",code="504"} 1',
      'imagehook_admission_in_flight{path="/a"} 0',
      'imagehook_admission_in_flight{path="/b"} 0',
      'imagehook_admission_denials_total{path="/a"} 2',
      'imagehook_admission_denials_total{path="/b"} 1',
      'imagehook_admission_panics_total{path="/a"} 1',
      'imagehook_admission_timeouts_total{path="/b"} 1',
    ]);
    const { text } = await metrics.show();
    assert.match(text, /^imagehook_admission_seconds_count\{path="\/a"\} 3$/m);
  });

  it("stands in the registry of a service where it is given one", async () => {
    const registry = new Registry();
    createAdmissionMetrics(registry).begin("/a")({ allowed: true, code: 200, failure: null });
    assert.match(await registry.metrics(), /^imagehook_admission_requests_total\{path="\/a",code="200"\} 1$/m);
  });
});
