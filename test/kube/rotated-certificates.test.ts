import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { connect } from "node:tls";
import { certificateIssuer } from "../../src/files/issue-certificate.ts";
import { createCertificateKeeper } from "../../src/flow/admission/keep-certificates.ts";
import { createSecretCertificates } from "../../src/flow/admission/secret-certificates.ts";
import { createCertificateSecret } from "../../src/kube/certificate-secret.ts";
import { createWebhookConfigurations } from "../../src/kube/webhook-configurations.ts";
import { useCluster } from "../support/cluster.ts";
import { createFakeLog } from "../support/fake-log.ts";
import { renderCertificates } from "./certificates-kit.ts";

const CLOCK = { now: () => new Date() };
const RUN_MS = 18_000;

/** What a client saw in a handshake that it took: the serial of the leaf and the name of its authority. */
interface Handshake {
  readonly serial: string;
  readonly issuer: string;
}

/** Asks as the API server does: for the name of the Service, with the bundle that the configurations hold. */
async function handshake(port: number, { ca, servername }: { ca: string; servername: string }): Promise<Handshake> {
  const socket = connect({ host: "127.0.0.1", port, ca, servername });
  try {
    await once(socket, "secureConnect");
    const certificate = new X509Certificate(socket.getPeerCertificate(true).raw);
    return { serial: certificate.serialNumber, issuer: certificate.issuer };
  } finally {
    socket.destroy();
  }
}

async function serve(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

describe("self-managed certificates that live for seconds, with two that lead in turn and two replicas", function () {
  this.timeout(90_000);
  const cluster = useCluster();

  it("are renewed, with their authority, without one handshake that fails", async () => {
    const rendered = await renderCertificates(cluster());
    const { client, namespace, name } = rendered;
    const servername = `${name}.${namespace}.svc`;
    const log = createFakeLog();
    const secret = createCertificateSecret(client, { namespace, name });
    const end = new AbortController();
    const keep = (signal: AbortSignal): Promise<void> =>
      createCertificateKeeper({
        secret,
        configurations: createWebhookConfigurations(client, name),
        issuer: certificateIssuer,
        demands: { names: [servername], authorityValidityMs: 15_000, validityMs: 7_000 },
        clock: CLOCK,
        log,
        recheckMs: 1_000,
      })(signal);
    // One dies after two seconds or so, wherever it is, and the next begins.
    const leading = (async () => {
      while (!end.signal.aborted)
        await keep(AbortSignal.any([end.signal, AbortSignal.timeout(1_500 + Math.floor(Math.random() * 1_000))]));
    })();
    const replicas = await Promise.all(
      [0, 1].map(async () => {
        const source = createSecretCertificates(secret, log);
        const server = createServer(await source.first(end.signal), (_request, response) => response.end());
        const stop = source.watch((pair) => {
          server.setSecureContext(pair);
        });
        return { server, stop, port: await serve(server) };
      }),
    );
    const seen: Handshake[] = [];
    const sizes = new Set<number>();
    try {
      // From here on each of the four webhooks believes what is served.
      while (!(await rendered.bundles()).every((bundle) => bundle !== "")) await sleep(20);
      const untilMs = performance.now() + RUN_MS;
      for (let turn = 0; performance.now() < untilMs; turn++) {
        const bundles = await rendered.bundles();
        const ca = bundles[turn % bundles.length] ?? "";
        sizes.add(ca.split("BEGIN").length - 1);
        for (const { port } of replicas) seen.push(await handshake(port, { ca, servername }));
      }
    } finally {
      end.abort();
      await leading;
      for (const { server, stop } of replicas) {
        server.close();
        await stop();
      }
      await rendered.close();
    }
    const serials = new Set(seen.map(({ serial }) => serial)).size;
    const issuers = new Set(seen.map(({ issuer }) => issuer)).size;
    assert.ok(serials >= 4, `${String(serials)} serials`);
    assert.ok(issuers >= 2, `${String(issuers)} authorities`);
    assert.ok(seen.length >= 1_000, `${String(seen.length)} handshakes`);
    assert.deepEqual([...sizes].sort(), [1, 2]);
    assert.deepEqual(
      log.lines.filter(({ level }) => level === "error"),
      [],
      log.text(),
    );
  });
});
