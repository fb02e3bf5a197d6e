import { readFile } from "node:fs/promises";
import { createTransport } from "nodemailer";
import type { SMTPTransportOptions } from "nodemailer";
import { isAddress } from "../core/notice/addresses.ts";
import type { MailOn } from "../core/notice/mail-settings.ts";
import type { Mail, MailFailure, MailReceipt } from "../core/notice/mail.ts";
import { printable } from "../core/notice/printable.ts";
import type { Result } from "../core/result.ts";
import { fail, ok } from "../core/result.ts";
import type { Mailer } from "../flow/ports.ts";
import { failureOf, secretsOf } from "./failure.ts";

/** How long the parts of a delivery may take, in milliseconds. */
interface MailTimeouts {
  readonly connectMs: number;
  readonly greetingMs: number;
  /** Silence between two answers. */
  readonly idleMs: number;
  /** The whole delivery: less than the two minutes after which another leader may claim the notice. */
  readonly totalMs: number;
}

/** What a mailer can be given in place of the real thing. */
export interface MailerOptions {
  readonly readFile?: (path: string) => Promise<string>;
  readonly timeouts?: Partial<MailTimeouts>;
}

/** Hands mails to the SMTP server of the settings. */
export interface SmtpMailer extends Mailer {
  readonly send: (mail: Mail) => Promise<Result<MailReceipt, MailFailure>>;
  /** Ends deliveries that are under way and refuses new ones. */
  readonly close: () => void;
}

const TIMEOUTS: MailTimeouts = { connectMs: 10_000, greetingMs: 10_000, idleMs: 30_000, totalMs: 90_000 };

/** Makes a mailer that opens one connection a mail and reads a password file each time, so that passwords can be rotated. */
export function createMailer(settings: MailOn, options: MailerOptions = {}): SmtpMailer {
  const timeouts = { ...TIMEOUTS, ...options.timeouts };
  const read = options.readFile ?? ((path) => readFile(path, "utf8"));
  const closed = new AbortController();
  return {
    send: async (mail) => {
      const stranger = mail.to.find((address) => !isAddress(address));
      if (stranger !== undefined || mail.to.length === 0) return fail(noRecipient(stranger));
      const password = await passwordOf(settings, read);
      if (password.kind === "error") return password;
      const ca = await authorityOf(settings, read);
      if (ca.kind === "error") return ca;
      const signal = AbortSignal.any([closed.signal, AbortSignal.timeout(timeouts.totalMs)]);
      return deliver(mail, { settings, timeouts, password: password.value, ca: ca.value, signal });
    },
    close: () => {
      closed.abort();
    },
  };
}

type ReadText = (path: string) => Promise<string>;

interface Delivery {
  readonly settings: MailOn;
  readonly timeouts: MailTimeouts;
  readonly password: string | null;
  readonly ca: string | null;
  readonly signal: AbortSignal;
}

async function deliver(mail: Mail, delivery: Delivery): Promise<Result<MailReceipt, MailFailure>> {
  const { settings, password } = delivery;
  const transport = createTransport(optionsOf(delivery));
  try {
    const sent = await transport.sendMail({
      from: { name: "", address: settings.from },
      to: mail.to.map((address) => ({ name: "", address })),
      subject: mail.subject,
      text: mail.text,
      html: mail.html,
      messageId: mail.messageId,
      ...(mail.threadId !== "" && { inReplyTo: mail.threadId, references: mail.threadId }),
      headers: { "Auto-Submitted": "auto-generated" },
      disableFileAccess: true,
      disableUrlAccess: true,
      signal: delivery.signal,
    });
    return ok({ response: printable(sent.response), rejected: sent.rejected });
  } catch (error) {
    const secrets = password === null ? [] : secretsOf(settings.from, password);
    return fail(failureOf(error, settings, secrets));
  }
}

function optionsOf({ settings, timeouts, password, ca }: Delivery): SMTPTransportOptions {
  return {
    host: settings.server,
    port: settings.port,
    secure: settings.tls === "implicit",
    requireTLS: settings.tls === "starttls",
    ignoreTLS: settings.tls === "none",
    tls: {
      minVersion: "TLSv1.2",
      rejectUnauthorized: settings.verify,
      ...(ca !== null && { ca }),
    },
    ...(password !== null && { auth: { user: settings.from, pass: password } }),
    connectionTimeout: timeouts.connectMs,
    dnsTimeout: timeouts.connectMs,
    greetingTimeout: timeouts.greetingMs,
    socketTimeout: timeouts.idleMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

async function passwordOf({ password }: MailOn, read: ReadText): Promise<Result<string | null, MailFailure>> {
  if (password === null) return ok(null);
  if (password.kind === "text") return ok(password.value);
  const text = await textOf(password.path, read, { kind: "authentication", variable: "MAIL_PASSWORD_FILE" });
  return text.kind === "ok" ? ok(text.value.replace(/[\r\n]+$/, "")) : text;
}

async function authorityOf({ ca, caFile }: MailOn, read: ReadText): Promise<Result<string | null, MailFailure>> {
  return caFile === null ? ok(ca) : textOf(caFile, read, { kind: "tls", variable: "MAIL_CACERT_FILE" });
}

async function textOf(
  path: string,
  read: ReadText,
  { kind, variable }: { readonly kind: MailFailure["kind"]; readonly variable: string },
): Promise<Result<string, MailFailure>> {
  const missing = (code: string, what: string): Result<never, MailFailure> =>
    fail({
      kind,
      code,
      message: `the file ${path} ${what}`,
      hint: `${variable} names it: put the text into it, as it is`,
    });
  try {
    const text = await read(path);
    return text.trim() === "" ? missing("EMPTY", "is empty") : ok(text);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "UNKNOWN";
    return missing(code, `cannot be read (${code})`);
  }
}

function noRecipient(stranger: string | undefined): MailFailure {
  const message =
    stranger === undefined ? "the mail has no recipient" : "the mail has a recipient that is not an address";
  return { kind: "permanent", code: "EENVELOPE", message, hint: "correct the hook's recipients or MAIL_TO" };
}
