import assert from "node:assert/strict";
import { once } from "node:events";
import { Agent, request } from "node:https";
import { connect as connectPlain } from "node:net";
import { connect, TLSSocket } from "node:tls";
import Router from "@koa/router";
import { createApplication, listen, type HttpServer, type TlsSettings } from "../../src/http/server.ts";
import { makeAuthority } from "../support/certificate.ts";
import { createFakeLog } from "../support/fake-log.ts";

const authority = makeAuthority();

async function serveTls(minVersion: TlsSettings["minVersion"] = "1.2", delayMs = 0): Promise<HttpServer> {
  const router = new Router();
  router.get("/", async (context) => {
    await new Promise((resolve) => setTimeout(resolve, delayMs));
    context.body = "OK";
  });
  return listen(createApplication([router], createFakeLog()), "127.0.0.1", 0, { ...authority.issue(), minVersion });
}

interface Seen {
  readonly status: number;
  readonly body: string;
  readonly httpVersion: string;
  /** Of the certificate that the server showed. */
  readonly serial: string;
}

async function ask(port: number, agent: Agent | false = false): Promise<Seen> {
  const sent = request({ host: "127.0.0.1", port, ca: authority.cert, agent, path: "/" }).end();
  return new Promise((resolve, reject) => {
    sent.once("error", reject);
    sent.once("response", (response) => {
      const { socket } = response;
      assert.ok(socket instanceof TLSSocket);
      const { serialNumber } = socket.getPeerCertificate();
      let body = "";
      response.on("data", (chunk: Buffer) => (body += chunk.toString("utf8")));
      response.once("end", () => {
        resolve({ status: response.statusCode ?? 0, body, httpVersion: response.httpVersion, serial: serialNumber });
      });
    });
  });
}

/** The version that a handshake agrees on, or the code of its failure. */
async function versionOf(port: number, version: "TLSv1" | "TLSv1.1" | "TLSv1.2" | "TLSv1.3"): Promise<string> {
  const socket = connect({
    host: "127.0.0.1",
    port,
    ca: authority.cert,
    minVersion: version,
    maxVersion: version,
    ciphers: "DEFAULT:@SECLEVEL=0",
    ALPNProtocols: ["h2", "http/1.1"],
  });
  return new Promise((resolve) => {
    socket.once("secureConnect", () => {
      resolve(`${String(socket.getProtocol())} ${String(socket.alpnProtocol)}`);
      socket.destroy();
    });
    socket.once("error", () => {
      resolve("refused");
    });
  });
}

describe("listen(app, host, port, tls)", () => {
  it("serves HTTP/1.1 over TLS with its certificate", async () => {
    const server = await serveTls();
    const { status, body, httpVersion } = await ask(server.port);
    await server.drain();
    assert.deepEqual([status, body, httpVersion], [200, "OK", "1.1"]);
  });

  const versions = ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"] as const;
  for (const [index, minVersion] of (["1.0", "1.1", "1.2", "1.3"] as const).entries()) {
    it(`agrees on ${minVersion} and newer, and on no older, where that is the least`, async () => {
      const server = await serveTls(minVersion);
      const agreed = await Promise.all(versions.map((version) => versionOf(server.port, version)));
      await server.drain();
      assert.deepEqual(
        agreed,
        versions.map((version, at) => (at < index ? "refused" : `${version} http/1.1`)),
      );
    });
  }

  it("shows another certificate to new connections once it is renewed, and leaves those that are open alone", async () => {
    const server = await serveTls("1.2", 50);
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const before = await ask(server.port, agent);
    const underWay = ask(server.port);
    server.renew(authority.issue());
    const [kept, slow, fresh] = await Promise.all([ask(server.port, agent), underWay, ask(server.port)]);
    agent.destroy();
    await server.drain();
    assert.deepEqual([kept.status, slow.status, fresh.status], [200, 200, 200]);
    assert.equal(kept.serial, before.serial);
    assert.notEqual(fresh.serial, before.serial);
  });

  it("keeps the least version when the certificate is renewed", async () => {
    const server = await serveTls("1.3");
    server.renew(authority.issue());
    assert.equal(await versionOf(server.port, "TLSv1.2"), "refused");
    assert.equal(await versionOf(server.port, "TLSv1.3"), "TLSv1.3 http/1.1");
    await server.drain();
  });

  it("cuts a connection that begins no handshake, while it answers others", async function () {
    this.timeout(15_000);
    const server = await serveTls();
    const socket = connectPlain(server.port, "127.0.0.1");
    socket.resume();
    const startedMs = Date.now();
    const closed = once(socket, "close");
    assert.equal((await ask(server.port)).status, 200);
    await closed;
    assert.ok(Date.now() - startedMs < 10_000);
    await server.drain();
  });

  it("lives on when a client speaks plain HTTP", async () => {
    const server = await serveTls();
    const socket = connectPlain(server.port, "127.0.0.1");
    socket.on("error", () => undefined);
    socket.resume();
    socket.write("GET / HTTP/1.1\r\nHost: example.com\r\n\r\n");
    await once(socket, "close");
    assert.equal((await ask(server.port)).status, 200);
    await server.drain();
  });
});
