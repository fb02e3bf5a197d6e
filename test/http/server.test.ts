import assert from "node:assert/strict";
import { once } from "node:events";
import { Agent } from "node:http";
import { connect } from "node:net";
import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import Router from "@koa/router";
import { createApplication, listen } from "../../src/http/server.ts";
import { createFakeLog } from "../support/fake-log.ts";
import { ask, open, serve, TOKEN } from "./http-kit.ts";

describe("listen(app, host, port)", () => {
  it("cuts a header that is half sent, while it answers others", async function () {
    this.timeout(20_000);
    const kit = await serve();
    const sockets = await Promise.all(
      ["", "POST /hooks/website HTTP/1.1\r\nHost: example.com\r\nX-A: "].map(async (text) => {
        const socket = await open(kit);
        socket.write(text);
        socket.resume();
        return socket;
      }),
    );
    const startedMs = Date.now();
    const cut = Promise.all(
      sockets.map(async (socket) => {
        await once(socket, "close");
        return Date.now() - startedMs;
      }),
    );
    assert.equal((await ask(kit, "/healthz")).status, 200);
    for (const tookMs of await cut) assert.ok(tookMs < 10_000, `${String(tookMs)} ms`);
    await kit.server.drain();
  });

  it("answers headers that are too large with 431", async () => {
    const kit = await serve();
    const seen = await ask(kit, "/healthz", { headers: { "X-Large": "x".repeat(20_000) } });
    assert.equal(seen.status, 431);
    await kit.server.drain();
  });

  it("lives on when a client goes away in the middle of a body", async () => {
    const kit = await serve();
    const socket = await open(kit);
    socket.write("POST /hooks/website HTTP/1.1\r\nHost: example.com\r\nContent-Length: 1000\r\n\r\n{");
    await sleep(20);
    socket.destroy();
    await sleep(20);
    assert.equal((await ask(kit, "/healthz")).status, 200);
    assert.deepEqual(
      kit.log().map(({ msg, outcome, level }) => [msg, outcome, level]),
      [
        ["request broke off", undefined, "debug"],
        ["delivery", "not-received", "info"],
      ],
    );
    await kit.server.drain();
  });

  it("logs nothing of a body that is no HTTP but what is wrong with it", async () => {
    const kit = await serve();
    const socket = await open(kit);
    socket.resume();
    const head = "POST /hooks/website HTTP/1.1\r\nHost: example.com\r\nTransfer-Encoding: chunked\r\n\r\n";
    socket.write(`${head}2\r\n{}\r\n`);
    await sleep(20);
    socket.write(`zz\r\n${TOKEN}\r\n`);
    await once(socket, "close");
    await kit.server.drain();
    assert.deepEqual(
      kit.log().map(({ msg, code, err, outcome }) => [msg, code, err, outcome]),
      [
        ["request broke off", "HPE_INVALID_CHUNK_SIZE", undefined, undefined],
        ["delivery", undefined, undefined, "not-received"],
      ],
    );
  });

  it("fails where the port is taken", async () => {
    const kit = await serve();
    const again = listen(createApplication([], createFakeLog()), "127.0.0.1", kit.server.port);
    await assert.rejects(again, { code: "EADDRINUSE" });
    await kit.server.drain();
  });

  describe("drain()", () => {
    it("answers what is in flight with Connection: close, takes nothing new, and ends then", async () => {
      let answer = (): void => undefined;
      const isAsked = Promise.withResolvers<undefined>();
      const kit = await serve(async () => {
        await new Promise<void>((resolve) => {
          answer = resolve;
          isAsked.resolve(undefined);
        });
        return { kind: "unknown-hook" };
      });
      const agent = new Agent({ keepAlive: true });
      await ask(kit, "/healthz", { agent });
      const inFlight = ask(kit, "/hooks/website", { method: "POST", body: "{}", agent });
      await isAsked.promise;
      let isDrained = false;
      const drained = kit.server.drain().then(() => (isDrained = true));
      await assert.rejects(ask(kit, "/healthz"), { code: "ECONNREFUSED" });
      assert.equal(isDrained, false);
      answer();
      const seen = await inFlight;
      assert.deepEqual([seen.status, seen.headers.connection], [404, "close"]);
      await Promise.race([drained, sleep(2_000)]);
      assert.equal(isDrained, true);
      agent.destroy();
    });

    it("closes connections that are idle at once", async () => {
      const kit = await serve();
      const agent = new Agent({ keepAlive: true });
      await ask(kit, "/healthz", { agent });
      const startedMs = Date.now();
      await kit.server.drain();
      assert.ok(Date.now() - startedMs < 1_000);
      agent.destroy();
    });

    it("answers a request that comes while it drains, and closes the connection", async () => {
      let answer = (): void => undefined;
      const isAsked = Promise.withResolvers<undefined>();
      const kit = await serve(async () => {
        await new Promise<void>((resolve) => {
          answer = resolve;
          isAsked.resolve(undefined);
        });
        return { kind: "unknown-hook" };
      });
      const socket = connect(kit.server.port, "127.0.0.1");
      let text = "";
      socket.on("data", (chunk: Buffer) => (text += chunk.toString("latin1")));
      socket.write("POST /hooks/website HTTP/1.1\r\nHost: example.com\r\n");
      await sleep(30);
      const drained = kit.server.drain();
      socket.write("Content-Length: 2\r\n\r\n{}");
      await isAsked.promise;
      answer();
      await once(socket, "close");
      assert.match(text, /^HTTP\/1\.1 404 Not Found\r\n/);
      assert.match(text, /\r\nConnection: close\r\n/i);
      await drained;
    });
  });
});

