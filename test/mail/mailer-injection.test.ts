import assert from "node:assert/strict";
import type { Mail } from "../../src/core/notice/mail.ts";
import { aMail, failureOf, headerNames, openServers, send, settingsFor } from "./mail-kit.ts";

describe("createMailer(settings).send(mail) given a mail that tries to be another", () => {
  const servers = openServers();
  afterEach(servers.close);

  const subjects = [
    "result\r\nBcc: evil@example.net",
    "result\nBcc: evil@example.net\n\nnew body",
    "result\rBcc: evil@example.net",
    "result\u2028Bcc: evil@example.net",
    "result\0Bcc: evil@example.net",
  ];
  for (const subject of subjects) {
    it(`adds no header by the subject ${JSON.stringify(subject)}`, async () => {
      const server = await servers.sink();
      await send(settingsFor(server.port), { subject });
      const [mail] = server.mails;
      assert.ok(mail);
      assert.deepEqual(mail.to, ["ops@example.com"]);
      assert.ok(!headerNames(mail.raw).includes("Bcc"), mail.raw);
      assert.equal(headerNames(mail.raw).length, 8);
    });
  }

  const messageIds = ["<a@b>\r\nBcc: evil@example.net", "a\nX-Evil: 1"];
  for (const messageId of messageIds) {
    it(`adds no header by the Message-ID ${JSON.stringify(messageId)}`, async () => {
      const server = await servers.sink();
      await send(settingsFor(server.port), { messageId });
      assert.equal(headerNames(server.mails[0]?.raw ?? "").length, 8);
    });
  }

  const threadIds = ["<a@b>\r\nBcc: evil@example.net", "<a@b>\nX-Evil: 1\n\nbody", "a@b>, <evil@example.net"];
  for (const threadId of threadIds) {
    it(`adds no header but its own two by the thread ${JSON.stringify(threadId)}`, async () => {
      const server = await servers.sink();
      await send(settingsFor(server.port), { threadId });
      const [mail] = server.mails;
      assert.ok(mail);
      assert.deepEqual(mail.to, ["ops@example.com"]);
      const names = headerNames(mail.raw);
      assert.deepEqual([names.length, names.includes("Bcc"), names.includes("X-Evil")], [10, false, false]);
    });
  }

  const strangers = [
    "ops@example.com\r\nBcc: evil@example.net",
    "ops@example.com, evil@example.net",
    "Ops <evil@example.net>",
    "<ops@example.com>",
    "ops@example.com> SIZE=1\r\nRCPT TO:<evil@example.net",
    "",
  ];
  for (const stranger of strangers) {
    it(`refuses the recipient ${JSON.stringify(stranger)} before it connects`, async () => {
      const failure = failureOf(await send(settingsFor(9), { to: ["ops@example.com", stranger] }));
      assert.deepEqual([failure.kind, failure.code], ["permanent", "EENVELOPE"]);
    });
  }

  it("refuses a mail without a recipient before it connects", async () => {
    assert.equal(failureOf(await send(settingsFor(9), { to: [] })).kind, "permanent");
  });

  const objects: { when: string; text: unknown; code: string }[] = [
    { when: "names a file", text: { path: import.meta.filename }, code: "EFILEACCESS" },
    { when: "names a URL", text: { href: "http://127.0.0.1:9/" }, code: "EURLACCESS" },
  ];
  for (const { when, text, code } of objects) {
    it(`reads nothing for a text that is no text and ${when}`, async () => {
      const server = await servers.sink();
      const forged: Mail = Object.assign({ ...aMail }, { text });
      const failure = failureOf(await send(settingsFor(server.port), forged));
      assert.deepEqual([failure.kind, failure.code], ["permanent", code]);
      assert.deepEqual(server.mails, []);
    });
  }
});
