import assert from "node:assert/strict";
import { parseAddressRanges } from "../../../../src/core/hook/address-range.ts";

const holds = (text: string, client: string): boolean => {
  const { ranges, fault } = parseAddressRanges(text);
  assert.equal(fault, null);
  return ranges.some((range) => range.holds(client));
};

describe("parseAddressRanges(text)", () => {
  const cases: readonly { ranges: string; client: string; expected: boolean }[] = [
    { ranges: "192.0.2.7", client: "192.0.2.7:1", expected: true },
    { ranges: "192.0.2.7", client: "192.0.2.8:1", expected: false },
    { ranges: "192.0.2.0/24", client: "192.0.2.255:1", expected: true },
    { ranges: "192.0.2.0/24", client: "192.0.3.0:1", expected: false },
    { ranges: "10.0.0.0/8 \t 192.0.2.7\n", client: "192.0.2.7:1", expected: true },
    { ranges: "0.0.0.0/0", client: "203.0.113.9:1", expected: true },
    { ranges: "0.0.0.0/0", client: "[2001:db8::1]:1", expected: false },
    { ranges: "2001:db8::1", client: "[2001:db8::1]:443", expected: true },
    { ranges: "2001:db8::1", client: "[2001:db8::2]:443", expected: false },
    { ranges: "2001:db8::/32", client: "[2001:db8:ffff::1]:443", expected: true },
    { ranges: "::ffff:192.0.2.7", client: "192.0.2.7:1", expected: true },
    { ranges: "192.0.2.7", client: "[::ffff:192.0.2.7]:1", expected: true },
    { ranges: "192.0.2.7", client: ":0", expected: false },
    { ranges: "192.0.2.7", client: "unix", expected: false },
  ];
  for (const { ranges, client, expected } of cases) {
    it(`${expected ? "finds" : "does not find"} ${client} in ${ranges.trim()}`, () => {
      assert.equal(holds(ranges, client), expected);
    });
  }

  for (const wrong of [
    "192.0.2.256",
    "192.0.2.7/33",
    "2001:db8::/129",
    "192.0.2.7/x",
    "192.0.2.7/",
    "192.0.2.7/24/1",
    "host.example.com",
  ]) {
    it(`finds fault with ${wrong}, and takes the ranges before it alone`, () => {
      const { ranges, fault } = parseAddressRanges(`10.0.0.1 ${wrong} 192.0.2.7`);
      assert.equal(fault, `"${wrong}" is no address or range`);
      assert.deepEqual(
        ["10.0.0.1:1", "192.0.2.7:1"].map((client) => ranges.some((range) => range.holds(client))),
        [true, false],
      );
    });
  }

  it("holds nobody where no address is given", () => {
    assert.deepEqual(parseAddressRanges(" "), { ranges: [], fault: null });
  });
});
