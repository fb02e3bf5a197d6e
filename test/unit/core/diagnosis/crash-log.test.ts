import assert from "node:assert/strict";
import { lastLines } from "../../../../src/core/diagnosis/crash-log.ts";

describe("lastLines(log)", () => {
  it("keeps the last ten lines that say something", () => {
    const log = Array.from({ length: 30 }, (_, index) => `line ${String(index)}\n\n`).join("");
    assert.deepEqual(
      lastLines(log),
      Array.from({ length: 10 }, (_, index) => `line ${String(20 + index)}`),
    );
  });

  it("keeps 2 KiB at most, the last first", () => {
    const lines = Array.from({ length: 10 }, (_, index) => `${String(index)} ${"é".repeat(240)}`);
    assert.deepEqual(lastLines(lines.join("\n")), lines.slice(-4));
  });

  it("cuts a line that is very long", () => {
    const [line] = lastLines("x".repeat(10_000));
    assert.equal(line?.length, 500);
  });

  it("takes colours and control characters out", () => {
    assert.deepEqual(lastLines("\u001b[1;31mpanic:\u001b[0m no \u0007bell\r\nbye\u202e"), ["panic: no bell", "bye"]);
  });

  it("gives nothing of an empty log", () => {
    assert.deepEqual(lastLines("\n\n"), []);
  });
});
