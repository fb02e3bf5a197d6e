import { randomBytes } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import PostalMime from "postal-mime";
import { makeAuthority } from "../../test/support/certificate.ts";
import { startSink } from "../../test/support/smtp-sink.ts";

/** A mail as it was received, and where it was saved. */
export interface SavedMail {
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** The account that it was sent with, over TLS or not. */
  readonly login: string;
  readonly secure: boolean;
  /** The bytes as received. */
  readonly rawFile: string;
  readonly htmlFile: string;
}

/** A mail server of the demo's own. */
export interface MailServer {
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly caCert: string;
  readonly folder: string;
  /** Reads and saves the mails that came since the last call. */
  readonly takeNew: () => Promise<readonly SavedMail[]>;
  readonly close: () => Promise<void>;
}

type Received = Awaited<ReturnType<typeof startSink>>["mails"][number];

/** Starts an SMTP server on loopback that speaks TLS from the start, under a CA of its own, and wants the login. */
export async function startMailServer(folder: string): Promise<MailServer> {
  await mkdir(folder, { recursive: true });
  const authority = makeAuthority("imagehook demo authority");
  const login = { user: "imagehook@example.com", password: randomBytes(12).toString("hex") };
  const sink = await startSink({ tls: "implicit", certificate: authority.issue(), login });
  let taken = 0;
  return {
    port: sink.port,
    ...login,
    caCert: authority.cert,
    folder,
    takeNew: async () => {
      const fresh = sink.mails.slice(taken);
      const first = taken + 1;
      taken += fresh.length;
      return Promise.all(fresh.map((mail, index) => save(mail, join(folder, String(first + index)))));
    },
    close: sink.close,
  };
}

async function save({ raw, user, secure }: Received, path: string): Promise<SavedMail> {
  const bytes = Buffer.from(raw, "latin1");
  const { from, to = [], subject = "", text = "", html = "" } = await PostalMime.parse(bytes);
  const files = { rawFile: `${path}.eml`, htmlFile: `${path}.html` };
  await writeFile(files.rawFile, bytes);
  await writeFile(files.htmlFile, html);
  return {
    from: from?.address ?? "",
    to: to.map(({ address = "" }) => address).join(", "),
    subject,
    text,
    html,
    login: user,
    secure,
    ...files,
  };
}
