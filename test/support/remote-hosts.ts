import { once } from "node:events";
import { createServer as createHttpServer, type RequestListener, type Server } from "node:http";
import { createServer } from "node:https";
import { connect, type AddressInfo, type Socket } from "node:net";
import { makeAuthority } from "./certificate.ts";

/** Hosts of a test's own, all played by one HTTPS server behind a proxy: names are resolved nowhere. */
export interface RemoteHosts {
  /** PEM of the authority that certified them. */
  readonly ca: string;
  /** The proxy's address. */
  readonly proxy: string;
  /** The server's own address on loopback, `127.0.0.1:port`. */
  readonly direct: string;
  /** What was asked through the proxy or directly, as `GET host/path`. */
  readonly asked: string[];
  /** To whom the proxy was to connect, as `host:port`. */
  readonly connected: string[];
  readonly close: () => Promise<void>;
}

/** Starts them. */
export async function startRemoteHosts(names: readonly string[], answer: RequestListener): Promise<RemoteHosts> {
  const authority = makeAuthority();
  const asked: string[] = [];
  const connected: string[] = [];
  const server = createServer(authority.issue({ names: [...names, "127.0.0.1"] }), (request, response) => {
    asked.push(`${String(request.method)} ${String(request.headers.host)}${String(request.url)}`);
    answer(request, response);
  });
  const port = await listen(server);
  const sockets = new Set<Socket>();
  const proxy = createHttpServer();
  proxy.on("connect", (request, client: Socket) => {
    connected.push(String(request.url));
    const upstream = connect(port, "127.0.0.1", () => {
      client.write("HTTP/1.1 200 Connection established\r\n\r\n");
      upstream.pipe(client).pipe(upstream);
    });
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", () => socket.destroy());
      socket.on("close", () => sockets.delete(socket));
    }
  });
  const proxyPort = await listen(proxy);
  return {
    ca: authority.cert,
    proxy: `http://127.0.0.1:${String(proxyPort)}`,
    direct: `127.0.0.1:${String(port)}`,
    asked,
    connected,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.closeAllConnections();
      await Promise.all([server, proxy].map((each) => new Promise((resolve) => each.close(resolve))));
    },
  };
}

async function listen(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}
