import assert from "node:assert/strict";
import fc from "fast-check";
import { decodeUtf8 } from "../../../../src/core/hook/utf8.ts";

describe("decodeUtf8(bytes)", () => {
  const cases = [
    { bytes: "a\xff\xfeb", expected: "a\uFFFD\uFFFDb" },
    { bytes: "\xe2\x82", expected: "\uFFFD\uFFFD" },
    { bytes: "\xe2\x82\xac\xff", expected: "€\uFFFD" },
    { bytes: "\xed\xa0\x80", expected: "\uFFFD\uFFFD\uFFFD" },
    { bytes: "\xf0\x9f\x98", expected: "\uFFFD\uFFFD\uFFFD" },
    { bytes: "\xf0\x9f\x98\x80\x80", expected: "\u{1f600}\uFFFD" },
    { bytes: "\xf4\x90\x80\x80", expected: "\uFFFD\uFFFD\uFFFD\uFFFD" },
    { bytes: "\xc0\x80\xe0\x80\x80", expected: "\uFFFD".repeat(5) },
    { bytes: "\xef\xbf\xbd\xff", expected: "\uFFFD\uFFFD" },
    { bytes: "\xef\xbb\xbfx", expected: "\uFEFFx" },
  ];
  for (const { bytes, expected } of cases) {
    it(`reads ${JSON.stringify(bytes)}`, () => {
      assert.equal(decodeUtf8(Buffer.from(bytes, "latin1")), expected);
    });
  }

  it("leaves every text with a stray byte behind it as it is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        assert.equal(decodeUtf8(Buffer.concat([Buffer.from(text), Buffer.from([0x80])])), `${text}\uFFFD`);
      }),
    );
  });
});
