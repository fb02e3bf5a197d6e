import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { createClaims } from "../../../src/flow/claims.ts";
import { createSlots } from "../../../src/flow/slots.ts";

describe("createSlots(count)", () => {
  it("lets so many run at a time, in the order in which they came", async () => {
    const slots = createSlots(2);
    const begun: number[] = [];
    let [running, most] = [0, 0];
    const task = (name: number) => async (): Promise<number> => {
      begun.push(name);
      most = Math.max(most, ++running);
      await sleep(2);
      running--;
      return name;
    };
    const values = await Promise.all([1, 2, 3, 4, 5].map((name) => slots.run(task(name))));
    assert.deepEqual([values, begun, most], [[1, 2, 3, 4, 5], [1, 2, 3, 4, 5], 2]);
  });

  it("frees the place of a task that throws", async () => {
    const slots = createSlots(1);
    const failing = slots.run(() => Promise.reject(new Error("a bug")));
    const next = slots.run(() => Promise.resolve("done"));
    await assert.rejects(failing, /a bug/);
    assert.equal(await next, "done");
    assert.equal(await slots.run(() => Promise.resolve("again")), "again");
  });
});

describe("createClaims()", () => {
  it("holds what was added until it is removed", () => {
    const claims = createClaims();
    claims.add(["a", "b"]);
    claims.remove(["a", "c"]);
    assert.deepEqual([claims.has("a"), claims.has("b"), claims.has("c")], [false, true, false]);
  });
});
