import type { Result } from "../result.ts";
import { fail, ok } from "../result.ts";
import { isAddress, parseAddresses } from "./addresses.ts";
import { decodeBase64 } from "./base64.ts";
import { pemCertificates } from "./certificates.ts";
import type { Language } from "./notice.ts";
import { LANGUAGES } from "./notice.ts";
import { printable } from "./printable.ts";
import type { SmtpServer } from "./smtp-server.ts";
import { parsePort, parseServer } from "./smtp-server.ts";

/** Where the password of the SMTP login comes from; a file is read again for each mail. */
type MailPassword =
  { readonly kind: "text"; readonly value: string } | { readonly kind: "file"; readonly path: string };

/** How the connection to the SMTP server is encrypted. */
type MailTls = "implicit" | "starttls" | "none";

/** Settings that mails can be sent with. */
export interface MailOn {
  readonly kind: "on";
  /** Sender, envelope sender and login. */
  readonly from: string;
  /** Recipients of hooks that name none. */
  readonly to: readonly string[];
  readonly server: string;
  readonly port: number;
  readonly tls: MailTls;
  readonly verify: boolean;
  /** PEM; null for the certificate authorities that Node knows. */
  readonly ca: string | null;
  /** A file with the same, read again for each mail; null when `ca` says it. */
  readonly caFile: string | null;
  /** Null for a server that wants no login. */
  readonly password: MailPassword | null;
  readonly language: Language;
}

/** What the MAIL_* variables ask for. */
export type MailSettings = { readonly kind: "off"; readonly reason: string } | MailOn;

/** A variable that cannot be used: what is wrong with it and what to do; never the value of a secret. */
export interface MailProblem {
  readonly variable: string;
  readonly message: string;
}

type Environment = Readonly<Record<string, string | undefined>>;
type Read<T> = Result<T, MailProblem>;

/** Reads the MAIL_* variables with the base64 rules of the original tool; an empty variable counts as unset. */
export function readMailSettings(env: Environment): Result<MailSettings, readonly MailProblem[]> {
  if (valueOf(env, "MAIL_FROM") === "") return ok({ kind: "off", reason: "MAIL_FROM is not set" });
  const problems: MailProblem[] = [];
  const take = <T>(read: Read<T>, otherwise: T): T => {
    if (read.kind === "ok") return read.value;
    problems.push(read.error);
    return otherwise;
  };
  const from = take(readFrom(env), "");
  const to = take(readTo(env), []);
  const server = take(readServer(env), { host: "", port: null });
  const port = take(readPort(env, server), 465);
  const tls = take(readTls(env, port), "implicit");
  const verify = take(readVerify(env), true);
  const caFile = valueOf(env, "MAIL_CACERT_FILE") || null;
  const ca = take(readCa(env, caFile), null);
  const password = take(readPassword(env, tls), null);
  const language = take(readLanguage(env), "en");
  if (problems.length > 0) return fail(problems);
  return ok({ kind: "on", from, to, server: server.host, port, tls, verify, ca, caFile, password, language });
}

function valueOf(env: Environment, variable: string): string {
  return env[variable]?.trim() ?? "";
}

function wrong(variable: string, message: string): Read<never> {
  return fail({ variable, message: `${variable} ${message}` });
}

function readFrom(env: Environment): Read<string> {
  const value = valueOf(env, "MAIL_FROM");
  const address = value.includes("@") ? value : (decodeBase64(value)?.trim() ?? "");
  if (isAddress(address)) return ok(address);
  const shown = printable(value, 100);
  return wrong("MAIL_FROM", `is "${shown}", neither an e-mail address nor the base64 of one; write ops@example.com`);
}

function readTo(env: Environment): Read<readonly string[]> {
  const addresses = parseAddresses(valueOf(env, "MAIL_TO"));
  return addresses.kind === "ok" ? addresses : wrong("MAIL_TO", `cannot be used: ${addresses.error}`);
}

