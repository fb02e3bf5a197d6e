import assert from "node:assert/strict";
import { failureOf, secretsOf } from "../../src/mail/failure.ts";
import { settingsFor } from "./mail-kit.ts";

const settings = settingsFor(465, { server: "smtp.example.com" });

describe("failureOf(error, settings, secrets)", () => {
  const cases = [
    { when: "something that is no error", error: "surprise", kind: "temporary", code: "UNKNOWN" },
    { when: "an error of an unknown kind", error: new Error("surprise"), kind: "temporary", code: "" },
    { when: "a login that may pass later", error: smtp("EAUTH", 454), kind: "temporary", code: "454" },
    {
      when: "a login that the server knows no way for",
      error: smtp("EAUTH", 0),
      kind: "authentication",
      code: "EAUTH",
    },
    { when: "a login refused as 534", error: smtp("EAUTH", 534), kind: "authentication", code: "534" },
    { when: "a damaged handshake", error: system("ESOCKET", "EPROTO"), kind: "tls", code: "EPROTO" },
    { when: "a broken connection", error: system("ESOCKET", "ECONNRESET"), kind: "unreachable", code: "ECONNRESET" },
    { when: "a name that is not found", error: system("EDNS", "ENOTFOUND"), kind: "unreachable", code: "ENOTFOUND" },
    { when: "a message that is too large", error: smtp("EMESSAGE", 0), kind: "permanent", code: "EMESSAGE" },
  ];
  for (const { when, error, kind, code } of cases) {
    it(`takes ${when} as ${kind}`, () => {
      const failure = failureOf(error, settings, []);
      assert.deepEqual([failure.kind, failure.code], [kind, code]);
      assert.match(failure.message, /^SMTP server smtp\.example\.com:465: /);
    });
  }

  it("makes one line of a long answer and cuts it", () => {
    const { message } = failureOf(new Error(`550-no\r\n550 ${"x".repeat(10_000)}`), settings, []);
    assert.equal(message.length, 500);
    assert.doesNotMatch(message, /[\r\n]/);
  });

  it("takes out a password before it cuts", () => {
    const secret = "s".repeat(40);
    const { message } = failureOf(new Error("x".repeat(440) + secret), settings, secretsOf("ops@example.com", secret));
    assert.doesNotMatch(message, /ss/);
  });
});

describe("secretsOf(user, password)", () => {
  it("lists the password plain and as AUTH PLAIN and AUTH LOGIN send it, longest first", () => {
    assert.deepEqual(secretsOf("a@b", "pw"), [
      Buffer.from("\0a@b\0pw").toString("base64"),
      Buffer.from("pw").toString("base64"),
      "pw",
    ]);
  });
});

function smtp(code: string, responseCode: number): Error {
  return Object.assign(new Error("refused"), { code, responseCode });
}

function system(code: string, originalCode: string): Error {
  return Object.assign(new Error("broken"), { code, originalCode });
}
