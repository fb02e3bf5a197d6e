import { startMailServer } from "../demo-parts/mail-server.ts";

/** An SMTP server that takes every mail, so that notices are sent. */
export interface MailSink {
  /** What the service must be told to send there. */
  readonly env: NodeJS.ProcessEnv;
  readonly close: () => Promise<void>;
}

/** Starts it on loopback; it lies about nothing and keeps nothing for longer than the run. */
export async function startMailSink(folder: string): Promise<MailSink> {
  const server = await startMailServer(folder);
  const base64 = (text: string): string => Buffer.from(text).toString("base64");
  return {
    env: {
      MAIL_FROM: server.user,
      MAIL_TO: "ops@example.com",
      MAIL_SMTP_SERVER: "127.0.0.1",
      MAIL_SMTP_PORT: String(server.port),
      MAIL_PASSWORD: base64(server.password),
      MAIL_CACERT: base64(server.caCert),
    },
    close: server.close,
  };
}
