import assert from "node:assert/strict";
import { parsePort, parseServer } from "../../../../src/core/notice/smtp-server.ts";

const base64 = (text: string): string => Buffer.from(text).toString("base64");

describe("parsePort(text)", () => {
  const cases = [
    ["1", 1],
    ["465", 465],
    ["65535", 65535],
    ["0", null],
    ["65536", null],
    ["", null],
    ["-1", null],
    ["4.5", null],
    ["1e3", null],
    ["tcp://10.0.0.1:25", null],
  ] as const;
  for (const [text, expected] of cases) {
    it(`reads "${text}" as ${String(expected)}`, () => {
      assert.equal(parsePort(text), expected);
    });
  }
});

describe("parseServer(text)", () => {
  const cases = [
    { when: "a name with dots", text: "SMTP.Example.com", host: "smtp.example.com", port: null },
    { when: "a name with its final dot", text: "smtp.example.com.", host: "smtp.example.com.", port: null },
    { when: "a name and a port", text: "smtp.example.com:587", host: "smtp.example.com", port: 587 },
    { when: "a short name and a port", text: "mail:25", host: "mail", port: 25 },
    { when: "an IPv4 address", text: "127.0.0.1:2525", host: "127.0.0.1", port: 2525 },
    { when: "a bare IPv6 address", text: "FE80::1", host: "fe80::1", port: null },
    { when: "an IPv6 address in brackets", text: "[::1]", host: "::1", port: null },
    { when: "an IPv6 address and a port", text: "[::1]:465", host: "::1", port: 465 },
    { when: "the base64 of a name", text: base64("smtp.example.com"), host: "smtp.example.com", port: null },
    {
      when: "the base64 of a name with a newline",
      text: base64("smtp.example.com\n"),
      host: "smtp.example.com",
      port: null,
    },
    { when: "the base64 of a short name", text: base64("mailhub"), host: "mailhub", port: null },
    {
      when: "the base64 of a name and a port",
      text: base64("smtp.example.com:25"),
      host: "smtp.example.com",
      port: 25,
    },
    { when: "a short name that is no base64", text: "localhost", host: "localhost", port: null },
    { when: "a short name whose base64 decodes to bytes", text: "mailhost", host: "mailhost", port: null },
    { when: "a short name whose base64 decodes to text that is no host", text: "ISEh", host: "iseh", port: null },
  ];
  for (const { when, text, host, port } of cases) {
    it(`reads ${when}`, () => {
      assert.deepEqual(parseServer(text), { host, port });
    });
  }

  const refused = [
    "smtp example.com",
    "smtp.example.com:",
    "smtp.example.com:0",
    "smtp.example.com:smtps",
    "smtps://smtp.example.com",
    "user@smtp.example.com",
    ".example.com",
    "-mail.example.com",
    "[smtp.example.com",
    ":465",
    "mail host",
    `${"a".repeat(64)}.example.com`,
    "a.".repeat(127) + "com",
  ];
  for (const text of refused) {
    it(`refuses "${text}"`, () => {
      assert.equal(parseServer(text), null);
    });
  }
});
