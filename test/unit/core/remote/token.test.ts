import assert from "node:assert/strict";
import { readToken } from "../../../../src/core/remote/token.ts";

describe("readToken(bytes)", () => {
  const read = (answer: unknown) => readToken(Buffer.from(JSON.stringify(answer)));

  const tokens: readonly (readonly [answer: object, text: string, lifetimeMs: number])[] = [
    [{ token: "abc.def" }, "abc.def", 60_000],
    [{ access_token: "abc", expires_in: 300 }, "abc", 300_000],
    [{ token: "one", access_token: "two", expires_in: 0 }, "one", 0],
    [{ token: "one", expires_in: 1e9, issued_at: "now" }, "one", 3_600_000],
  ];
  for (const [answer, text, lifetimeMs] of tokens) {
    it(`reads ${JSON.stringify(answer)}`, () => {
      assert.deepEqual(read(answer), { kind: "ok", value: { text, lifetimeMs } });
    });
  }

  const refused = [
    null,
    [],
    {},
    { token: "" },
    { token: 1 },
    { token: "a\r\nx-other: b" },
    { token: "a b" },
    { token: "x".repeat(20_000) },
    { token: "a", expires_in: -1 },
    { token: "a", expires_in: "1" },
  ];
  for (const answer of refused) {
    it(`finds none in ${JSON.stringify(answer).slice(0, 60)}`, () => {
      assert.deepEqual(read(answer), { kind: "error", error: "its answer holds no token" });
    });
  }

  it("finds none in what is no JSON", () => {
    assert.equal(readToken(Buffer.from("<html>")).kind, "error");
  });
});
