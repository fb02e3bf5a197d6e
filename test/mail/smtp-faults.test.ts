import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { MailOn } from "../../src/core/notice/mail-settings.ts";
import type { Result } from "../../src/core/result.ts";
import { createMailer } from "../../src/mail/mailer.ts";
import { makeAuthority } from "../support/certificate.ts";
import { aMail, authority, failureOf, openServers, send, settingsFor } from "./mail-kit.ts";

const DAY_MS = 86_400_000;

describe("startSink(options).inject(rule), as a mailer meets it", () => {
  const servers = openServers();
  afterEach(servers.close);

  const refusals = [
    { at: "connect", status: 421, kind: "temporary" },
    { at: "login", status: 535, kind: "authentication" },
    { at: "recipient", status: 450, kind: "temporary" },
    { at: "recipient", status: 550, kind: "permanent" },
    { at: "data", status: 451, kind: "temporary" },
    { at: "data", status: 552, kind: "permanent" },
    { at: "data", status: 554, kind: "permanent" },
  ] as const;
  for (const { at, status, kind } of refusals) {
    it(`refuses with ${String(status)} at ${at} as often as told, then takes the mail`, async () => {
      const sink = await servers.sink();
      const rule = sink.inject({ at, fault: { kind: "refuse", status, text: "not now" }, times: 2 });
      for (let tries = 1; tries <= 2; tries++) {
        const failure = failureOf(await send(settingsFor(sink.port)));
        assert.deepEqual([failure.kind, failure.code], [kind, String(status)]);
      }
      assert.deepEqual([sink.mails.length, rule.injected()], [0, 2]);
      assert.equal((await send(settingsFor(sink.port))).kind, "ok");
      assert.deepEqual([sink.mails.length, rule.injected(), sink.connections()], [1, 2, 3]);
      assert.deepEqual([sink.mails[0]?.messageId, sink.mails[0]?.to], [aMail.messageId, aMail.to]);
    });
  }

  it("refuses one of two recipients", async () => {
    const sink = await servers.sink();
    const fault = { kind: "refuse", status: 550, text: "no such user" } as const;
    const rule = sink.inject({ at: "recipient", fault, when: (address) => address === "gone@example.com" });
    const sent = await send(settingsFor(sink.port), { to: ["ops@example.com", "gone@example.com"] });
    assert.deepEqual([sent.kind === "ok" && sent.value.rejected, rule.injected()], [["gone@example.com"], 1]);
    assert.deepEqual(sink.mails[0]?.to, ["ops@example.com"]);
  });

  for (const at of ["connect", "login", "recipient", "data"] as const) {
    it(`never answers at ${at}, and is done with that once it is lifted`, async () => {
      const sink = await servers.sink();
      const rule = sink.inject({ at, fault: { kind: "never-answer" } });
      const timeouts = { greetingMs: 300, idleMs: 300 };
      const failure = failureOf(await send(settingsFor(sink.port), {}, { timeouts }));
      assert.deepEqual([failure.kind, failure.code, rule.injected()], ["unreachable", "ETIMEDOUT", 1]);
      rule.lift();
      assert.equal((await send(settingsFor(sink.port))).kind, "ok");
      // The mail whose content came whole was kept.
      assert.equal(sink.mails.length, at === "data" ? 2 : 1);
    });
  }

  const settled = async (cut: "cut-before-answer" | "cut-after-answer"): Promise<Result<unknown, unknown>["kind"]> => {
    const sink = await servers.sink();
    const rule = sink.inject({ at: "data", fault: { kind: cut }, times: 1 });
    const sent = await send(settingsFor(sink.port));
    assert.deepEqual([rule.injected(), sink.mails.length], [1, 1]);
    return sent.kind;
  };
  it("keeps a mail and cuts the connection before its 250, so that the client does not know", async () => {
    assert.equal(await settled("cut-before-answer"), "error");
  });
  it("keeps a mail and cuts the connection after its 250, so that the client knows", async () => {
    assert.equal(await settled("cut-after-answer"), "ok");
  });

  it("keeps a mail and answers late", async () => {
    const sink = await servers.sink();
    const rule = sink.inject({ at: "data", fault: { kind: "answer-late", ms: 500 } });
    const mailer = createMailer(settingsFor(sink.port));
    const sending = mailer.send(aMail);
    await sink.waitFor(1);
    assert.equal(await Promise.race([sending.then(() => "sent"), sleep(300).then(() => "waits")]), "waits");
    assert.deepEqual([(await sending).kind, rule.injected()], ["ok", 1]);
    mailer.close();
  });

  const certificates = [
    { what: "another name", certificate: () => authority.issue({ names: ["mail.example.com"] }) },
    {
      what: "a date that has passed",
      certificate: () => authority.issue({ notAfter: new Date(Date.now() - DAY_MS / 2) }),
    },
    { what: "another authority", certificate: () => makeAuthority("other").issue() },
  ];
  for (const tls of ["implicit", "starttls"] as const)
    for (const { what, certificate } of certificates) {
      it(`presents a certificate of ${what} by ${tls}, then the right one again`, async () => {
        const sink = await servers.sink({ tls });
        const settings: MailOn = settingsFor(sink.port, { tls });
        sink.present(certificate());
        const failure = failureOf(await send(settings));
        assert.deepEqual([failure.kind, sink.connections(), sink.mails.length], ["tls", 1, 0]);
        sink.present(authority.issue());
        assert.equal((await send(settings)).kind, "ok");
      });
    }
});
