import assert from "node:assert/strict";
import PostalMime from "postal-mime";
import type { Email } from "postal-mime";
import type { MailOn } from "../../src/core/notice/mail-settings.ts";
import type { Mail, MailFailure, MailReceipt } from "../../src/core/notice/mail.ts";
import type { Result } from "../../src/core/result.ts";
import type { MailerOptions } from "../../src/mail/mailer.ts";
import { createMailer } from "../../src/mail/mailer.ts";
import { makeAuthority } from "../support/certificate.ts";
import type { ScriptedServer, Sink, SinkOptions } from "../support/smtp-sink.ts";
import { startScripted, startSink } from "../support/smtp-sink.ts";

/** The authority of every server in these tests. */
export const authority = makeAuthority();

/** Sender and login. */
export const from = "imagehook@example.com";

/** A canary: found nowhere but in the login. */
export const password = "Pa55-wörd/canary+7f3";

const certificate = authority.issue();

export const aMail: Mail = {
  to: ["ops@example.com"],
  subject: "imagehook: web/deployment/website web update result: complete",
  text: "The rollout is complete.\n",
  html: "<p>The rollout is complete.</p>\n",
  messageId: "<0123456789abcdef@imagehook>",
  threadId: "",
};

/** Settings that the default sink takes a mail with. */
export function settingsFor(port: number, overrides: Partial<MailOn> = {}): MailOn {
  return {
    kind: "on",
    from,
    to: [],
    server: "127.0.0.1",
    port,
    tls: "implicit",
    verify: true,
    ca: authority.cert,
    caFile: null,
    password: { kind: "text", value: password },
    language: "en",
    ...overrides,
  };
}

/** Sends one mail with a mailer of its own. */
export async function send(
  settings: MailOn,
  mail: Partial<Mail> = {},
  options: MailerOptions = {},
): Promise<Result<MailReceipt, MailFailure>> {
  const mailer = createMailer(settings, options);
  try {
    return await mailer.send({ ...aMail, ...mail });
  } finally {
    mailer.close();
  }
}

/** Expects a failure, and that it shows the password in no form. */
export function failureOf(result: Result<MailReceipt, MailFailure>): MailFailure {
  assert.equal(result.kind, "error", `the mail was taken: ${JSON.stringify(result)}`);
  const shown = JSON.stringify(result);
  for (const secret of [
    password,
    Buffer.from(password).toString("base64"),
    Buffer.from(`\0${from}\0${password}`).toString("base64"),
  ]) {
    assert.ok(!shown.includes(secret), `the failure shows the password: ${shown}`);
  }
  return result.error;
}

/** The header lines of the mail, unfolded. */
export function headerBlock(raw: string): string[] {
  return raw
    .slice(0, raw.indexOf("\r\n\r\n"))
    .replace(/\r\n[ \t]+/g, " ")
    .split("\r\n");
}

/** The names of the header fields, sorted. */
export function headerNames(raw: string): string[] {
  return headerBlock(raw)
    .map((line) => line.slice(0, line.indexOf(":")))
    .sort();
}

/** Reads a mail as a mail program would. */
export async function parse(raw: string): Promise<Email> {
  return PostalMime.parse(Buffer.from(raw, "latin1"));
}

/** Starts servers and closes all of them after the test. */
export interface Servers {
  readonly sink: (options?: Partial<SinkOptions>) => Promise<Sink>;
  readonly scripted: (greeting: string | null, answer: (line: string) => string | null) => Promise<ScriptedServer>;
  readonly close: () => Promise<void>;
}

/** Makes an empty set of servers for one describe block; its `close` belongs into afterEach. */
export function openServers(): Servers {
  const open: { readonly close: () => Promise<void> }[] = [];
  return {
    sink: async (options = {}) => {
      const started = await startSink({ tls: "implicit", certificate, login: { user: from, password }, ...options });
      open.push(started);
      return started;
    },
    scripted: async (greeting, answer) => {
      const started = await startScripted(greeting, answer);
      open.push(started);
      return started;
    },
    close: async () => {
      await Promise.all(open.splice(0).map((server) => server.close()));
    },
  };
}
