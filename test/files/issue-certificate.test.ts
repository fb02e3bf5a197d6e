import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "node:tls";
import { promisify } from "node:util";
import { certificateIssuer, issueSelfSigned } from "../../src/files/issue-certificate.ts";
import type { CertificatePair } from "../../src/flow/ports.ts";

const run = promisify(execFile);
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const NAMES = ["hook.apps.svc", "hook.apps.svc.cluster.local", "hook.apps", "hook"];

let folder = "";
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "imagehook-certificates-"));
});
after(() => rm(folder, { recursive: true }));

/** What openssl says of a leaf and its authority; it fails where they are not good. */
async function openssl(leaf: string, ca: string, ...words: readonly string[]): Promise<string> {
  await Promise.all([writeFile(join(folder, "leaf.pem"), leaf), writeFile(join(folder, "ca.pem"), ca)]);
  const { stdout } = await run("openssl", [...words], { cwd: folder });
  return stdout;
}

const verify = ["verify", "-x509_strict", "-purpose", "sslserver", "-CAfile", "ca.pem"];

async function makePairs(): Promise<{ readonly authority: CertificatePair; readonly leaf: CertificatePair }> {
  const nowMs = Date.now();
  const life = { notBeforeMs: nowMs - HOUR_MS, notAfterMs: nowMs + DAY_MS };
  const authority = await certificateIssuer.makeAuthority(life);
  return { authority, leaf: await certificateIssuer.issue(authority, { ...life, names: NAMES }) };
}

describe("certificateIssuer", () => {
  it("makes a chain that openssl takes, strictly, for a server of each of the names", async () => {
    const { authority, leaf } = await makePairs();
    for (const name of NAMES) {
      const said = await openssl(leaf.cert, authority.cert, ...verify, "-verify_hostname", name, "leaf.pem");
      assert.equal(said, "leaf.pem: OK\n");
    }
  });

  it("makes a chain that openssl refuses for another name, and for a client", async () => {
    const { authority, leaf } = await makePairs();
    const other = openssl(leaf.cert, authority.cert, ...verify, "-verify_hostname", "hook.other.svc", "leaf.pem");
    await assert.rejects(other, /hostname mismatch/);
    const client = ["verify", "-purpose", "sslclient", "-CAfile", "ca.pem", "leaf.pem"];
    await assert.rejects(openssl(leaf.cert, authority.cert, ...client), /unsuitable certificate purpose/);
  });

  it("makes an authority that may sign certificates and lists of revoked ones, and no further authority", async () => {
    const { authority, leaf } = await makePairs();
    const text = await openssl(leaf.cert, authority.cert, "x509", "-in", "ca.pem", "-noout", "-text");
    assert.match(text, /Basic Constraints: critical\s+CA:TRUE, pathlen:0\n/);
    assert.match(text, /X509v3 Key Usage: critical\s+Certificate Sign, CRL Sign\n/);
    assert.match(text, /X509v3 Subject Key Identifier:/);
    assert.match(text, /Signature Algorithm: ecdsa-with-SHA256/);
    assert.match(text, /ASN1 OID: prime256v1/);
  });

  it("makes a leaf that may sign handshakes of a server alone, and says whose it is", async () => {
    const { authority, leaf } = await makePairs();
    const text = await openssl(leaf.cert, authority.cert, "x509", "-in", "leaf.pem", "-noout", "-text");
    assert.match(text, /Basic Constraints: critical\s+CA:FALSE\n/);
    assert.match(text, /X509v3 Key Usage: critical\s+Digital Signature\n/);
    assert.match(text, /X509v3 Extended Key Usage: \n\s+TLS Web Server Authentication\n/);
    const [, own] = /Subject Key Identifier: \n\s+(\S+)/.exec(text) ?? [];
    const [, issuer] = /Authority Key Identifier: \n\s+(\S+)/.exec(text) ?? [];
    const root = await openssl(
      leaf.cert,
      authority.cert,
      "x509",
      "-in",
      "ca.pem",
      "-noout",
      "-ext",
      "subjectKeyIdentifier",
    );
    assert.ok(issuer !== undefined && root.includes(issuer));
    assert.notEqual(own, issuer);
  });

  it("is good from when until when it was asked to be, in whole seconds, beyond 2050 as well", async () => {
    const life = { notBeforeMs: Date.UTC(2026, 0, 2, 3, 4, 5, 678), notAfterMs: Date.UTC(2061, 0, 2, 3, 4, 5, 678) };
    const { cert } = await certificateIssuer.makeAuthority(life);
    const { validFromDate, validToDate } = new X509Certificate(cert);
    assert.equal(validFromDate.toISOString(), "2026-01-02T03:04:05.000Z");
    assert.equal(validToDate.toISOString(), "2061-01-02T03:04:05.000Z");
  });

  it("gives each certificate a serial of sixteen bytes, a key and each authority a name that no other has", async () => {
    const made = await Promise.all(Array.from({ length: 20 }, makePairs));
    const certificates = made.flatMap(({ authority, leaf }) => [authority, leaf]);
    const serials = certificates.map(({ cert }) => new X509Certificate(cert).serialNumber);
    assert.ok(serials.every((serial) => /^[4-7][0-9A-F]{31}$/.test(serial)));
    assert.equal(new Set(serials).size, 40);
    assert.equal(new Set(certificates.map(({ key }) => key)).size, 40);
    assert.equal(new Set(made.map(({ authority }) => new X509Certificate(authority.cert).subject)).size, 20);
  });
});

describe("issueSelfSigned({ names, days })", () => {
  it("makes a pair that a client takes by the authority, for a DNS name and for an address", async () => {
    const { ca, ...pair } = await issueSelfSigned({ names: ["localhost", "127.0.0.1"], days: 30 });
    const server = createServer(pair, (_request, response) => response.end());
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    try {
      const { port } = server.address() as AddressInfo;
      for (const name of ["localhost", "127.0.0.1"])
        assert.equal(await trial({ port, ca, servername: name }), "trusted", name);
      const stranger = await issueSelfSigned({ names: ["localhost"], days: 30 });
      assert.equal(await trial({ port, ca: stranger.ca, servername: "localhost" }), "UNABLE_TO_VERIFY_LEAF_SIGNATURE");
    } finally {
      server.close();
    }
  });

  it("makes a pair that began an hour ago and ends after the days", async () => {
    const { cert } = await issueSelfSigned({ names: ["localhost"], days: 30 });
    const { validFromDate, validToDate } = new X509Certificate(cert);
    assert.ok(Math.abs(Date.now() - HOUR_MS - validFromDate.getTime()) < 30_000);
    assert.ok(Math.abs(Date.now() + 30 * DAY_MS - validToDate.getTime()) < 30_000);
  });
});

/** Dials the server as a client that trusts one authority, and says how that ended. */
async function trial({ port, ca, servername }: { port: number; ca: string; servername: string }): Promise<string> {
  const name = servername === "127.0.0.1" ? {} : { servername };
  const socket = connect({ host: "127.0.0.1", port, ca, ...name });
  try {
    await once(socket, "secureConnect");
    return "trusted";
  } catch (error) {
    return String((error as NodeJS.ErrnoException).code);
  } finally {
    socket.destroy();
  }
}
