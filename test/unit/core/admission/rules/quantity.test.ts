import assert from "node:assert/strict";
import { parseQuantity } from "../../../../../src/core/admission/rules/quantity.ts";

describe("parseQuantity(text)", () => {
  const cases: { text: string; value: number | null }[] = [
    { text: "0", value: 0 },
    { text: "2", value: 2 },
    { text: "-1", value: -1 },
    { text: "+1.5", value: 1.5 },
    { text: ".5", value: 0.5 },
    { text: "5.", value: 5 },
    { text: "700m", value: 0.7 },
    { text: "100u", value: 0.0001 },
    { text: "1n", value: 1e-9 },
    { text: "2k", value: 2000 },
    { text: "2M", value: 2e6 },
    { text: "1E", value: 1e18 },
    { text: "1Ki", value: 1024 },
    { text: "2Gi", value: 2 * 1024 ** 3 },
    { text: "1Ei", value: 1024 ** 6 },
    { text: "1e3", value: 1000 },
    { text: "12E-1", value: 1.2 },
    { text: "1e", value: null },
    { text: "2K", value: null },
    { text: "2gi", value: null },
    { text: "two", value: null },
    { text: "", value: null },
    { text: "1 ", value: null },
    { text: ".", value: null },
    { text: "1".repeat(65), value: null },
  ];
  for (const { text, value } of cases)
    it(`reads "${text.slice(0, 20)}" as ${value === null ? "none" : String(value)}`, () => {
      assert.equal(parseQuantity(text), value);
    });
});
