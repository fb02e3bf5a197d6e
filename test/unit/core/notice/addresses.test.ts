import assert from "node:assert/strict";
import { isAddress, parseAddresses } from "../../../../src/core/notice/addresses.ts";

const long = "a".repeat(64);

describe("isAddress(text)", () => {
  const addresses = [
    "ops@example.com",
    "first.last+tag@sub.example.com",
    "10001@example.com",
    "root@mail",
    "o'brien@example.com",
    "ops@xn--fiqs8s.example",
    `${long}@example.com`,
  ];
  for (const address of addresses) {
    it(`takes ${address}`, () => {
      assert.equal(isAddress(address), true);
    });
  }

  const others = [
    "",
    "ops",
    "@example.com",
    "ops@",
    "ops@@example.com",
    "ops@-example.com",
    "ops@example-.com",
    "ops@example..com",
    "ops@example.com.",
    ".ops@example.com",
    "ops.@example.com",
    "o..ps@example.com",
    "Ops <ops@example.com>",
    "<ops@example.com>",
    "<MAIL_TO>",
    '"ops"@example.com',
    "ops@[127.0.0.1]",
    "ops@example.com\n",
    "ops@example.com\r\nBcc: evil@example.net",
    "ops\0@example.com",
    "öps@example.com",
    "ops@exämple.com",
    "ops@example.com,team@example.com",
    `${long}a@example.com`,
    `ops@${long}.com`,
    `ops@${"a.".repeat(130)}com`,
  ];
  for (const other of others) {
    it(`refuses ${JSON.stringify(other)}`, () => {
      assert.equal(isAddress(other), false);
    });
  }

  it("decides about a megabyte at once", () => {
    const started = performance.now();
    assert.equal(isAddress(`${"a.".repeat(500_000)}@${"a.".repeat(500_000)}`), false);
    assert.ok(performance.now() - started < 500);
  });
});

describe("parseAddresses(text)", () => {
  const cases = [
    { when: "nothing", text: " \n", expected: [] },
    { when: "one address", text: "ops@example.com", expected: ["ops@example.com"] },
    {
      when: "every separator",
      text: " a@example.com, b@example.com;c@example.com\td@example.com\r\ne@example.com,,",
      expected: ["a@example.com", "b@example.com", "c@example.com", "d@example.com", "e@example.com"],
    },
    {
      when: "an address twice, in other letters",
      text: "Ops@example.com ops@Example.com",
      expected: ["ops@Example.com"],
    },
  ];
  for (const { when, text, expected } of cases) {
    it(`reads ${when}`, () => {
      assert.deepEqual(parseAddresses(text), { kind: "ok", value: expected });
    });
  }

  it("names the first entry that is no address and shows how to write one", () => {
    assert.deepEqual(parseAddresses("ops@example.com, Team\u001b <team@example.com>"), {
      kind: "error",
      error: '"Team" is not an e-mail address; write plain addresses such as ops@example.com, separated by commas',
    });
  });

  it("takes 50 addresses and refuses 51", () => {
    const addresses = Array.from({ length: 51 }, (_, index) => `a${String(index)}@example.com`);
    assert.deepEqual(parseAddresses(addresses.slice(1).join(" ")), { kind: "ok", value: addresses.slice(1) });
    assert.deepEqual(parseAddresses(addresses.join(" ")), {
      kind: "error",
      error: "51 addresses are more than the 50 that one mail may have; use a mailing list",
    });
  });
});
