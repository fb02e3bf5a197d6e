import { once } from "node:events";
import type { AddressInfo, Server, Socket } from "node:net";
import { createServer } from "node:net";
import { text } from "node:stream/consumers";
import type { SMTPServerDataStream, SMTPServerOptions, SMTPServerSession } from "smtp-server";
import { SMTPServer } from "smtp-server";
import type { Certificate } from "./certificate.ts";
import { createSmtpFaults, type SmtpFaults, type SmtpRefusal } from "./smtp-faults.ts";

/** A mail as the server got it. */
interface ReceivedMail {
  /** The envelope's. */
  readonly from: string;
  readonly to: readonly string[];
  /** As its header says it, in angle brackets; empty where it has none. */
  readonly messageId: string;
  /** The login that it came with; empty where none was wanted. */
  readonly user: string;
  readonly secure: boolean;
  /** When it was there as a whole, by performance.now(). */
  readonly atMs: number;
  /** The bytes after DATA, one character a byte. */
  readonly raw: string;
}

/** How an SMTP server for a test behaves; it answers by the book where nothing else is said. */
export interface SinkOptions {
  readonly tls: "implicit" | "starttls";
  readonly certificate: Certificate;
  /** Null for a server that wants no login. */
  readonly login: { readonly user: string; readonly password: string } | null;
  /** Taken where free, for servers that come back after a fault. */
  readonly port?: number;
  /** What RCPT TO is answered, where not 250; asked again for each recipient. */
  readonly refuseRecipient?: (address: string) => SmtpRefusal | null;
  /** What the end of DATA is answered, where not 250. */
  readonly refuseData?: () => SmtpRefusal | null;
  /** Only TLS of these versions, as in tls.createServer. */
  readonly maxVersion?: "TLSv1.2" | "TLSv1.1";
}

/** A running SMTP server and what it got. */
export interface Sink {
  readonly port: number;
  readonly mails: readonly ReceivedMail[];
  /** How often each login was tried, right ones and wrong ones. */
  readonly logins: readonly { readonly user: string; readonly accepted: boolean }[];
  /** Waits until there are as many mails; fails after the time. */
  readonly waitFor: (count: number, timeoutMs?: number) => Promise<readonly ReceivedMail[]>;
  /** Sets a fault up; of several that fit the first one strikes. */
  readonly inject: SmtpFaults["inject"];
  /** How many connections it has accepted, broken handshakes among them. */
  readonly connections: () => number;
  /** Presents another certificate from the next handshake on. */
  readonly present: (certificate: Certificate) => void;
  readonly close: () => Promise<void>;
}

/** Starts a real SMTP server on loopback that demands TLS and the login and keeps each mail. */
export async function startSink(options: SinkOptions): Promise<Sink> {
  const mails: ReceivedMail[] = [];
  const logins: { user: string; accepted: boolean }[] = [];
  const waiting = new Set<() => void>();
  const keep = (mail: ReceivedMail): void => {
    mails.push(mail);
    for (const wake of waiting) wake();
  };
  const faults = createSmtpFaults();
  const cut = ({ id }: SMTPServerSession): void => {
    for (const connection of server.connections) if (connection.id === id) connection._socket.destroySoon();
  };
  const parts: Parts = { strike: faults.strike, cut, logins, keep };
  const server = new SMTPServer({ ...transport(options), ...entry(options, parts), ...intake(options, parts) });
  // A client that breaks off a handshake is what some tests want to see.
  server.on("error", () => undefined);
  let connections = 0;
  server.server.on("connection", () => {
    connections++;
  });
  const listening = server.listen(options.port ?? 0, "127.0.0.1");
  await once(listening, "listening");
  return {
    port: portOf(listening),
    mails,
    logins,
    waitFor: async (count, timeoutMs = 20_000) => {
      const expired = AbortSignal.timeout(timeoutMs);
      while (mails.length < count)
        await nextMail(waiting, expired, () => `${String(mails.length)} of ${String(count)}`);
      return mails;
    },
    inject: faults.inject,
    connections: () => connections,
    present: (certificate) => {
      server.updateSecureContext({ ...certificate });
    },
    close: () =>
      new Promise((resolve) => {
        server.close(resolve);
      }),
  };
}

interface Parts {
  readonly strike: SmtpFaults["strike"];
  readonly cut: (session: SMTPServerSession) => void;
  readonly logins: { user: string; accepted: boolean }[];
  readonly keep: (mail: ReceivedMail) => void;
}

