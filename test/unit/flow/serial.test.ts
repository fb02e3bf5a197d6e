import assert from "node:assert/strict";
import { setImmediate as nextTurn } from "node:timers/promises";
import { createSerial } from "../../../src/flow/serial.ts";

describe("createSerial()", () => {
  const noted: string[] = [];
  const task = (name: string) => async (): Promise<string> => {
    noted.push(`${name} starts`);
    await nextTurn();
    await nextTurn();
    noted.push(`${name} ends`);
    return name;
  };
  beforeEach(() => {
    noted.length = 0;
  });

  it("runs tasks of one key one after the other, in the order they came", async () => {
    const serial = createSerial();
    const names = await Promise.all(["a", "b", "c"].map((name) => serial.run("key", task(name))));
    assert.deepEqual(names, ["a", "b", "c"]);
    assert.deepEqual(noted, ["a starts", "a ends", "b starts", "b ends", "c starts", "c ends"]);
  });

  it("runs tasks of different keys side by side", async () => {
    const serial = createSerial();
    await Promise.all([serial.run("x", task("a")), serial.run("y", task("b"))]);
    assert.deepEqual(noted, ["a starts", "b starts", "a ends", "b ends"]);
  });

  it("goes on after a task that throws, and throws to its caller alone", async () => {
    const serial = createSerial();
    const bad = serial.run("key", () => Promise.reject(new Error("broken")));
    const good = serial.run("key", task("a"));
    await assert.rejects(bad, /broken/);
    assert.equal(await good, "a");
  });

  it("takes a key anew once its tasks have ended", async () => {
    const serial = createSerial();
    await serial.run("key", task("a"));
    await serial.run("key", task("b"));
    assert.deepEqual(noted, ["a starts", "a ends", "b starts", "b ends"]);
  });
});
