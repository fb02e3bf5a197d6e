import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { aHook } from "../support/builders.ts";
import { createPush, type PushParts } from "../../src/flow/push.ts";
import { ask, bodyOf, deliverTo, post, rememberingFlow, serve, TOKEN, type HttpKit } from "./http-kit.ts";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe("imageHookRoutes(deliver, log)", () => {
  let kit: HttpKit;
  beforeEach(async () => {
    kit = await serve();
  });
  afterEach(() => kit.server.drain());

  it("carries a push out and says so as kubectl does", async () => {
    const seen = await post(kit, "2.0");
    assert.deepEqual(
      [seen.status, seen.headers["content-type"], seen.body.split("\n")],
      [
        200,
        "text/plain; charset=utf-8",
        [
          "deployment.apps/website image updated",
          "web: registry.example.com/shop/website:1.0 -> registry.example.com/shop/website:2.0",
        ],
      ],
    );
  });

  for (const path of ["/hooks/shop/website", "/hooks/shop%2Fwebsite", "/hooks/ids%20with%20blanks"]) {
    it(`finds the hook of ${path}`, async () => {
      assert.equal((await post(kit, "2.0", `${path}?token=${TOKEN}`)).status, 200);
    });
  }

  for (const id of ["other", "WEBSITE", "website/x", "shop", "__proto__", "constructor", "%2e%2e", "a".repeat(500)]) {
    it(`answers 404 for the hook ${id.slice(0, 20)}, whatever the method`, async () => {
      for (const method of ["POST", "GET", "DELETE"]) {
        const seen = await ask(kit, `/hooks/${id}?token=${TOKEN}`, { method, body: "{}" });
        assert.deepEqual([seen.status, seen.body], [404, "Hook not found."], method);
      }
    });
  }

  it("answers an id that is badly encoded with 4xx", async () => {
    const { status } = await post(kit, "2.0", `/hooks/%zz?token=${TOKEN}`);
    assert.ok(status >= 400 && status < 500, String(status));
  });

  it("takes PUT", async () => {
    const seen = await ask(kit, `/hooks/website?token=${TOKEN}`, { method: "PUT", body: bodyOf("2.0") });
    assert.equal(seen.status, 200);
  });

  for (const method of ["GET", "HEAD", "DELETE", "PATCH", "OPTIONS"]) {
    it(`answers ${method} with 405 and the methods that there are`, async () => {
      const seen = await ask(kit, `/hooks/website?token=${TOKEN}`, { method });
      const body = method === "HEAD" ? "" : "use POST or PUT";
      assert.deepEqual([seen.status, seen.headers.allow, seen.body], [405, "POST, PUT", body]);
    });
  }

  for (const [path, status] of [
    ["", 403],
    [`?token=${TOKEN}x`, 403],
    [`?token=${TOKEN};x=1`, 403],
    [`?x;y=1&token=${TOKEN}`, 200],
    [`?token=${encodeURIComponent(TOKEN)}`, 200],
    [`?token=${TOKEN}&token=${TOKEN}`, 400],
    [`?token[]=${TOKEN}`, 403],
    [`?__proto__=1&constructor=2&token=${TOKEN}`, 200],
  ] as const) {
    it(`answers the query ${path.replace(TOKEN, "T")} with ${String(status)}`, async () => {
      const body = bodyOf("2.0").replace(TOKEN, "nothing");
      assert.equal((await ask(kit, `/hooks/website${path}`, { method: "POST", body })).status, status);
    });
  }

  it("gives each answer an id of its own, the same as in the log", async () => {
    const answers = [
      await post(kit, "2.0"),
      await post(kit, "2.0", "/hooks/website"),
      await post(kit, "2.0", "/hooks/other"),
      await ask(kit, "/hooks/website"),
    ];
    const ids = answers.map(({ headers }) => String(headers["x-request-id"]));
    for (const id of ids) assert.match(id, UUID);
    assert.equal(new Set(ids).size, ids.length);
    assert.deepEqual(
      kit.log().map((line) => line["requestId"]),
      ids,
    );
    assert.match(String((await ask(kit, "/nowhere")).headers["x-request-id"]), UUID);
  });

  it("does not take a request id from outside", async () => {
    const seen = await ask(kit, "/hooks/website", { headers: { "X-Request-Id": "forged" } });
    assert.match(String(seen.headers["x-request-id"]), UUID);
  });

  it("gives the flow what the request brought, header names in lower case and Host left out", async () => {
    const { flow, deliveries } = rememberingFlow();
    const own = await serve(flow);
    await ask(own, "/hooks/a/b?x=1&x=2&y=%20&z&v=1;u=2", {
      method: "POST",
      headers: { "X-Token": TOKEN, "content-type": "text/plain" },
      body: '{"a": 1.50}',
    });
    await own.server.drain();
    const [received] = deliveries;
    assert.ok(received !== undefined);
    const { delivery, request } = received;
    assert.deepEqual([delivery.id, delivery.method, delivery.contentType], ["a/b", "POST", "text/plain"]);
    assert.deepEqual(
      request.query,
      new Map([
        ["x", ["1", "2"]],
        ["y", [" "]],
        ["z", [""]],
      ]),
    );
    assert.deepEqual(request.headers.get("x-token"), [TOKEN]);
    assert.equal(request.headers.has("host"), false);
    assert.equal(request.body().toString(), '{"a": 1.50}');
    assert.match(request.remoteAddress, /^127\.0\.0\.1:\d+$/);
    assert.equal(delivery.gone().aborted, false);
  });

  it("gives the upgrade less than two seconds", async function () {
    this.timeout(5_000);
    const upgrade: PushParts["upgrade"] = async ({ signal }) => {
      await new Promise((resolve) => {
        signal.addEventListener("abort", resolve);
      });
      return { kind: "cluster", failure: { kind: "unreachable", message: "no answer in time" } };
    };
    const proofs = { tokensOf: () => [], clock: { now: () => new Date() } };
    const push = createPush(proofs, { upgrade, onRefused: () => undefined });
    const own = await serve(deliverTo({ find: () => aHook() }, push));
    const startedMs = Date.now();
    const seen = await post(own, "2.0");
    const tookMs = Date.now() - startedMs;
    await own.server.drain();
    assert.deepEqual([seen.status, seen.headers["retry-after"]], [503, "5"]);
    assert.ok(tookMs < 2_000, `${String(tookMs)} ms`);
  });
});