describe("createApplication(routers, log)", () => {
  const thrown = {
    "an error": new Error(`broken ${TOKEN}`),
    "an error that names a file": Object.assign(new Error("no such file"), { code: "ENOENT" }),
    "an error with a status of its own": Object.assign(new Error("inner"), { status: 502, expose: true }),
  };
  for (const [what, error] of Object.entries(thrown)) {
    it(`answers ${what} with 500, its id and nothing else, and logs it once`, async () => {
      const log = createFakeLog();
      const router = new Router();
      router.get("/", () => {
        throw error;
      });
      const server = await listen(createApplication([router], log), "127.0.0.1", 0);
      const seen = await ask({ server }, "/");
      await server.drain();
      assert.deepEqual([seen.status, seen.body], [500, "Internal Server Error"]);
      assert.deepEqual(log.lines, [
        {
          level: "error",
          message: "request failed",
          facts: { requestId: seen.headers["x-request-id"], err: error },
        },
      ]);
    });
  }

  it("logs what fails after the answer has begun, and breaks it off", async () => {
    const log = createFakeLog();
    const router = new Router();
    const error = new Error("the source broke");
    router.get("/", (context) => {
      context.body = Readable.from(
        (async function* () {
          yield "begun";
          await sleep(20);
          throw error;
        })(),
      );
    });
    const server = await listen(createApplication([router], log), "127.0.0.1", 0);
    await assert.rejects(ask({ server }, "/"));
    await server.drain();
    assert.deepEqual(
      log.lines.map(({ level, message, facts }) => [level, message, facts["err"]]),
      [["error", "request failed", error]],
    );
  });

  it("answers a fault of the client by its status and logs it at debug level", async () => {
    const log = createFakeLog();
    const router = new Router();
    router.get("/", (context) => context.throw(413, "inner"));
    const server = await listen(createApplication([router], log), "127.0.0.1", 0);
    const seen = await ask({ server }, "/");
    await server.drain();
    assert.deepEqual([seen.status, seen.body], [413, "Payload Too Large"]);
    assert.deepEqual(
      log.lines.map(({ level, message }) => [level, message]),
      [["debug", "request was refused"]],
    );
  });
});
