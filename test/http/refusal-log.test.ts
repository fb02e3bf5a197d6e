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
    const more = { level: "warn", message: "more deliveries were refused" };
    assert.deepEqual(log.lines, [
      { ...more, facts: { hook: "a", refused: 5, withinMs: 10_000 } },
      { ...more, facts: { hook: "", refused: 1, withinMs: 10_000 } },
    ]);
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
