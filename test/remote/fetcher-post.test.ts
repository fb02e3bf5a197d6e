import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { RemoteDelivery } from "../../src/flow/ports.ts";
import { createFetcher, type Fetcher } from "../../src/remote/fetcher.ts";
import { startRemoteHosts, type RemoteHosts } from "../support/remote-hosts.ts";

interface Received {
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

describe("createFetcher(options).post(delivery)", () => {
  let hosts: RemoteHosts;
  let plain: Server;
  let fetcher: Fetcher;
  const received: Received[] = [];
  before(async () => {
    hosts = await startRemoteHosts(["ops.example.com"], (request, response) => {
      void text(request).then((body) => {
        received.push({ headers: request.headers, body });
        if (request.url === "/large") response.end("x".repeat(100_000));
        else if (request.url === "/moved") response.writeHead(307, { location: `https://${hosts.direct}/` }).end();
        else if (request.url === "/endless") response.writeHead(200).write("x");
        else response.writeHead(202, { "retry-after": "7" }).end("taken");
      });
    });
    plain = createServer((request, response) => response.end(request.method)).listen(0, "127.0.0.1");
    await once(plain, "listening");
    fetcher = createFetcher({ ca: hosts.ca, proxy: "", wellKnown: [] });
  });
  beforeEach(() => received.splice(0));
  after(async () => {
    await fetcher.close();
    await hosts.close();
    plain.close();
  });

  const post = async (path: string, over: Partial<RemoteDelivery> = {}, by = fetcher): Promise<string> => {
    const sent = await by.post({
      url: `https://${hosts.direct}${path}`,
      host: hosts.direct,
      allowsHttp: false,
      headers: { "content-type": "application/json" },
      body: '{"a":"ü"}',
      maxBytes: 50,
      signal: AbortSignal.timeout(5_000),
      ...over,
    });
    if (sent.kind === "error") return `${sent.error.kind}: ${sent.error.message}`;
    const { status, header, body } = sent.value;
    return [status, header("retry-after"), body.toString()].join(" ");
  };

  it("sends the body as it is, and keeps no connection for later", async () => {
    assert.equal(await post("/in?x=y"), "202 7 taken");
    const [got] = received;
    assert.equal(got?.body, '{"a":"ü"}');
    assert.deepEqual(
      ["content-type", "content-length", "user-agent", "connection"].map((name) => got.headers[name]),
      ["application/json", "10", "imagehook", "close"],
    );
    assert.equal(hosts.asked.at(-1), `POST ${hosts.direct}/in?x=y`);
  });

  it("sends through the proxy where one is set", async () => {
    const proxied = createFetcher({ ca: hosts.ca, proxy: hosts.proxy, wellKnown: [] });
    const said = await post("", { url: "https://ops.example.com/in", host: "ops.example.com" }, proxied);
    await proxied.close();
    assert.deepEqual([said, hosts.connected], ["202 7 taken", ["ops.example.com:443"]]);
  });

  it("follows no redirect", async () => {
    assert.match(await post("/moved"), /^307 /);
    assert.equal(received.length, 1);
  });

  it("reads the beginning of a long answer and leaves the rest", async () => {
    assert.equal(await post("/large"), `200  ${"x".repeat(50)}`);
  });

  it("ends by the signal while an answer goes on and on", async () => {
    assert.match(await post("/endless", { signal: AbortSignal.timeout(200) }), /^unreachable: /);
  });

  const refused: readonly { when: string; over: Partial<RemoteDelivery>; why: RegExp }[] = [
    { when: "another host", over: { host: "ops.example.com" }, why: /^not-allowed: .* is not one of the hosts/ },
    { when: "plain HTTP", over: { url: "http://127.0.0.1:9/" }, why: /^not-allowed: only https is asked$/ },
    {
      when: "another scheme where plain HTTP is allowed",
      over: { url: "file:///etc/passwd", allowsHttp: true },
      why: /^not-allowed: only https is asked$/,
    },
    { when: "too long a body", over: { body: "x".repeat(262_145) }, why: /^too-large: .* 262144 bytes/ },
    {
      when: "a header of two lines",
      over: { headers: { a: "b\r\nc: d" } },
      why: /^unreachable: .*UND_ERR_INVALID_ARG$/,
    },
  ];
  for (const { when, over, why } of refused) {
    it(`sends nothing for ${when}`, async () => {
      const before = hosts.asked.length;
      assert.match(await post("/in", over), why);
      assert.equal(hosts.asked.length, before);
    });
  }

  it("sends plain HTTP where that is allowed", async () => {
    const host = `127.0.0.1:${String((plain.address() as AddressInfo).port)}`;
    assert.equal(await post("", { url: `http://${host}/`, host, allowsHttp: true }), "200  POST");
  });

  it("sends nothing to a host that another authority certified", async () => {
    const own = createFetcher({ ca: "", proxy: "", wellKnown: [] });
    assert.match(await post("/in", {}, own), /^unreachable: 127\.0\.0\.1:\d+ cannot be asked: \w+$/);
    await own.close();
    assert.deepEqual(received, []);
  });
});
