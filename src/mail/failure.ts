import type { MailOn } from "../core/notice/mail-settings.ts";
import type { MailFailure } from "../core/notice/mail.ts";
import { printable } from "../core/notice/printable.ts";

/** What nodemailer tells about an error, its own code besides the one of the system or of OpenSSL. */
interface Facts {
  readonly message: string;
  readonly code: string;
  readonly cause: string;
  /** 0 when the server did not answer. */
  readonly status: number;
}

const LOGIN_HINT =
  "QQ, 163 and others want the provider's authorisation code, not the account's password; MAIL_PASSWORD must be base64: " +
  "printf %s PASSWORD | base64 (MAIL_PASSWORD_FILE holds plain text); the login is MAIL_FROM";
const MODE_HINT =
  "set MAIL_TLS_MODE to the kind of encryption that this port expects: starttls (usual on 587 and 25) or implicit (465)";
const TRUST_HINT =
  "if the server's certificate is self-signed or of an own authority, set MAIL_CACERT to the base64 of that PEM file, or " +
  "MAIL_TLS_CHECK=false to take any certificate";
const OTHER_AUTHORITY_HINT =
  "MAIL_CACERT does not hold the authority that signed the server's certificate: set it to the base64 of that PEM file, or " +
  "MAIL_TLS_CHECK=false to take any certificate";
const DATE_HINT =
  "renew the server's certificate, check the clocks, or set MAIL_TLS_CHECK=false to take any certificate";
const NAME_HINT =
  "set MAIL_SMTP_SERVER to a name that the server's certificate holds, or MAIL_TLS_CHECK=false to take any certificate";
const REACH_HINT = `check MAIL_SMTP_SERVER, MAIL_SMTP_PORT and the network's rules; where the server stays silent, ${MODE_HINT}`;

const CERTIFICATE = /SELF_SIGNED|UNABLE_TO|CERT_|_CERT|ISSUER/;
const TLS = /^(ETLS|EPROTO)$|^ERR_(SSL|TLS|OSSL)_/;
const KINDS: ReadonlyMap<string, MailFailure["kind"]> = new Map([
  ["ECONNECTION", "unreachable"],
  ["ESOCKET", "unreachable"],
  ["ETIMEDOUT", "unreachable"],
  ["EDNS", "unreachable"],
  ["EENVELOPE", "permanent"],
  ["EMESSAGE", "permanent"],
  ["ESTREAM", "permanent"],
  ["EFILEACCESS", "permanent"],
  ["EURLACCESS", "permanent"],
]);

/** Turns whatever nodemailer rejected with into a failure that can be shown: no secret, one line, with what to do about it. */
export function failureOf(error: unknown, settings: MailOn, secrets: readonly string[]): MailFailure {
  const facts = factsOf(error);
  const kind = kindOf(facts);
  const code = facts.status > 0 ? String(facts.status) : facts.cause || facts.code;
  const message = `SMTP server ${settings.server}:${String(settings.port)}: ${facts.message}`;
  return {
    kind,
    code: printable(code, 60),
    message: printable(redact(message, secrets)),
    hint: hintOf(kind, facts, settings),
  };
}

/** Lists the forms in which a server might send a password back. */
export function secretsOf(user: string, password: string): readonly string[] {
  const base64 = (text: string): string => Buffer.from(text, "utf8").toString("base64");
  return [base64(`\0${user}\0${password}`), base64(password), password];
}

function redact(text: string, secrets: readonly string[]): string {
  return secrets.reduce((redacted, secret) => redacted.replaceAll(secret, "[redacted]"), text);
}

function factsOf(error: unknown): Facts {
  if (!(error instanceof Error)) return { message: "unknown error", code: "UNKNOWN", cause: "", status: 0 };
  const values = new Map<string, unknown>(Object.entries(error));
  const text = (key: string): string => textOf(values.get(key));
  const why = error.cause instanceof Error ? ` (${error.cause.message})` : "";
  return {
    message: `${error.message}${why}`,
    code: text("code"),
    cause: text("originalCode"),
    status: Number(text("responseCode")),
  };
}

function textOf(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

function kindOf({ code, cause, status }: Facts): MailFailure["kind"] {
  if (code === "EAUTH" || status === 530 || status === 535) return isTransient(status) ? "temporary" : "authentication";
  if (isTls(code) || isTls(cause)) return "tls";
  if (status > 0) return isTransient(status) ? "temporary" : "permanent";
  return KINDS.get(code) ?? "temporary";
}

/** RFC 5321: 4yz may pass later; 503 is about the session and not about the mail. */
function isTransient(status: number): boolean {
  return status === 503 || (status >= 400 && status < 500);
}

function isTls(code: string): boolean {
  return TLS.test(code) || CERTIFICATE.test(code);
}

function hintOf(kind: MailFailure["kind"], { cause }: Facts, settings: MailOn): string {
  switch (kind) {
    case "authentication":
      return settings.password === null ? "the server wants a login: set MAIL_PASSWORD" : LOGIN_HINT;
    case "tls":
      return tlsHint(cause, settings);
    case "unreachable":
      return REACH_HINT;
    case "permanent":
    case "temporary":
      return "";
  }
}

function tlsHint(cause: string, { ca }: MailOn): string {
  if (cause === "ERR_TLS_CERT_ALTNAME_INVALID") return NAME_HINT;
  if (cause === "CERT_HAS_EXPIRED" || cause === "CERT_NOT_YET_VALID") return DATE_HINT;
  if (!CERTIFICATE.test(cause)) return MODE_HINT;
  return `${ca === null ? TRUST_HINT : OTHER_AUTHORITY_HINT}; else ${MODE_HINT}`;
}
