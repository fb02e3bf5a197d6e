import assert from "node:assert/strict";
import { createMailer } from "../../src/mail/mailer.ts";
import { aMail, failureOf, from, openServers, password, send, settingsFor } from "./mail-kit.ts";

describe("createMailer(settings).send(mail) with a password", () => {
  const servers = openServers();
  afterEach(servers.close);

  it("reads the file again for each mail, so that a rotated password is used", async () => {
    const server = await servers.sink();
    const passwords = ["not-yet-rotated\n", `${password}\r\n`];
    const mailer = createMailer(settingsFor(server.port, { password: { kind: "file", path: "/mail/password" } }), {
      readFile: (path) => Promise.resolve(path === "/mail/password" ? (passwords.shift() ?? "") : ""),
    });
    const first = failureOf(await mailer.send(aMail));
    const second = await mailer.send(aMail);
    mailer.close();
    assert.deepEqual([first.kind, second.kind], ["authentication", "ok"]);
    assert.ok(!JSON.stringify(first).includes("not-yet-rotated"));
  });

  const unread = [
    {
      when: "is missing",
      read: () => Promise.reject(Object.assign(new Error("gone"), { code: "ENOENT" })),
      code: "ENOENT",
    },
    { when: "fails without a code", read: () => Promise.reject(new Error("gone")), code: "UNKNOWN" },
    { when: "is empty", read: () => Promise.resolve("\n"), code: "EMPTY" },
  ];
  for (const { when, read, code } of unread) {
    it(`fails as authentication when the file ${when}, naming the file`, async () => {
      const settings = settingsFor(9, { password: { kind: "file", path: "/mail/password" } });
      const failure = failureOf(await send(settings, {}, { readFile: read }));
      assert.deepEqual([failure.kind, failure.code], ["authentication", code]);
      assert.match(failure.message, /\/mail\/password/);
      assert.match(failure.hint, /MAIL_PASSWORD_FILE/);
    });
  }

  it("reads the real file system by default", async () => {
    const settings = settingsFor(9, { password: { kind: "file", path: `${import.meta.filename}.absent` } });
    assert.equal(failureOf(await send(settings)).code, "ENOENT");
  });

  it("answers 535 with the hint about authorisation codes and base64", async () => {
    const server = await servers.sink({ login: { user: from, password: "another" } });
    const failure = failureOf(await send(settingsFor(server.port)));
    assert.deepEqual([failure.kind, failure.code], ["authentication", "535"]);
    assert.match(failure.hint, /authorisation code.*printf %s PASSWORD \| base64/);
    assert.deepEqual(server.mails, []);
  });

  it("asks for a password when the server wants a login and there is none", async () => {
    const server = await servers.sink();
    const failure = failureOf(await send(settingsFor(server.port, { password: null })));
    assert.deepEqual([failure.kind, failure.code], ["authentication", "530"]);
    assert.match(failure.hint, /MAIL_PASSWORD/);
  });
});
