import assert from "node:assert/strict";
import { readMailTest, runMailTest } from "../../src/cli/mail-test.ts";
import type { Said } from "../../src/cli/read-words.ts";
import { createMailer } from "../../src/mail/mailer.ts";
import { authority, from, openServers, parse, password } from "./mail-kit.ts";

const base64 = (text: string): string => Buffer.from(text).toString("base64");
const clock = { now: () => new Date("2026-11-22T12:00:00Z") };

const environment = (port: number, more: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> => ({
  MAIL_FROM: from,
  MAIL_SMTP_SERVER: "127.0.0.1",
  MAIL_SMTP_PORT: String(port),
  MAIL_TLS_MODE: "implicit",
  MAIL_PASSWORD: base64(password),
  MAIL_CACERT: base64(authority.cert),
  ...more,
});

function mailTest(words: readonly string[], env: Readonly<Record<string, string>>): Promise<Said> {
  const command = readMailTest(words);
  return command.kind === "said" ? Promise.resolve(command) : runMailTest(command, { env, createMailer, clock });
}

describe("imagehook mail-test ADDRESS", () => {
  const servers = openServers();
  afterEach(() => servers.close());

  for (const [language, subject] of [
    ["en", "imagehook: test mail"],
    ["zh", "Webhooks通知: 测试邮件"],
  ] as const) {
    it(`sends one mail with the settings in force and gives the server's answer (${language})`, async () => {
      const sink = await servers.sink();
      const said = await mailTest(["ops@example.com"], environment(sink.port, { MAIL_LANGUAGE: language }));
      assert.match(
        said.text,
        /^the mail to ops@example\.com from imagehook@example\.com by 127\.0\.0\.1:\d+ \(TLS from the start\) was taken: 250/,
      );
      assert.equal(said.exitCode, 0);
      const [mail, ...more] = await sink.waitFor(1);
      assert.deepEqual([mail?.to, more], [["ops@example.com"], []]);
      assert.equal((await parse(mail?.raw ?? "")).subject, subject);
    });
  }

  it("says why a mail is not taken and what to do, without the password", async () => {
    const sink = await servers.sink();
    const wrong = base64("not the password");
    const said = await mailTest(["ops@example.com"], environment(sink.port, { MAIL_PASSWORD: wrong }));
    assert.equal(said.exitCode, 1);
    assert.match(said.text, /was not taken: 535: .*\n.*authorisation code/s);
    assert.ok(!said.text.includes("not the password") && !said.text.includes(wrong), said.text);
    assert.deepEqual(sink.mails, []);
  });

  it("tells a server whose certificate it cannot trust", async () => {
    const sink = await servers.sink();
    const said = await mailTest(["ops@example.com"], environment(sink.port, { MAIL_CACERT: "" }));
    assert.equal(said.exitCode, 1);
    assert.match(said.text, /MAIL_CACERT/);
  });

  const wrong: readonly { readonly when: string; readonly words: readonly string[]; readonly says: RegExp }[] = [
    { when: "the address is none", words: ["ops"], says: /^"ops" is not a mail address\n$/ },
    { when: "there is no address", words: [], says: /missing required argument 'address'/ },
    { when: "there are two addresses", words: ["a@example.com", "b@example.com"], says: /too many arguments/ },
  ];
  for (const { when, words, says } of wrong) {
    it(`exits with 2 when ${when}`, async () => {
      const said = await mailTest(words, environment(1));
      assert.equal(said.exitCode, 2);
      assert.match(said.text, says);
    });
  }

  it("exits with 2 and says what is missing where no mail is set up, or a setting is wrong", async () => {
    const none = await mailTest(["ops@example.com"], {});
    assert.deepEqual([none.exitCode, none.text], [2, "no mail is sent: MAIL_FROM is not set\n"]);
    const broken = await mailTest(["ops@example.com"], environment(70_000));
    assert.equal(broken.exitCode, 2);
    assert.match(broken.text, /MAIL_SMTP_PORT/);
  });

  it("shows its examples", async () => {
    const { text, exitCode } = await mailTest(["--help"], {});
    assert.equal(exitCode, 0);
    assert.match(text, /imagehook mail-test ops@example\.com/);
  });
});
