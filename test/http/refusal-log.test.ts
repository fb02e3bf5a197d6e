import assert from "node:assert/strict";
import { mock } from "node:test";
import { createRefusalLog } from "../../src/http/refusal-log.ts";
import { createFakeLog } from "../support/fake-log.ts";

describe("createRefusalLog(log)", () => {
  beforeEach(() => {
    mock.timers.enable({ apis: ["setTimeout"] });
  });
  afterEach(() => {
    mock.timers.reset();
  });

  it("writes the first twenty of each hook in ten seconds, and then how many more there were", () => {
    const log = createFakeLog();
    const { limit } = createRefusalLog(log);
    const written: string[] = [];
    const refuse = (hook: string, times: number): void => {
      for (let count = 0; count < times; count++) limit(hook, () => written.push(hook));
    };
    refuse("a", 25);
    mock.timers.tick(9_999);
    refuse("b", 20);
    refuse("", 21);
    assert.deepEqual(
      ["a", "b", ""].map((hook) => written.filter((each) => each === hook).length),
      [20, 20, 20],
    );
    assert.deepEqual(log.lines, []);
    mock.timers.tick(1);
    assert.deepEqual(log.lines, [
      {
        level: "warn",
        message: "more deliveries were refused",
        facts: { refused: 6, hooks: { a: 5, "": 1 }, withinMs: 10_000 },
      },
    ]);
  });

  it("writes two hundred of all hooks, and names the ten with the most that were passed over", () => {
    const log = createFakeLog();
    const { limit } = createRefusalLog(log);
    let written = 0;
    for (let round = 0; round < 10; round++) {
      for (let hook = 0; hook < 50; hook++) limit(`hook-${String(hook)}`, () => written++);
    }
    for (let count = 0; count < 3; count++) limit("hook-7", () => written++);
    mock.timers.tick(10_000);
    assert.equal(written, 200);
    const [line] = log.lines;
    assert.equal(line?.facts["refused"], 303);
    const hooks = Object.entries(line.facts["hooks"] as object);
    assert.deepEqual([hooks.length, hooks[0]], [10, ["hook-7", 9]]);
  });

  it("begins anew with the next refusal", () => {
    const log = createFakeLog();
    const { limit } = createRefusalLog(log);
    let written = 0;
    for (let window = 0; window < 3; window++) {
      for (let count = 0; count < 21; count++) limit("a", () => written++);
      mock.timers.tick(10_000);
    }
    assert.equal(written, 60);
    assert.equal(log.lines.length, 3);
    mock.timers.tick(60_000);
    assert.equal(log.lines.length, 3);
  });
});
