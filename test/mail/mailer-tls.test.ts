import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import assert from "node:assert/strict";
import { makeAuthority } from "../support/certificate.ts";
import {
  aMail,
  authority,
  failureOf,
  from,
  headerBlock,
  headerNames,
  openServers,
  parse,
  send,
  settingsFor,
} from "./mail-kit.ts";

describe("createMailer(settings).send(mail) over implicit TLS", () => {
  const servers = openServers();
  afterEach(servers.close);

  it("delivers to a server whose authority is given, logged in and sent as MAIL_FROM", async () => {
    const server = await servers.sink();
    const result = await send(settingsFor(server.port));
    assert.equal(result.kind, "ok", JSON.stringify(result));
    assert.match(result.value.response, /^250 .*queued by the sink$/);
    assert.deepEqual(result.value.rejected, []);
    const [mail] = server.mails;
    assert.ok(mail);
    assert.deepEqual(
      { from: mail.from, to: mail.to, user: mail.user, secure: mail.secure },
      { from, to: ["ops@example.com"], user: from, secure: true },
    );
  });

  it("sends both forms, a Date, the Message-ID and Auto-Submitted, and no header besides", async () => {
    const server = await servers.sink();
    await send(settingsFor(server.port));
    const raw = server.mails[0]?.raw ?? "";
    const mail = await parse(raw);
    assert.equal(mail.text?.trimEnd(), aMail.text.trimEnd());
    assert.equal(mail.html?.trimEnd(), aMail.html.trimEnd());
    assert.equal(mail.messageId, aMail.messageId);
    assert.equal(mail.subject, aMail.subject);
    assert.deepEqual(mail.attachments, []);
    assert.ok(Math.abs(Date.parse(mail.date ?? "") - Date.now()) < 60_000, mail.date);
    assert.deepEqual(headerNames(raw), [
      "Auto-Submitted",
      "Content-Type",
      "Date",
      "From",
      "MIME-Version",
      "Message-ID",
      "Subject",
      "To",
    ]);
    assert.ok(headerBlock(raw).includes("Auto-Submitted: auto-generated"));
  });

  it("carries Chinese subjects and bodies unharmed, in ASCII headers", async () => {
    const server = await servers.sink();
    const chinese = {
      subject: "Webhooks通知: default-deployment/web-app 更新结果: 成功",
      text: "升级前镜像: a\n升级后镜像: b\n",
      html: "<p>应用状态</p>\n",
    };
    await send(settingsFor(server.port), chinese);
    const raw = server.mails[0]?.raw ?? "";
    const mail = await parse(raw);
    assert.deepEqual({ subject: mail.subject, text: mail.text, html: mail.html }, chinese);
    assert.match(raw.slice(0, raw.indexOf("\r\n\r\n")), /^[\x20-\x7e\r\n\t]*$/);
  });

  it("fails as tls without the authority, naming MAIL_CACERT, MAIL_TLS_CHECK and MAIL_TLS_MODE", async () => {
    const server = await servers.sink();
    const failure = failureOf(await send(settingsFor(server.port, { ca: null })));
    assert.equal(failure.kind, "tls");
    assert.equal(failure.code, "UNABLE_TO_VERIFY_LEAF_SIGNATURE");
    assert.match(failure.hint, /MAIL_CACERT .*MAIL_TLS_CHECK=false.*MAIL_TLS_MODE/);
    assert.deepEqual([server.mails, server.logins], [[], []]);
  });

  it("fails as tls with the authority of another server, saying that MAIL_CACERT is the wrong one", async () => {
    const server = await servers.sink();
    const failure = failureOf(await send(settingsFor(server.port, { ca: makeAuthority().cert })));
    assert.equal(failure.kind, "tls");
    assert.match(failure.hint, /^MAIL_CACERT does not hold the authority/);
    assert.deepEqual([server.mails, server.logins], [[], []]);
  });

  it("delivers with the authority from a file, and says which file is missing or empty", async () => {
    const server = await servers.sink();
    const folder = await mkdtemp(join(tmpdir(), "imagehook-ca-"));
    const caFile = join(folder, "ca.crt");
    const settings = settingsFor(server.port, { ca: null, caFile });
    const missing = failureOf(await send(settings));
    await writeFile(caFile, "\n");
    const empty = failureOf(await send(settings));
    await writeFile(caFile, settingsFor(server.port).ca ?? "");
    const result = await send(settings);
    await rm(folder, { recursive: true });
    assert.deepEqual([missing.kind, missing.code, empty.kind, empty.code], ["tls", "ENOENT", "tls", "EMPTY"]);
    assert.match(missing.hint, /^MAIL_CACERT_FILE/);
    assert.equal(result.kind, "ok", JSON.stringify(result));
  });

  it("delivers without the authority where verification is off", async () => {
    const server = await servers.sink();
    const result = await send(settingsFor(server.port, { ca: null, verify: false }));
    assert.equal(result.kind, "ok", JSON.stringify(result));
    assert.equal(server.mails.length, 1);
  });

  const unfit = [
    { when: "is for another host", request: { names: ["mail.example.com"] }, code: "ERR_TLS_CERT_ALTNAME_INVALID" },
    { when: "has expired", request: { notAfter: new Date(Date.now() - 1000) }, code: "CERT_HAS_EXPIRED" },
    {
      when: "is not valid yet",
      request: { notBefore: new Date(Date.now() + 3_600_000) },
      code: "CERT_NOT_YET_VALID",
    },
  ];
  for (const { when, request, code } of unfit) {
    it(`fails as tls when the certificate ${when}, before the login`, async () => {
      const server = await servers.sink({ certificate: authority.issue(request) });
      const failure = failureOf(await send(settingsFor(server.port)));
      assert.deepEqual([failure.kind, failure.code], ["tls", code]);
      assert.match(failure.hint, /MAIL_TLS_CHECK=false/);
      assert.deepEqual([server.mails, server.logins], [[], []]);
    });
  }

  it("fails as tls when the server only speaks TLS 1.1", async () => {
    const server = await servers.sink({ maxVersion: "TLSv1.1" });
    const failure = failureOf(await send(settingsFor(server.port, { verify: false })));
    assert.equal(failure.kind, "tls", JSON.stringify(failure));
    assert.deepEqual(server.logins, []);
  });

  it("fails as tls on a port that speaks plain text first, naming MAIL_TLS_MODE", async () => {
    const server = await servers.sink({ tls: "starttls" });
    const failure = failureOf(await send(settingsFor(server.port)));
    assert.equal(failure.kind, "tls", JSON.stringify(failure));
    assert.match(failure.hint, /MAIL_TLS_MODE .*starttls/);
  });
});

