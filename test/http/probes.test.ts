import assert from "node:assert/strict";
import { ask, serve, type HttpKit } from "./http-kit.ts";

describe("probeRoutes(health)", () => {
  let kit: HttpKit;
  before(async () => {
    kit = await serve();
  });
  after(() => kit.server.drain());
  afterEach(() => {
    kit.health.reason = "";
  });

  const cases = [
    { path: "/", reason: "", status: 200, body: "OK" },
    { path: "/", reason: "shutting down", status: 200, body: "OK" },
    { path: "/healthz", reason: "shutting down", status: 200, body: "ok" },
    { path: "/readyz", reason: "", status: 200, body: "ok" },
    { path: "/readyz", reason: "shutting down", status: 503, body: "not ready: shutting down" },
    { path: "/readyz?verbose", reason: "", status: 200, body: "ok\nAPI server: reachable\n" },
    { path: "/readyz?a=1&verbose=1", reason: "", status: 200, body: "ok\nAPI server: reachable\n" },
    { path: "/readyz?verbosely", reason: "", status: 200, body: "ok" },
    {
      path: "/readyz?verbose",
      reason: "hooks are not loaded yet",
      status: 503,
      body: "not ready: hooks are not loaded yet\nAPI server: reachable\n",
    },
  ];
  for (const { path, reason, status, body } of cases) {
    it(`answers ${path} with ${String(status)}${reason === "" ? "" : ` when ${reason}`}`, async () => {
      kit.health.reason = reason;
      const seen = await ask(kit, path);
      assert.deepEqual([seen.status, seen.body], [status, body]);
    });
  }

  it("answers HEAD without a body", async () => {
    const seen = await ask(kit, "/healthz", { method: "HEAD" });
    assert.deepEqual([seen.status, seen.body], [200, ""]);
  });

  for (const method of ["POST", "DELETE", "OPTIONS"]) {
    it(`answers ${method} / as GET /`, async () => {
      const seen = await ask(kit, "/", { method });
      assert.deepEqual([seen.status, seen.body], [200, "OK"]);
    });
  }

  for (const path of ["/other", "/hooks", "/healthz/x", "/index.php?id=1"]) {
    it(`answers ${path} with 404`, async () => {
      const seen = await ask(kit, path);
      assert.deepEqual([seen.status, seen.body], [404, "404 page not found\n"]);
    });
  }
});
