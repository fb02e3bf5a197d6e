import assert from "node:assert/strict";
import { parseDuration, printDuration } from "../../../src/core/duration.ts";

describe("parseDuration(text)", () => {
  const cases = {
    "1ms": 1,
    "90s": 90_000,
    "5m": 300_000,
    "1h30m": 5_400_000,
    "1h2m3s4ms": 3_723_004,
    "1s1s": 2_000,
    "1.5h": 5_400_000,
    "0.25s1.5ms": 252,
    "0s": 0,
    "999999h": 999_999 * 3_600_000,
  };
  for (const [text, ms] of Object.entries(cases)) {
    it(`reads ${text}`, () => {
      assert.equal(parseDuration(text), ms);
    });
  }

  for (const text of [
    "",
    "90",
    "s",
    "1.s",
    ".5s",
    "1.5.5s",
    "-1s",
    "1 s",
    "1S",
    "1s ",
    "1d",
    "1000000s",
    "1s1s1s1s1s",
    "1µs",
  ]) {
    it(`finds none in "${text}"`, () => {
      assert.equal(parseDuration(text), null);
    });
  }
});

describe("printDuration(durationMs)", () => {
  const cases = {
    "0s": 0,
    "1ms": 1,
    "1s500ms": 1_500,
    "1m30s": 90_000,
    "30m": 1_800_000,
    "1h30m": 5_400_000,
    "720h": 2_592_000_000,
    "1h2m3s4ms": 3_723_004,
  };
  for (const [text, ms] of Object.entries(cases)) {
    it(`writes ${String(ms)} as ${text}, which reads back the same`, () => {
      assert.equal(printDuration(ms), text);
      assert.equal(parseDuration(text), ms);
    });
  }
});
