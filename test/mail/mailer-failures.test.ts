import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:net";
import { createMailer } from "../../src/mail/mailer.ts";
import { aMail, failureOf, openServers, password, send, settingsFor } from "./mail-kit.ts";

describe("createMailer(settings).send(mail) against a server that refuses", () => {
  const servers = openServers();
  afterEach(servers.close);

  const refusals = [
    { status: 550, kind: "permanent" },
    { status: 552, kind: "permanent" },
    { status: 450, kind: "temporary" },
    { status: 451, kind: "temporary" },
    { status: 452, kind: "temporary" },
    { status: 421, kind: "temporary" },
    { status: 503, kind: "temporary" },
  ];
  for (const { status, kind } of refusals) {
    it(`fails as ${kind} on ${String(status)} to the only recipient`, async () => {
      const server = await servers.sink({ refuseRecipient: () => ({ status, text: "not now or never" }) });
      const failure = failureOf(await send(settingsFor(server.port)));
      assert.deepEqual([failure.kind, failure.code], [kind, String(status)]);
      assert.match(
        failure.message,
        new RegExp(`^SMTP server 127\\.0\\.0\\.1:${String(server.port)}: .*not now or never`),
      );
    });
  }

  for (const { status, kind } of refusals) {
    it(`fails as ${kind} on ${String(status)} to the content`, async () => {
      const server = await servers.sink({ refuseData: () => ({ status, text: "no" }) });
      const failure = failureOf(await send(settingsFor(server.port)));
      assert.deepEqual([failure.kind, failure.code], [kind, String(status)]);
    });
  }

  it("delivers to the other recipients and names the one that was refused", async () => {
    const server = await servers.sink({
      refuseRecipient: (address) => (address === "gone@example.com" ? { status: 550, text: "no such user" } : null),
    });
    const to = ["ops@example.com", "gone@example.com", "team@example.com"];
    const result = await send(settingsFor(server.port), { to });
    assert.equal(result.kind, "ok", JSON.stringify(result));
    assert.deepEqual(result.value.rejected, ["gone@example.com"]);
    assert.deepEqual(server.mails[0]?.to, ["ops@example.com", "team@example.com"]);
  });

  it("delivers on a later try, once", async () => {
    let tries = 0;
    const server = await servers.sink({
      refuseRecipient: () => (++tries === 1 ? { status: 451, text: "greylisted" } : null),
    });
    const mailer = createMailer(settingsFor(server.port));
    const results = [await mailer.send(aMail), await mailer.send(aMail)];
    mailer.close();
    assert.deepEqual(
      results.map(({ kind }) => kind),
      ["error", "ok"],
    );
    assert.equal(server.mails.length, 1);
  });

  it("keeps a password out of the failure that the server sends back in its refusal", async () => {
    const server = await servers.sink({
      refuseData: () => ({
        status: 554,
        text: `you said ${password} and ${Buffer.from(password).toString("base64")}`,
      }),
    });
    const failure = failureOf(await send(settingsFor(server.port)));
    assert.match(failure.message, /you said \[redacted\] and \[redacted\]/);
  });
});

describe("createMailer(settings).send(mail) against a server that cannot be reached", () => {
  const servers = openServers();
  afterEach(servers.close);

  it("fails as unreachable when the connection is refused", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    assert.ok(address !== null && typeof address === "object");
    server.close();
    await once(server, "close");
    const failure = failureOf(await send(settingsFor(address.port)));
    assert.deepEqual([failure.kind, failure.code], ["unreachable", "ECONNREFUSED"]);
    assert.match(failure.hint, /MAIL_SMTP_SERVER/);
  });

  it("fails as unreachable when the name does not resolve", async () => {
    const failure = failureOf(
      await send(settingsFor(465, { server: "no-such-host.invalid" }), {}, { timeouts: { connectMs: 2000 } }),
    );
    assert.equal(failure.kind, "unreachable", JSON.stringify(failure));
    assert.match(failure.message, /no-such-host\.invalid:465/);
  });

  const silent = [
    { when: "never greets", greeting: null, timeouts: { greetingMs: 200 } },
    { when: "falls silent after its greeting", greeting: "220 hello\r\n", timeouts: { idleMs: 200 } },
  ];
  for (const { when, greeting, timeouts } of silent) {
    it(`times out on a server that ${when}`, async () => {
      const server = await servers.scripted(greeting, () => null);
      const started = performance.now();
      const settings = settingsFor(server.port, { tls: "starttls" });
      const failure = failureOf(await send(settings, {}, { timeouts }));
      assert.deepEqual([failure.kind, failure.code], ["unreachable", "ETIMEDOUT"]);
      assert.ok(performance.now() - started < 5000, "the time-out was not kept");
    });
  }

  it("ends a delivery that goes on for longer than allowed in all", async () => {
    const server = await servers.scripted("220 hello\r\n", () => "250-still\r\n");
    const drip = { greetingMs: 60_000, connectMs: 60_000, totalMs: 300 };
    const settings = settingsFor(server.port, { tls: "none", password: null });
    const failure = failureOf(await send(settings, {}, { timeouts: drip }));
    assert.deepEqual([failure.kind, failure.code], ["temporary", "EABORT"]);
    assert.match(failure.message, /timeout/);
  });

  it("ends deliveries that are under way when it is closed, and refuses new ones", async () => {
    const server = await servers.scripted(null, () => null);
    const mailer = createMailer(settingsFor(server.port, { tls: "none", password: null }));
    const pending = mailer.send(aMail);
    setTimeout(mailer.close, 50);
    assert.equal(failureOf(await pending).code, "EABORT");
    assert.equal(failureOf(await mailer.send(aMail)).code, "EABORT");
  });
});