function readServer(env: Environment): Read<SmtpServer> {
  const value = valueOf(env, "MAIL_SMTP_SERVER");
  if (value === "")
    return wrong("MAIL_SMTP_SERVER", "is not set; name the SMTP server, or unset MAIL_FROM for no mail");
  const server = parseServer(value);
  if (server !== null) return ok(server);
  return wrong(
    "MAIL_SMTP_SERVER",
    `is "${printable(value, 100)}", not a host name; write one, such as smtp.example.com`,
  );
}

function readPort(env: Environment, server: SmtpServer): Read<number> {
  const value = valueOf(env, "MAIL_SMTP_PORT");
  if (value === "") return ok(server.port ?? 465);
  const port = parsePort(value);
  if (port === null) {
    return wrong("MAIL_SMTP_PORT", `is "${printable(value, 100)}", not a port; write a number from 1 to 65535`);
  }
  if (server.port === null || server.port === port) return ok(port);
  return wrong("MAIL_SMTP_PORT", `is ${value}, but MAIL_SMTP_SERVER says ${String(server.port)}; keep one of them`);
}

function readTls(env: Environment, port: number): Read<MailTls> {
  const value = valueOf(env, "MAIL_TLS_MODE");
  if (value === "") return ok(port === 25 || port === 587 ? "starttls" : "implicit");
  if (value === "implicit" || value === "starttls" || value === "none") return ok(value);
  return wrong("MAIL_TLS_MODE", `is "${printable(value, 100)}"; write implicit, starttls or none`);
}

function readVerify(env: Environment): Read<boolean> {
  const value = valueOf(env, "MAIL_TLS_CHECK");
  if (value === "" || value === "true" || value === "false") return ok(value !== "false");
  const shown = printable(value, 100);
  return wrong("MAIL_TLS_CHECK", `is "${shown}"; write true, or false to take any certificate of the server`);
}

function readCa(env: Environment, file: string | null): Read<string | null> {
  const value = valueOf(env, "MAIL_CACERT");
  if (value === "") return ok(null);
  if (file !== null) return wrong("MAIL_CACERT", "and MAIL_CACERT_FILE are both set; keep one of them");
  const text = value.startsWith("-----BEGIN ") ? value : decodeBase64(value);
  const ca = text === null ? null : pemCertificates(text);
  if (ca !== null) return ok(ca);
  return wrong("MAIL_CACERT", "is not the base64 of a PEM file with certificates; make it by: base64 < ca.pem");
}

function readPassword(env: Environment, tls: MailTls): Read<MailPassword | null> {
  const value = valueOf(env, "MAIL_PASSWORD");
  const path = valueOf(env, "MAIL_PASSWORD_FILE");
  if (value === "" && path === "") return ok(null);
  if (value !== "" && path !== "")
    return wrong("MAIL_PASSWORD", "and MAIL_PASSWORD_FILE are both set; keep one of them");
  if (tls === "none") {
    return wrong("MAIL_TLS_MODE", "is none, which would send the password unencrypted; use starttls, or no password");
  }
  return path === "" ? decodePassword(value) : ok({ kind: "file", path });
}

/** Never guesses: an authorisation code can look like base64, and a password in plain text is a problem to report. */
function decodePassword(value: string): Read<MailPassword> {
  const password = decodeBase64(value)?.replace(/[\r\n]+$/, "") ?? "";
  if (password !== "" && !/\p{Cc}/u.test(password)) return ok({ kind: "text", value: password });
  return wrong("MAIL_PASSWORD", "is not the base64 of a password; make it by: printf %s PASSWORD | base64");
}

function readLanguage(env: Environment): Read<Language> {
  const value = valueOf(env, "MAIL_LANGUAGE");
  const language = value === "" ? "en" : LANGUAGES.find((known) => known === value.toLowerCase().split(/[-_]/)[0]);
  if (language !== undefined) return ok(language);
  return wrong("MAIL_LANGUAGE", `is "${printable(value, 100)}"; write ${LANGUAGES.join(" or ")}`);
}
