import assert from "node:assert/strict";
import { createArrivals } from "../../../src/flow/arrivals.ts";
import { anAcceptedPush, anEvent, aTarget } from "../../support/builders.ts";
import { createFakeClock } from "../../support/fake-log.ts";
import { image, makeUpgradeKit } from "./upgrade-kit.ts";

describe("createArrivals(clock)", () => {
  it("shows the clock's time, and no millisecond twice", () => {
    const clock = createFakeClock();
    const arrivals = createArrivals(clock);
    const startMs = clock.now().getTime();
    const next = (): number => arrivals.now().getTime() - startMs;
    assert.deepEqual([next(), next(), next()], [0, 1, 2]);
    clock.advance(1);
    assert.equal(next(), 3);
    clock.advance(99);
    assert.equal(next(), 100);
  });

  it("believes a clock that was set back", () => {
    const clock = createFakeClock();
    const arrivals = createArrivals(clock);
    arrivals.now();
    clock.advance(-3_600_000);
    assert.deepEqual(arrivals.now(), clock.now());
  });

  it("lets a burst of pushes without a time of their own change a workload a few times, and ends on the last", async function () {
    this.timeout(10_000);
    const kit = await makeUpgradeKit();
    const { upgrade } = kit.replica();
    const arrivals = createArrivals(kit.clock);
    const outcomes = await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        upgrade(
          anAcceptedPush({
            events: [anEvent(`2.${String(index)}`, { pushedAt: null })],
            arrivedAt: arrivals.now(),
            requestId: `request-${String(index)}`,
          }),
        ),
      ),
    );
    assert.equal(kit.running(), image("2.39"));
    assert.ok(kit.cluster.object(aTarget).metadata.generation <= 1 + 3);
    assert.equal(outcomes.filter(({ kind }) => kind === "ignored").length, 38);
  });
});
