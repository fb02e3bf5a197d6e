import assert from "node:assert/strict";
import { printable, printableLines } from "../../../../src/core/notice/printable.ts";

describe("printable(text, max)", () => {
  const cases = [
    { when: "plain text", text: "a b", expected: "a b" },
    { when: "line breaks of every kind", text: "a\r\nb\nc\rd\u2028e\u2029f\u0085g\vh", expected: "a b c d e f g h" },
    { when: "control characters", text: "\0a\u001b[31mb\u007fc\t", expected: "a [31mb c" },
    { when: "bidi overrides", text: "a\u202eb\u2066c\u200ed", expected: "a b c d" },
    { when: "Chinese and emoji", text: "通知 🚀", expected: "通知 🚀" },
    { when: "half of a surrogate pair", text: "a\ud83d", expected: "a\ufffd" },
    { when: "nothing", text: "", expected: "" },
  ];
  for (const { when, text, expected } of cases) {
    it(`makes one line of ${when}`, () => {
      assert.equal(printable(text), expected);
    });
  }

  it("cuts at 500 characters by default, ellipsis included", () => {
    assert.equal(printable("x".repeat(501)), `${"x".repeat(499)}…`);
    assert.equal(printable("x".repeat(500)), "x".repeat(500));
  });

  it("counts a surrogate pair as one character and never halves it", () => {
    assert.equal(printable("🚀".repeat(4), 3), "🚀🚀…");
    assert.equal(printable("🚀".repeat(3), 3), "🚀🚀🚀");
  });

  it("stays fast and short on megabytes", () => {
    assert.equal(printable("\n".repeat(2_000_000) + "x"), "");
    assert.equal(Array.from(printable("é🚀".repeat(1_000_000))).length, 500);
  });
});

describe("printableLines(text, { lines, length })", () => {
  const LIMITS = { lines: 3, length: 10 };
  const cases = [
    { when: "indented lines", text: "a\n  b\n\tc\n", expected: ["a", "  b", "  c"] },
    { when: "lines that end in each way", text: "a\r\nb\nc\rd", expected: ["b", "c", "d"] },
    { when: "an empty line within", text: "a\n\nb\n\n\n", expected: ["a", "", "b"] },
    { when: "colours", text: "\u001b[31mred\u001b[0m [INFO]", expected: ["red [INFO]"] },
    { when: "what is no colour", text: "\u001b[!x", expected: ["!x"] },
    { when: "control characters and bidi overrides", text: "a\0b\u202ec\u2028d", expected: ["a b c d"] },
    { when: "a long line", text: "x".repeat(11), expected: [`${"x".repeat(9)}…`] },
    { when: "megabytes of one line", text: "x".repeat(5_000_000), expected: [`${"x".repeat(9)}…`] },
    { when: "nothing", text: "", expected: [""] },
  ];
  for (const { when, text, expected } of cases) {
    it(`shows the end of ${when}`, () => {
      assert.deepEqual(printableLines(text, LIMITS), expected);
    });
  }
});
