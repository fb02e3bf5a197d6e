import assert from "node:assert/strict";
import fc from "fast-check";
import { decodeBase64 } from "../../../../src/core/notice/base64.ts";

describe("decodeBase64(text)", () => {
  it("gives back any text that was encoded, wrapped at any column, with a newline at the end", () => {
    const wrapped = fc.tuple(fc.string({ unit: "grapheme", minLength: 1 }), fc.integer({ min: 1, max: 80 }));
    fc.assert(
      fc.property(wrapped, ([text, columns]) => {
        const encoded = Buffer.from(text, "utf8").toString("base64");
        const lines = encoded.match(new RegExp(`.{1,${String(columns)}}`, "g")) ?? [];
        assert.equal(decodeBase64(`${lines.join("\r\n")}\n`), text);
      }),
    );
  });

  const refused = [
    { when: "nothing", text: "" },
    { when: "blanks", text: " \n" },
    { when: "a length that is no multiple of 4", text: "YWJjZA" },
    { when: "characters outside the alphabet", text: "YWJ*" },
    { when: "padding inside", text: "YQ==YWJj" },
    { when: "the alphabet of URLs", text: "_-_-" },
    { when: "bytes that are not UTF-8", text: "/////w==" },
    { when: "a word that looks like base64", text: "password" },
  ];
  for (const { when, text } of refused) {
    it(`refuses ${when}`, () => {
      assert.equal(decodeBase64(text), null);
    });
  }
});
