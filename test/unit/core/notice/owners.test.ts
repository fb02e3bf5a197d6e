import assert from "node:assert/strict";
import { ownersOf } from "../../../../src/core/notice/owners.ts";

describe("ownersOf(annotation, domains)", () => {
  const DOMAINS = ["example.com", "Example.org"];
  const cases: readonly { when: string; text: string; domains?: readonly string[]; are: readonly string[] }[] = [
    { when: "two addresses", text: "a@example.com, b@example.com", are: ["a@example.com", "b@example.com"] },
    {
      when: "other separators",
      text: "a@example.com;b@example.org\nc@example.com",
      are: ["a@example.com", "b@example.org", "c@example.com"],
    },
    { when: "other letters' cases", text: "A@EXAMPLE.com a@example.org", are: ["A@EXAMPLE.com", "a@example.org"] },
    { when: "an address twice", text: "a@example.com,A@example.com", are: ["A@example.com"] },
    { when: "no domain that counts", text: "a@example.com", domains: [], are: [] },
    { when: "another domain", text: "a@example.net", are: [] },
    { when: "a domain below", text: "a@mail.example.com", are: [] },
    { when: "a domain that ends alike", text: "a@evilexample.com", are: [] },
    { when: "a domain that begins alike", text: "a@example.com.evil.net", are: [] },
    { when: "two at signs", text: "a@evil.net@example.com", are: [] },
    { when: "a display name", text: "Ops <evil@example.net>, <a@example.com>", are: [] },
    { when: "a header", text: "a@example.com\r\nBcc:evil@example.com", are: ["a@example.com"] },
    { when: "NUL", text: "a@example.com\0", are: [] },
    { when: "nothing", text: "", are: [] },
  ];
  for (const { when, text, domains = DOMAINS, are } of cases) {
    it(`reads ${when}`, () => {
      assert.deepEqual(ownersOf(text, domains), are);
    });
  }

  it("takes ten owners, and reads no annotation without end", () => {
    const many = Array.from({ length: 50_000 }, (_, index) => `o${String(index)}@example.com`).join(",");
    assert.deepEqual(
      ownersOf(many, DOMAINS),
      Array.from({ length: 10 }, (_, index) => `o${String(index)}@example.com`),
    );
    assert.deepEqual(ownersOf(`${" ".repeat(4_000)}a@example.com`, DOMAINS), []);
  });
});