describe("imageHookRoutes(deliver, log): bodies", () => {
  const MAX = 256 * 1024;
  let kit: HttpKit;
  before(async () => {
    kit = await serve();
  });
  after(() => kit.server.drain());
  const padded = (length: number): string => bodyOf("2.0").padEnd(length, " ");
  const pieces = (text: string): readonly string[] => text.match(/.{1,60000}/gs) ?? [];
  const send = (body: string | readonly string[], headers: Readonly<Record<string, string>> = {}) =>
    ask(kit, `/hooks/website?token=${TOKEN}`, { method: "POST", body, headers });

  it("takes 256 KiB, with a Content-Length and without", async () => {
    assert.equal((await send(padded(MAX))).status, 200);
    assert.equal((await send(pieces(padded(MAX)))).status, 200);
  });

  for (const [what, length] of [
    ["one byte more", MAX + 1],
    ["a megabyte", 1_000_000],
    ["thirty megabytes", 30_000_000],
  ] as const) {
    it(`answers ${what} with 413 each time, with a Content-Length and without`, async function () {
      this.timeout(20_000);
      for (let round = 0; round < 5; round++) {
        for (const body of [padded(length), pieces(padded(length))]) {
          const seen = await send(body);
          assert.deepEqual(
            [seen.status, seen.headers.connection, seen.body],
            [413, "close", "the body is larger than 256 KiB"],
          );
        }
      }
    });
  }

  it("answers a compressed body with 415, and takes identity", async () => {
    const gzip = await send(gzipSync(bodyOf("2.0")).toString("latin1"), { "Content-Encoding": "gzip" });
    assert.deepEqual([gzip.status, gzip.body], [415, "send the body without Content-Encoding"]);
    assert.equal((await send(bodyOf("2.0"), { "Content-Encoding": "identity" })).status, 200);
  });

  it("logs a body that it does not read as a delivery", () => {
    const refused = kit.log().filter(({ outcome }) => outcome === "not-received");
    assert.ok(refused.length > 2, kit.logText());
    assert.partialDeepStrictEqual(refused[0], { msg: "delivery", hook: "website", status: 413 });
  });

  for (const [what, body, says] of [
    ["nothing", "", "body: the body is empty"],
    ["no JSON", "tag=2.0", /^body: the body is not JSON/],
    ["JSON that is no object", "7", "body: the body is neither a JSON object nor an array"],
    ["JSON that is deep", "[".repeat(5_000), /^body: the body is nested deeper/],
  ] as const) {
    it(`answers ${what} with 400 and the reason`, async () => {
      const seen = await send(body);
      assert.equal(seen.status, 400);
      assert.match(seen.body, typeof says === "string" ? new RegExp(`^${says}$`) : says);
    });
  }

  it("reads the body as JSON whatever its content type", async () => {
    for (const type of ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=utf-8", "x"]) {
      assert.equal((await send(bodyOf("2.0"), { "Content-Type": type })).status, 200, type);
    }
  });
});