function transport({ tls, certificate, login, maxVersion }: SinkOptions): SMTPServerOptions {
  return {
    ...certificate,
    secure: tls === "implicit",
    authOptional: login === null,
    disabledCommands: login === null ? ["AUTH"] : [],
    disableReverseLookup: true,
    closeTimeout: 100,
    ...(maxVersion !== undefined && { minVersion: "TLSv1", maxVersion, ciphers: "DEFAULT@SECLEVEL=0" }),
  };
}

function entry({ login }: SinkOptions, { strike, cut, logins }: Parts): SMTPServerOptions {
  return {
    onConnect: (session, callback) => {
      strike("connect", [], {
        answer: (refused) => {
          callback(errorOf(refused));
        },
        cut: () => {
          cut(session);
        },
      });
    },
    onAuth: (auth, session, callback) => {
      const user = auth.username ?? "";
      strike("login", [user], {
        answer: (refused) => {
          const accepted = refused === null && user === login?.user && auth.password === login.password;
          logins.push({ user, accepted });
          if (accepted) callback(null, { user });
          else callback(errorOf(refused ?? { status: 535, text: "Error: authentication failed" }));
        },
        cut: () => {
          cut(session);
        },
      });
    },
  };
}

function intake({ tls, refuseRecipient, refuseData }: SinkOptions, { strike, cut, keep }: Parts): SMTPServerOptions {
  return {
    onMailFrom: (_address, session, callback) => {
      const plain = tls === "starttls" && !session.secure;
      callback(plain ? errorOf({ status: 530, text: "Must issue a STARTTLS command first" }) : null);
    },
    onRcptTo: ({ address }, session, callback) => {
      strike("recipient", [address], {
        answer: (refused) => {
          callback(errorOf(refused ?? refuseRecipient?.(address) ?? null));
        },
        cut: () => {
          cut(session);
        },
      });
    },
    onData: (stream, session, callback) => {
      void receive(stream, session).then((mail) => {
        const always = refuseData?.() ?? null;
        strike("data", mail.to, {
          keep: () => {
            if (always === null) keep(mail);
          },
          answer: (refused) => {
            callback(errorOf(refused ?? always), "queued by the sink");
          },
          cut: () => {
            cut(session);
          },
        });
      }, callback);
    },
  };
}

async function receive(stream: SMTPServerDataStream, session: SMTPServerSession): Promise<ReceivedMail> {
  stream.setEncoding("latin1");
  const raw = await text(stream);
  const { mailFrom, rcptTo } = session.envelope;
  return {
    from: mailFrom === false ? "" : mailFrom.address,
    to: rcptTo.map(({ address }) => address),
    user: typeof session.user === "string" ? session.user : "",
    secure: session.secure,
    atMs: performance.now(),
    messageId: /^message-id:\s*(<[^>\r\n]*>)/im.exec(raw.split("\r\n\r\n", 1)[0] ?? "")?.[1] ?? "",
    raw,
  };
}

function errorOf(refused: SmtpRefusal | null): Error | null {
  return refused === null ? null : Object.assign(new Error(refused.text), { responseCode: refused.status });
}

async function nextMail(waiting: Set<() => void>, expired: AbortSignal, seen: () => string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const wake = (): void => {
      waiting.delete(wake);
      expired.removeEventListener("abort", wake);
      if (expired.aborted) reject(new Error(`only ${seen()} mails arrived in time`));
      else resolve();
    };
    waiting.add(wake);
    expired.addEventListener("abort", wake);
    if (expired.aborted) wake();
  });
}

/** A server that speaks from a script, to show what a sound one never would, and the bytes that it was sent. */
export interface ScriptedServer {
  readonly port: number;
  /** Everything that clients sent, one character a byte. */
  readonly received: () => string;
  readonly close: () => Promise<void>;
}

/** Starts a plain TCP server that greets (null: never) and answers each line by the script (null: not at all). */
export async function startScripted(
  greeting: string | null,
  answer: (line: string) => string | null,
): Promise<ScriptedServer> {
  const sockets = new Set<Socket>();
  let received = "";
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.setEncoding("latin1");
    socket.on("error", () => undefined);
    socket.on("data", (chunk: string) => {
      received += chunk;
      for (const line of chunk.split("\r\n").slice(0, -1)) socket.write(answer(line) ?? "");
    });
    if (greeting !== null) socket.write(greeting);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: portOf(server),
    received: () => received,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

function portOf(server: Server): number {
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === "string") throw new Error("the server does not listen on a TCP port");
  return address.port;
}
