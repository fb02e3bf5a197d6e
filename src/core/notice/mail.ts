/** The most addresses that one mail goes to. */
export const MAX_RECIPIENTS = 50;

/** A mail that is ready to be handed to the SMTP server; the sender is the mailer's own. */
export interface Mail {
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** Derived from the notice, so that a mail that was sent twice can be recognised. */
  readonly messageId: string;
  /** What it answers to, from threadId; empty for a mail that stands alone. */
  readonly threadId: string;
}

/** What the SMTP server answered to a mail that it took; a server may take a mail for some of its recipients only. */
export interface MailReceipt {
  readonly response: string;
  readonly rejected: readonly string[];
}

/**
 * Why a mail was not taken: `temporary`, `unreachable` and `tls` are worth another try later, `authentication` once the
 * operator has changed the login, `permanent` never.
 */
export interface MailFailure {
  readonly kind: "temporary" | "permanent" | "authentication" | "tls" | "unreachable";
  /** The SMTP status (535), else the code of the error (ECONNREFUSED, CERT_HAS_EXPIRED). */
  readonly code: string;
  /** What was wrong and where; never holds the password. */
  readonly message: string;
  /** What the operator can do; empty where there is nothing to say. */
  readonly hint: string;
}
