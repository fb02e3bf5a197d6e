import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rootCertificates } from "node:tls";
import { createFetcher, openFetcher, type Fetcher } from "../../src/remote/fetcher.ts";
import type { RemoteRequest } from "../../src/flow/ports.ts";
import { startRemoteHosts, type RemoteHosts } from "../support/remote-hosts.ts";

describe("createFetcher(options)", () => {
  let hosts: RemoteHosts;
  let fetcher: Fetcher;
  before(async () => {
    hosts = await startRemoteHosts(["keys.example.com"], (request, response) => {
      if (request.url === "/large") response.end("x".repeat(100_000));
      else if (request.url === "/moved") response.writeHead(302, { location: "https://evil.example.com/" }).end();
      else if (request.url === "/silent") response.writeHead(200).write("x");
      else
        response.setHeader("x-seen", String(request.headers["x-say"])).end(`this is ${String(request.headers.host)}`);
    });
    fetcher = createFetcher({ ca: hosts.ca, proxy: "", wellKnown: rootCertificates });
  });
  after(async () => {
    await fetcher.close();
    await hosts.close();
  });

  const ask = async (by: Fetcher, url: string, over: Partial<RemoteRequest> = {}): Promise<string> => {
    const signal = AbortSignal.timeout(5_000);
    const got = await by.get({ url, allow: [hosts.direct], maxBytes: 50_000, signal, ...over });
    if (got.kind === "error") return `${got.error.kind}: ${got.error.message}`;
    return `${String(got.value.status)} ${got.value.header("x-seen")} ${got.value.body.toString()}`;
  };

  it("asks a host of the allow-list over TLS that the given authority certified", async () => {
    const said = await ask(fetcher, `https://${hosts.direct}/keys?a=b`, { headers: { "x-say": "yes" } });
    assert.equal(said, `200 yes this is ${hosts.direct}`);
    assert.equal(hosts.asked.at(-1), `GET ${hosts.direct}/keys?a=b`);
  });

  it("asks through a proxy, which alone knows where the host is", async () => {
    const proxied = createFetcher({ ca: hosts.ca, proxy: hosts.proxy, wellKnown: [] });
    const said = await ask(proxied, "https://keys.example.com/jwks", { allow: ["keys.example.com"] });
    await proxied.close();
    assert.equal(said, "200 undefined this is keys.example.com");
  });

  it("does not ask a host that another authority certified", async () => {
    const own = createFetcher({ ca: "", proxy: "", wellKnown: rootCertificates });
    const asked = hosts.asked.length;
    assert.match(await ask(own, `https://${hosts.direct}/`), /^unreachable: 127\.0\.0\.1:\d+ cannot be asked: \w+$/);
    await own.close();
    assert.equal(hosts.asked.length, asked);
  });

  it("does not connect to a host that is not on the allow-list", async () => {
    const asked = hosts.asked.length;
    const said = await ask(fetcher, `https://${hosts.direct}/`, { allow: ["keys.example.com"] });
    assert.equal(said, `not-allowed: ${hosts.direct} is not one of the hosts that may be asked`);
    assert.equal(hosts.asked.length, asked);
  });

  it("follows no redirect", async () => {
    assert.match(await ask(fetcher, `https://${hosts.direct}/moved`), /^302 /);
  });

  it("reads no more of an answer than it is told to", async () => {
    assert.match(
      await ask(fetcher, `https://${hosts.direct}/large`),
      /^too-large: .* answered more than is read of it$/,
    );
    assert.match(await ask(fetcher, `https://${hosts.direct}/large`, { maxBytes: 100_000 }), /^200 /);
  });

  it("ends by the signal while an answer goes on and on", async () => {
    const said = await ask(fetcher, `https://${hosts.direct}/silent`, { signal: AbortSignal.timeout(200) });
    assert.match(said, /^unreachable: /);
  });

  it("says of a host that is not there that it is unreachable", async () => {
    assert.match(await ask(fetcher, "https://127.0.0.1:1/", { allow: ["127.0.0.1:1"] }), /ECONNREFUSED$/);
  });
});

describe("openFetcher({ caFile, proxy })", () => {
  it("trusts the authorities of a file", async () => {
    const folder = await mkdtemp(join(tmpdir(), "imagehook-fetcher-"));
    const hosts = await startRemoteHosts([], (_request, response) => response.end("here"));
    await writeFile(join(folder, "ca.pem"), hosts.ca);
    const statuses: unknown[] = [];
    for (const caFile of [join(folder, "ca.pem"), ""]) {
      const fetcher = await openFetcher({ caFile, proxy: "" });
      const signal = AbortSignal.timeout(5_000);
      const got = await fetcher.get({ url: `https://${hosts.direct}/`, allow: [hosts.direct], maxBytes: 100, signal });
      statuses.push(got.kind === "ok" ? got.value.status : got.error.kind);
      await fetcher.close();
    }
    await hosts.close();
    await rm(folder, { recursive: true });
    assert.deepEqual(statuses, [200, "unreachable"]);
  });

  it("fails where there is no such file", async () => {
    await assert.rejects(openFetcher({ caFile: "/nowhere/ca.pem", proxy: "" }), /ENOENT/);
  });
});
