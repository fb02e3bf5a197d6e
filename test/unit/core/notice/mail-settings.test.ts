import assert from "node:assert/strict";
import type { MailOn } from "../../../../src/core/notice/mail-settings.ts";
import { readMailSettings } from "../../../../src/core/notice/mail-settings.ts";
import { makeAuthority } from "../../../support/certificate.ts";

const ca = makeAuthority().cert;
const base64 = (text: string): string => Buffer.from(text).toString("base64");
const wrapped = (text: string): string => `${base64(text).replace(/.{76}/g, "$&\n")}\n`;

const least = { MAIL_FROM: "ops@example.com", MAIL_SMTP_SERVER: "smtp.example.com" };

const defaults: MailOn = {
  kind: "on",
  from: "ops@example.com",
  to: [],
  server: "smtp.example.com",
  port: 465,
  tls: "implicit",
  verify: true,
  ca: null,
  caFile: null,
  password: null,
  language: "en",
};

type Environment = Readonly<Record<string, string | undefined>>;

describe("readMailSettings(env)", () => {
  for (const env of [{}, { MAIL_FROM: "" }, { MAIL_FROM: " \n", MAIL_SMTP_PORT: "x" }, { MAIL_FROM: undefined }]) {
    it(`is off without MAIL_FROM: ${JSON.stringify(env)}`, () => {
      const value = { kind: "off", reason: "MAIL_FROM is not set" };
      assert.deepEqual(readMailSettings(env), { kind: "ok", value });
    });
  }

  const accepted: { when: string; env: Environment; expected: Partial<MailOn> }[] = [
    { when: "nothing but sender and server", env: {}, expected: {} },
    {
      when: "a variable that is empty as unset",
      env: { MAIL_TO: "", MAIL_PASSWORD: "", MAIL_TLS_CHECK: "" },
      expected: {},
    },
    {
      when: "a sender in base64",
      env: { MAIL_FROM: wrapped("ci@example.com\n") },
      expected: { from: "ci@example.com" },
    },
    {
      when: "a server in base64",
      env: { MAIL_SMTP_SERVER: wrapped("smtp.qq.com\n") },
      expected: { server: "smtp.qq.com" },
    },
    { when: "a short server name", env: { MAIL_SMTP_SERVER: "mailhost" }, expected: { server: "mailhost" } },
    {
      when: "a port inside the server",
      env: { MAIL_SMTP_SERVER: "mail:2465" },
      expected: { server: "mail", port: 2465 },
    },
    {
      when: "the same port twice",
      env: { MAIL_SMTP_SERVER: "mail:2465", MAIL_SMTP_PORT: "2465" },
      expected: { server: "mail", port: 2465 },
    },
    {
      when: "recipients with every separator",
      env: { MAIL_TO: "a@example.com, b@example.com;c@example.com" },
      expected: { to: ["a@example.com", "b@example.com", "c@example.com"] },
    },
    { when: "port 25 as STARTTLS", env: { MAIL_SMTP_PORT: "25" }, expected: { port: 25, tls: "starttls" } },
    { when: "port 587 as STARTTLS", env: { MAIL_SMTP_PORT: "587" }, expected: { port: 587, tls: "starttls" } },
    {
      when: "port 587 inside the server as STARTTLS",
      env: { MAIL_SMTP_SERVER: "mail:587" },
      expected: { server: "mail", port: 587, tls: "starttls" },
    },
    { when: "port 994 as implicit TLS", env: { MAIL_SMTP_PORT: "994" }, expected: { port: 994 } },
    { when: "implicit TLS on 587", env: { MAIL_SMTP_PORT: "587", MAIL_TLS_MODE: "implicit" }, expected: { port: 587 } },
    { when: "STARTTLS on 465", env: { MAIL_TLS_MODE: "starttls" }, expected: { tls: "starttls" } },
    { when: "no encryption without a password", env: { MAIL_TLS_MODE: "none" }, expected: { tls: "none" } },
    { when: "MAIL_TLS_CHECK=false", env: { MAIL_TLS_CHECK: "false" }, expected: { verify: false } },
    { when: "MAIL_TLS_CHECK=true", env: { MAIL_TLS_CHECK: "true\n" }, expected: { verify: true } },
    { when: "an authority in base64 with wrapped lines", env: { MAIL_CACERT: wrapped(ca) }, expected: { ca } },
    { when: "an authority in a file", env: { MAIL_CACERT_FILE: "/ca.crt" }, expected: { caFile: "/ca.crt" } },
    { when: "an authority in PEM", env: { MAIL_CACERT: ca }, expected: { ca } },
    {
      when: "a password from `echo PASSWORD | base64`",
      env: { MAIL_PASSWORD: `${base64("pä55 word\n")}\n` },
      expected: { password: { kind: "text", value: "pä55 word" } },
    },
    {
      when: "a password that ends in CR LF, with blanks kept",
      env: { MAIL_PASSWORD: base64(" word \r\n") },
      expected: { password: { kind: "text", value: " word " } },
    },
    {
      when: "a password that is base64 itself, decoded once",
      env: { MAIL_PASSWORD: base64(base64("word")) },
      expected: { password: { kind: "text", value: base64("word") } },
    },
    {
      when: "a password file",
      env: { MAIL_PASSWORD_FILE: "/etc/imagehook/mail/password" },
      expected: { password: { kind: "file", path: "/etc/imagehook/mail/password" } },
    },
    { when: "Chinese", env: { MAIL_LANGUAGE: "zh" }, expected: { language: "zh" } },
    { when: "Chinese with a region", env: { MAIL_LANGUAGE: "zh_CN" }, expected: { language: "zh" } },
    { when: "English with a region", env: { MAIL_LANGUAGE: "en-GB" }, expected: {} },
  ];
  for (const { when, env, expected } of accepted) {
    it(`reads ${when}`, () => {
      assert.deepEqual(readMailSettings({ ...least, ...env }), { kind: "ok", value: { ...defaults, ...expected } });
    });
  }

  const refused: { when: string; env: Environment; variable: string; message: RegExp }[] = [
    {
      when: "a sender that is no address",
      env: { MAIL_FROM: "Ops <ops@example.com>" },
      variable: "MAIL_FROM",
      message: /is "Ops <ops@example\.com>", neither an e-mail address nor the base64 of one; write ops@example\.com$/,
    },
    { when: "a sender that is neither", env: { MAIL_FROM: "ops" }, variable: "MAIL_FROM", message: /neither/ },
    {
      when: "the base64 of no address",
      env: { MAIL_FROM: base64("ops!!") },
      variable: "MAIL_FROM",
      message: /neither/,
    },
    {
      when: "no server",
      env: { MAIL_SMTP_SERVER: "" },
      variable: "MAIL_SMTP_SERVER",
      message: /is not set; name the SMTP server/,
    },
    {
      when: "a server that is a URL",
      env: { MAIL_SMTP_SERVER: "smtps://smtp.example.com" },
      variable: "MAIL_SMTP_SERVER",
      message: /is "smtps:\/\/smtp\.example\.com", not a host name; write one, such as/,
    },
    {
      when: "a port that is no number",
      env: { MAIL_SMTP_PORT: "smtps" },
      variable: "MAIL_SMTP_PORT",
      message: /is "smtps", not a port; write a number from 1 to 65535/,
    },
    {
      when: "two ports",
      env: { MAIL_SMTP_SERVER: "mail:587", MAIL_SMTP_PORT: "465" },
      variable: "MAIL_SMTP_PORT",
      message: /is 465, but MAIL_SMTP_SERVER says 587; keep one of them/,
    },
    {
      when: "a recipient that is no address",
      env: { MAIL_TO: "<MAIL_TO>" },
      variable: "MAIL_TO",
      message: /"<MAIL_TO>" is not an e-mail address/,
    },
    {
      when: "a mode that is none of the three",
      env: { MAIL_TLS_MODE: "tls" },
      variable: "MAIL_TLS_MODE",
      message: /is "tls"; write implicit, starttls or none/,
    },
    {
      when: "a check that is neither",
      env: { MAIL_TLS_CHECK: "no" },
      variable: "MAIL_TLS_CHECK",
      message: /is "no"; write true, or false/,
    },
    {
      when: "an authority next to an authority file",
      env: { MAIL_CACERT: base64(ca), MAIL_CACERT_FILE: "/etc/ca.pem" },
      variable: "MAIL_CACERT",
      message: /and MAIL_CACERT_FILE are both set; keep one/,
    },
    {
      when: "an authority that is no base64",
      env: { MAIL_CACERT: "/etc/ca.pem" },
      variable: "MAIL_CACERT",
      message: /base64 < ca\.pem/,
    },
    {
      when: "an authority that is no PEM",
      env: { MAIL_CACERT: base64("hello") },
      variable: "MAIL_CACERT",
      message: /base64 < ca\.pem/,
    },
    {
      when: "a password next to a password file",
      env: { MAIL_PASSWORD: base64("word"), MAIL_PASSWORD_FILE: "/p" },
      variable: "MAIL_PASSWORD",
      message: /and MAIL_PASSWORD_FILE are both set; keep one/,
    },
    {
      when: "a password over an unencrypted connection",
      env: { MAIL_PASSWORD: base64("word"), MAIL_TLS_MODE: "none" },
      variable: "MAIL_TLS_MODE",
      message: /would send the password unencrypted; use starttls/,
    },
    {
      when: "a language that is not known",
      env: { MAIL_LANGUAGE: "de" },
      variable: "MAIL_LANGUAGE",
      message: /is "de"; write en or zh/,
    },
  ];
  for (const { when, env, variable, message } of refused) {
    it(`refuses ${when}, naming ${variable} and what to do`, () => {
      const result = readMailSettings({ ...least, ...env });
      assert.equal(result.kind, "error", JSON.stringify(result));
      assert.deepEqual(
        result.error.map((problem) => problem.variable),
        [variable],
      );
      assert.match(result.error[0]?.message ?? "", message);
    });
  }

  for (const secret of ["Pa55word!", "authorisationcode", base64("\n"), base64("a\0b"), "/////w=="]) {
    it(`refuses the password ${JSON.stringify(secret)} without showing it`, () => {
      const result = readMailSettings({ ...least, MAIL_PASSWORD: secret });
      assert.deepEqual(result, {
        kind: "error",
        error: [
          {
            variable: "MAIL_PASSWORD",
            message: "MAIL_PASSWORD is not the base64 of a password; make it by: printf %s PASSWORD | base64",
          },
        ],
      });
    });
  }

  it("lists all problems at once", () => {
    const env = {
      MAIL_FROM: "x",
      MAIL_TO: "x",
      MAIL_TLS_MODE: "x",
      MAIL_TLS_CHECK: "x",
      MAIL_CACERT: "x",
      MAIL_LANGUAGE: "x",
    };
    const result = readMailSettings({ ...env, MAIL_SMTP_PORT: "x", MAIL_PASSWORD: "x" });
    assert.equal(result.kind, "error");
    assert.deepEqual(result.error.map(({ variable }) => variable).sort(), [
      "MAIL_CACERT",
      "MAIL_FROM",
      "MAIL_LANGUAGE",
      "MAIL_PASSWORD",
      "MAIL_SMTP_PORT",
      "MAIL_SMTP_SERVER",
      "MAIL_TLS_CHECK",
      "MAIL_TLS_MODE",
      "MAIL_TO",
    ]);
  });
});