describe("createMailer(settings).send(mail) over STARTTLS", () => {
  const servers = openServers();
  afterEach(servers.close);

  it("delivers after the upgrade", async () => {
    const server = await servers.sink({ tls: "starttls" });
    const result = await send(settingsFor(server.port, { tls: "starttls" }));
    assert.equal(result.kind, "ok", JSON.stringify(result));
    assert.equal(server.mails[0]?.secure, true);
    assert.deepEqual(server.logins, [{ user: from, accepted: true }]);
  });

  it("fails as tls without the authority, before the login", async () => {
    const server = await servers.sink({ tls: "starttls" });
    const failure = failureOf(await send(settingsFor(server.port, { tls: "starttls", ca: null })));
    assert.deepEqual([failure.kind, failure.code], ["tls", "UNABLE_TO_VERIFY_LEAF_SIGNATURE"]);
    assert.deepEqual([server.mails, server.logins], [[], []]);
  });

  it("refuses a server that does not offer it, and sends it neither login nor mail", async () => {
    const server = await servers.scripted("220 plain.example.com ESMTP\r\n", (line) =>
      line.startsWith("EHLO") ? "250-plain.example.com\r\n250 AUTH PLAIN LOGIN\r\n" : "502 no such command\r\n",
    );
    const failure = failureOf(await send(settingsFor(server.port, { tls: "starttls" })));
    assert.equal(failure.kind, "tls", JSON.stringify(failure));
    assert.match(server.received(), /^EHLO [^\r\n]+\r\nSTARTTLS\r\n$/);
  });

  it("is unreachable on a port that waits for implicit TLS, naming MAIL_TLS_MODE", async () => {
    const server = await servers.sink();
    const timeouts = { greetingMs: 300 };
    const failure = failureOf(await send(settingsFor(server.port, { tls: "starttls" }), {}, { timeouts }));
    assert.deepEqual([failure.kind, failure.code], ["unreachable", "ETIMEDOUT"]);
    assert.match(failure.hint, /MAIL_TLS_MODE/);
  });
});

describe("createMailer(settings).send(mail) without encryption", () => {
  const servers = openServers();
  afterEach(servers.close);

  it("delivers as it is, without a login, even where the server offers STARTTLS with a strange certificate", async () => {
    const answers: Readonly<Record<string, string>> = {
      EHLO: "250-relay.example.com\r\n250 STARTTLS\r\n",
      DATA: "354 go on\r\n",
      ".": "250 taken\r\n",
      MAIL: "250 ok\r\n",
      RCPT: "250 ok\r\n",
    };
    const server = await servers.scripted(
      "220 relay.example.com\r\n",
      (line) => answers[line.split(" ")[0] ?? ""] ?? null,
    );
    const result = await send(settingsFor(server.port, { tls: "none", password: null, ca: null }));
    assert.equal(result.kind, "ok", JSON.stringify(result));
    assert.ok(!/STARTTLS|AUTH/.test(server.received()), server.received());
    assert.match(server.received(), /^MAIL FROM:<imagehook@example\.com>/m);
  });
});
