import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { mapAtOnce } from "../../../src/flow/at-once.ts";

describe("mapAtOnce(items, limit, task)", () => {
  it("gives the results in the items' order, and does at most so many at a time", async () => {
    const [items, seen] = [[5, 1, 4, 2, 3, 0, 6], { now: 0, most: 0 }];
    const results = await mapAtOnce(items, 3, async (item) => {
      seen.most = Math.max(seen.most, ++seen.now);
      await sleep(item * 3);
      seen.now--;
      return item * 10;
    });
    assert.deepEqual(
      results,
      items.map((item) => item * 10),
    );
    assert.equal(seen.most, 3);
  });

  it("gives nothing for nothing", async () => {
    assert.deepEqual(await mapAtOnce([], 3, () => assert.fail("there is nothing to do")), []);
  });
});
