import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { Agent, createServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { makeAuthority } from "./certificate.ts";
import { handOn, strike, type Fault } from "./fault-exchange.ts";

/** A request as the proxy got it. */
export interface ProxiedRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly isWatch: boolean;
  /** How many of the same method and path came before it, watches counted by themselves. */
  readonly count: number;
  /** By performance.now(). */
  readonly atMs: number;
}

/** A fault, what it strikes, and how often (default always). */
interface FaultRule {
  readonly when: (request: ProxiedRequest) => boolean;
  readonly fault: Fault;
  readonly times?: number;
}

/** A fault that was set up. */
interface InjectedFault {
  /** The requests that it has struck so far. */
  readonly injected: () => number;
  readonly lift: () => void;
}

/** A TLS proxy before the API server that can be told to go wrong; HTTP/1.1, and the caller's own token. */
export interface FaultProxy {
  /** How a client reaches it: its address, and the PEM of the authority that its certificate is of. */
  readonly access: { readonly server: string; readonly ca: string };
  /** Sets a fault up; of several that fit a request the first one strikes. */
  readonly inject: (rule: FaultRule) => InjectedFault;
  /** Every request so far, in the order of arrival. */
  readonly requests: () => readonly ProxiedRequest[];
  /** Ends all open watches, so that their clients come again. */
  readonly endWatches: () => void;
  readonly close: () => Promise<void>;
}

/** Starts a proxy on loopback before an API server whose certificate is of the authority given. */
export async function startFaultProxy(upstream: { readonly server: string; readonly ca: string }): Promise<FaultProxy> {
  const authority = makeAuthority("fault proxy");
  const agent = new Agent({ ca: upstream.ca, keepAlive: true });
  const requests: ProxiedRequest[] = [];
  const rules = createRules();
  const watches = new Set<ServerResponse>();
  const sockets = new Map<number, Socket>();
  const end = new AbortController();

  const server = createServer(authority.issue(), (request, response) => {
    const seen = toSeen(request, requests);
    requests.push(seen);
    if (seen.isWatch) {
      watches.add(response);
      response.on("close", () => watches.delete(response));
    }
    const { remotePort = 0 } = request.socket;
    // A TLS socket has no way to reset its connection: the one below it does.
    const reset = (): void => {
      sockets.get(remotePort)?.resetAndDestroy();
    };
    const exchange = { request, response, server: upstream.server, agent, reset, signal: end.signal };
    const fault = rules.faultFor(seen);
    if (fault === null) handOn(exchange);
    else strike(exchange, fault).catch(reset);
  });
  server.on("connection", (socket: Socket) => {
    const { remotePort = 0 } = socket;
    sockets.set(remotePort, socket);
    socket.on("close", () => sockets.delete(remotePort));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    access: { server: `https://127.0.0.1:${String(port)}`, ca: authority.cert },
    inject: rules.inject,
    requests: () => requests,
    endWatches: () => {
      for (const response of watches) response.end();
    },
    close: async () => {
      end.abort();
      server.close();
      server.closeAllConnections();
      await once(server, "close");
      agent.destroy();
    },
  };
}

function toSeen({ method = "GET", url = "/" }: IncomingMessage, before: readonly ProxiedRequest[]): ProxiedRequest {
  const { pathname: path, searchParams: query } = new URL(url, "https://proxy");
  const isWatch = ["1", "true"].includes(query.get("watch") ?? "");
  const same = before.filter((other) => other.method === method && other.path === path && other.isWatch === isWatch);
  return { method, path, query, isWatch, count: same.length, atMs: performance.now() };
}

interface Rules {
  readonly inject: FaultProxy["inject"];
  readonly faultFor: (request: ProxiedRequest) => Fault | null;
}

function createRules(): Rules {
  const rules = new Set<FaultRule & { struck: number }>();
  return {
    inject: (given) => {
      const rule = { ...given, struck: 0 };
      rules.add(rule);
      return {
        injected: () => rule.struck,
        lift: () => {
          rules.delete(rule);
        },
      };
    },
    faultFor: (request) => {
      for (const rule of rules) {
        if (rule.struck >= (rule.times ?? Infinity) || !rule.when(request)) continue;
        rule.struck++;
        return rule.fault;
      }
      return null;
    },
  };
}
