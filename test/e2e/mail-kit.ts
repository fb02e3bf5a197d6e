import PostalMime from "postal-mime";
import { makeAuthority } from "../support/certificate.ts";
import { startSink, type Sink } from "../support/smtp-sink.ts";

const PASSWORD = "smtp-canary-51d0";

/** A mail server for an installation, and what its owners got. */
export interface Mailbox {
  readonly sink: Sink;
  /** The chart's values for it. */
  readonly values: object;
  /** What came to an address so far, oldest first. */
  readonly mailsTo: (address: string) => Promise<readonly ReadMail[]>;
}

/** What tests look at. */
interface ReadMail {
  readonly subject: string;
  readonly text: string;
  readonly messageId: string;
}

/** Starts a mail server with STARTTLS and a login. */
export async function startMailbox(): Promise<Mailbox> {
  const authority = makeAuthority();
  const login = { user: "imagehook@example.com", password: PASSWORD };
  const sink = await startSink({ tls: "starttls", certificate: authority.issue(), login });
  return {
    sink,
    values: {
      from: login.user,
      smtpServer: "127.0.0.1",
      smtpPort: sink.port,
      tlsMode: "starttls",
      password: PASSWORD,
      caCert: authority.cert,
    },
    mailsTo: (address) => Promise.all(sink.mails.filter(({ to }) => to.includes(address)).map(readMail)),
  };
}

async function readMail({ raw }: { readonly raw: string }): Promise<ReadMail> {
  const { subject = "", text = "", messageId = "" } = await PostalMime.parse(Buffer.from(raw, "latin1"));
  return { subject, text, messageId };
}
