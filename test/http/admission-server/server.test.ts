import assert from "node:assert/strict";
import { once } from "node:events";
import { connect as connectPlain } from "node:net";
import { text } from "node:stream/consumers";
import { connect } from "node:tls";
import Router from "@koa/router";
import { allowed, denied } from "../../../src/core/admission/response.ts";
import { validating } from "../../../src/flow/admission/handler.ts";
import { ask, createKit, isAllowed, type ServerKit } from "./kit.ts";
import { createAdmissionServer, type AdmissionServerOptions } from "../../../src/assembly/admission-server.ts";

describe("createAdmissionServer(options)", () => {
  let kit: ServerKit;
  const make = async (options: AdmissionServerOptions = {}): Promise<ServerKit> => (kit = await createKit(options));
  afterEach(() => kit.end());

  it("serves handlers that are registered before the start and after it", async () => {
    const { server } = await make();
    server.register("/before", () => allowed());
    await server.start();
    server.register("/after", () => denied("none shall pass!"));
    assert.equal(isAllowed(await ask(server.port, "/before")), true);
    const refused = await ask(server.port, "/after");
    assert.equal(isAllowed(refused), false);
    assert.match(refused.body, /none shall pass!/);
  });

  it("lists and logs what is registered, with its options", async () => {
    const { server, log } = await make();
    const handler = validating(() => allowed());
    server.register("/a-b/c_1", handler, { name: "a.example.com" });
    server.use("/", () => undefined);
    assert.deepEqual(server.paths, ["/a-b/c_1", "/"]);
    assert.deepEqual(server.registrations, [{ path: "/a-b/c_1", handler, options: { name: "a.example.com" } }]);
    assert.deepEqual(log.factsOf("webhook is registered"), [{ path: "/a-b/c_1" }, { path: "/" }]);
  });

  it("refuses a path that is taken, before the start and after it, and names it", async () => {
    const { server } = await make();
    server.register("/taken", () => allowed());
    server.use("/used", () => undefined);
    const taken = (path: string) => ({ message: `the path "${path}" is registered already: choose another` });
    assert.throws(() => {
      server.register("/taken", () => denied());
    }, taken("/taken"));
    await server.start();
    for (const path of ["/taken", "/used"]) {
      assert.throws(() => {
        server.register(path, () => denied());
      }, taken(path));
      assert.throws(() => {
        server.use(path, () => undefined);
      }, taken(path));
    }
    assert.equal(isAllowed(await ask(server.port, "/taken")), true);
  });

  for (const path of ["", "a", "/a/", "//a", "/a b", "/ä", "/a?b", "/a.b", `/${"a/".repeat(20_000)}`]) {
    it(`refuses ${JSON.stringify(path.slice(0, 10))} as a path`, async () => {
      const { server } = await make();
      assert.throws(() => {
        server.register(path, () => allowed());
      }, /^Error: "[^]{0,250}" is no path for a webhook: write "\/" and words of letters, digits, - and _ after it$/);
      assert.deepEqual(server.paths, []);
    });
  }

  it("serves any Koa middleware, and a router's too", async () => {
    const { server } = await make();
    const router = new Router();
    router.put("/routed", (context) => {
      context.body = "routed";
    });
    server.use("/routed", router.routes());
    server.use("/plain", (context) => {
      context.status = 418;
      context.body = context.method;
    });
    await server.start();
    const [routed, plain] = await Promise.all([
      ask(server.port, "/routed", { method: "PUT" }),
      ask(server.port, "/plain", { method: "DELETE" }),
    ]);
    assert.deepEqual([routed.status, routed.body, plain.status, plain.body], [200, "routed", 418, "DELETE"]);
  });

  it("answers 404 for what nobody registered, also with a slash behind, and ignores the query", async () => {
    const { server } = await make();
    server.register("/allow", () => allowed());
    await server.start();
    for (const path of ["/allow/", "/Allow", "/", "/unknown"]) {
      const seen = await ask(server.port, path);
      assert.deepEqual([path, seen.status, seen.body], [path, 404, "404 page not found\n"]);
    }
    assert.equal((await ask(server.port, "/allow?timeout=10s")).status, 200);
  });

  it("listens where it says, and starts once", async () => {
    const { server } = await make();
    await server.start();
    assert.notEqual(server.port, 0);
    await assert.rejects(server.start(), /was started before: make another one/);
  });

  it("listens at 8443 unless it is told otherwise", async () => {
    await make();
    assert.equal(createAdmissionServer({ log: kit.log }).port, 8443);
  });

  it("is started when it can be reached, and says why it is not before and after", async () => {
    const { server } = await make();
    await assert.rejects(server.started(), { message: "the admission server has not been started yet" });
    await server.start();
    await server.started();
    await server.stop();
    await assert.rejects(server.started(), /^Error: the admission server is not reachable: connect ECONNREFUSED/);
  });

  it("stops within 4 s when its signal ends", async () => {
    const { server } = await make();
    const end = new AbortController();
    await server.start(end.signal);
    const startedMs = performance.now();
    end.abort();
    await server.stop();
    assert.ok(performance.now() - startedMs < 4_000);
    await assert.rejects(ask(server.port, "/"), { code: "ECONNREFUSED" });
  });

  it("stops at once where its signal has ended already", async () => {
    const { server } = await make();
    await server.start(AbortSignal.abort());
    await server.stop();
    await assert.rejects(ask(server.port, "/"), { code: "ECONNREFUSED" });
  });

  it("agrees on TLS 1.2 and 1.3 and on nothing older, and speaks HTTP/1.1 alone", async () => {
    const { server } = await make();
    await server.start();
    const agreed = async (version: "TLSv1" | "TLSv1.1" | "TLSv1.2" | "TLSv1.3"): Promise<string> => {
      const limits = { minVersion: version, maxVersion: version, ciphers: "DEFAULT:@SECLEVEL=0" };
      const socket = connect({
        port: server.port,
        ALPNProtocols: ["h2", "http/1.1"],
        rejectUnauthorized: false,
        ...limits,
      });
      try {
        await once(socket, "secureConnect");
        return `${String(socket.getProtocol())} ${String(socket.alpnProtocol)}`;
      } catch {
        return "refused";
      } finally {
        socket.destroy();
      }
    };
    assert.deepEqual(await Promise.all((["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"] as const).map(agreed)), [
      "refused",
      "refused",
      "TLSv1.2 http/1.1",
      "TLSv1.3 http/1.1",
    ]);
  });

  it("tells who speaks plain HTTP what is wrong, as Go does", async () => {
    const { server } = await make();
    server.register("/allow", () => allowed());
    await server.start();
    const socket = connectPlain(server.port, "127.0.0.1");
    socket.write("POST /allow HTTP/1.1\r\nHost: example.com\r\nContent-Length: 0\r\n\r\n");
    const answer = await text(socket);
    assert.equal(answer, "HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n");
    assert.equal((await ask(server.port, "/allow")).status, 200);
  });

  it("ends an upload that stalls, and forgets its bytes", async function () {
    this.timeout(15_000);
    const { server } = await make({ requestTimeoutMs: 1_500, maxInFlightBytes: 1024 * 1024 });
    server.register("/allow", () => allowed());
    await server.start();
    const socket = connect({ port: server.port, rejectUnauthorized: false });
    await once(socket, "secureConnect");
    const startedMs = performance.now();
    socket.write("POST /allow HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n{");
    const ended = text(socket);
    await new Promise((resolve) => setTimeout(resolve, 200));
    assert.equal((await ask(server.port, "/allow")).status, 429);
    assert.match(await ended, /^HTTP\/1\.1 408 /);
    assert.ok(performance.now() - startedMs < 5_000);
    assert.equal((await ask(server.port, "/allow")).status, 200);
  });

  it("counts what becomes of reviews, by path", async () => {
    const { server } = await make();
    server.register("/allow", () => allowed());
    server.register("/deny", () => denied("no"));
    server.register("/throw", () => {
      throw new Error("broken");
    });
    await server.start();
    for (const path of ["/allow", "/allow", "/deny", "/throw", "/unknown"]) await ask(server.port, path);
    const { text: shown } = await server.metrics();
    for (const line of [
      'imagehook_admission_requests_total{path="/allow",code="200"} 2',
      'imagehook_admission_requests_total{path="/deny",code="403"} 1',
      'imagehook_admission_requests_total{path="/throw",code="500"} 1',
      'imagehook_admission_denials_total{path="/throw"} 1',
      'imagehook_admission_panics_total{path="/throw"} 1',
      'imagehook_admission_in_flight{path="/allow"} 0',
      'imagehook_admission_seconds_count{path="/allow"} 2',
    ])
      assert.ok(shown.includes(`${line}\n`), `${line} is not in\n${shown}`);
    assert.equal(shown.includes("unknown"), false);
  });
});
