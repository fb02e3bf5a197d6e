import type { Server } from "node:http";
import type { Socket } from "node:net";

/** Connections that are served, and a line of those that wait until there is room. */
export interface Gate {
  /** Whether connections wait. */
  readonly isCrowded: () => boolean;
}

// While others wait, a connection that neither asks nor is answered has so long.
const PATIENCE_MS = 10_000;
const SWEEP_MS = 250;

/**
 * Serves so many connections at a time. The others are accepted, and cost next to nothing: not even their handshake is
 * begun, so that nobody sends a body. `isBusy` says which connections are being answered now.
 */
export function openGate(server: Server, maxServed: number, isBusy: (socket: Socket) => boolean): Gate {
  const [begin] = server.listeners("connection");
  const served = new Map<Socket, number>();
  const waiting = new Set<Socket>();
  let sweeper: NodeJS.Timeout | undefined;
  const serve = (socket: Socket): void => {
    served.set(socket, performance.now());
    socket.once("close", () => {
      served.delete(socket);
      admit();
    });
    begin?.call(server, socket);
  };
  const admit = (): void => {
    for (const socket of waiting) {
      if (served.size >= maxServed) return;
      waiting.delete(socket);
      serve(socket);
    }
    clearInterval(sweeper);
    sweeper = undefined;
  };
  const sweep = (): void => {
    const now = performance.now();
    server.closeIdleConnections();
    for (const [socket, sinceMs] of served) {
      if (isBusy(socket)) served.set(socket, now);
      else if (now - sinceMs > PATIENCE_MS) socket.destroy();
    }
  };
  server.removeAllListeners("connection");
  server.on("connection", (socket: Socket) => {
    if (served.size < maxServed) {
      serve(socket);
      return;
    }
    waiting.add(socket);
    socket.once("close", () => waiting.delete(socket));
    sweeper ??= setInterval(sweep, SWEEP_MS).unref();
  });
  return { isCrowded: () => waiting.size > 0 };
}
