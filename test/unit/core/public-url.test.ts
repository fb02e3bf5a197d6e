import assert from "node:assert/strict";
import { isPublicUrl } from "../../../src/core/public-url.ts";

describe("isPublicUrl(text)", () => {
  const cases: readonly (readonly [string, boolean])[] = [
    ["https://hooks.example.com", true],
    ["http://192.0.2.7:30900/", true],
    ["https://example.com/imagehook", true],
    ["https://[2001:db8::1]:8443", true],
    ["hooks.example.com", false],
    ["ftp://hooks.example.com", false],
    ["https://", false],
    ["https://user@hooks.example.com", false],
    ["https://hooks.example.com?a=b", false],
    ["https://hooks.example.com/#a", false],
    ["https://hooks.example.com/a b", false],
    ["https://hooks.example.com/a\r\nX-Evil: 1", false],
    ["https://hooks.example.com/钩", false],
    [`https://hooks.example.com/${"a".repeat(1_000)}`, false],
  ];
  for (const [text, is] of cases) {
    it(`says ${String(is)} for ${JSON.stringify(text.slice(0, 60))}`, () => {
      assert.equal(isPublicUrl(text), is);
    });
  }
});
