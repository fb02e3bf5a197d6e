import { once } from "node:events";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { buffer } from "node:stream/consumers";
import { z } from "zod";

const registryEvent = z.looseObject({
  id: z.string(),
  action: z.string(),
  target: z.looseObject({ repository: z.string(), digest: z.string(), tag: z.string().optional() }),
});
// CNCF distribution sends each event in a request of its own.
const envelope = z.looseObject({ events: z.tuple([registryEvent]) });

/** What a registry says of one event. */
export type RegistryEvent = z.infer<typeof registryEvent>;

/** One notification that went through, and what it was answered. */
export interface Notification {
  readonly event: RegistryEvent;
  readonly contentType: string;
  /** The processes that held the other end of its connection. */
  readonly senders: readonly number[];
  readonly status: number;
  readonly answer: string;
  /** False where the answer was kept from the sender. */
  readonly delivered: boolean;
}

/** Stands between a registry and the service: writes down what the one says and the other answers, and changes nothing. */
export interface NotificationProxy {
  readonly url: string;
  /** In the order of the answers. */
  readonly seen: readonly Notification[];
  /** The service; until it is named every notification is answered 503. */
  readonly forwardTo: (url: string) => void;
  /** Breaks the connection instead of handing on the answer to the next event that matches. */
  readonly loseAnswerTo: (matches: (event: RegistryEvent) => boolean) => void;
  readonly stop: () => void;
}

/** Starts the proxy on a free loopback port. */
export async function startNotificationProxy(): Promise<NotificationProxy> {
  const seen: Notification[] = [];
  let target: string | undefined;
  let losesAnswer: ((event: RegistryEvent) => boolean) | undefined;
  const take = async (request: IncomingMessage): Promise<Notification> => {
    const senders = holdersOf(request.socket);
    const body = await buffer(request);
    const answer = await forward(request, body, target ?? "");
    const [event] = envelope.parse(JSON.parse(body.toString())).events;
    const isLost = losesAnswer?.(event) === true;
    if (isLost) losesAnswer = undefined;
    return { event, contentType: request.headers["content-type"] ?? "", senders, ...answer, delivered: !isLost };
  };
  const server = createServer((request, response) => {
    if (target === undefined) {
      response.writeHead(503).end();
      return;
    }
    take(request).then(
      (notification) => {
        seen.push(notification);
        if (notification.delivered) response.writeHead(notification.status).end(notification.answer);
        else request.socket.destroy();
      },
      (error: unknown) => {
        response.writeHead(502).end(String(error));
      },
    );
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    seen,
    forwardTo: (url) => {
      target = url;
    },
    loseAnswerTo: (matches) => {
      losesAnswer = matches;
    },
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function forward(
  { method = "", url = "", headers }: IncomingMessage,
  body: Buffer,
  target: string,
): Promise<Pick<Notification, "status" | "answer">> {
  const ofConnection = ["host", "connection", "content-length"];
  const kept = Object.entries(headers).filter(([name]) => !ofConnection.includes(name));
  const sent = kept.map(([name, value]): [string, string] => [name, String(value)]);
  const answer = await fetch(new URL(url, target), { method, headers: sent, body: new Uint8Array(body) });
  return { status: answer.status, answer: await answer.text() };
}

/** The processes that hold the client's end of a loopback connection, as the kernel lists them. */
function holdersOf({ remotePort = 0, localPort = 0 }: Socket): number[] {
  const end = (port: number): string => `0100007F:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  const rows = readFileSync("/proc/net/tcp", "utf8")
    .split("\n")
    .map((line) => line.trim().split(/\s+/));
  const inode = rows.find((row) => row[1] === end(remotePort) && row[2] === end(localPort))?.[9] ?? "none";
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => openFilesOf(pid).includes(`socket:[${inode}]`))
    .map(Number);
}

// Processes end while they are looked at, and those of other users do not show theirs.
function openFilesOf(pid: string): string[] {
  const folder = `/proc/${pid}/fd`;
  const orNothing = <T>(look: () => T): T[] => {
    try {
      return [look()];
    } catch {
      return [];
    }
  };
  const names = orNothing(() => readdirSync(folder)).flat();
  return names.flatMap((name) => orNothing(() => readlinkSync(`${folder}/${name}`)));
}
