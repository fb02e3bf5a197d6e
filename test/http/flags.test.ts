import assert from "node:assert/strict";
import { aHook } from "../support/builders.ts";
import { ask, open, post, rememberingFlow, serve, TOKEN, type HttpKit } from "./http-kit.ts";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe("imageHookRoutes(push, log, options): the prefix", () => {
  let kit: HttpKit | undefined;
  afterEach(() => kit?.server.drain());

  const cases = [
    { prefix: "hooks", path: "/hooks/shop/website", status: 200 },
    { prefix: "a/b", path: "/a/b/shop/website", status: 200 },
    { prefix: "a.b", path: "/a.b/website", status: 200 },
    { prefix: "a.b", path: "/aXb/website", status: 404 },
    { prefix: "a/b", path: "/hooks/website", status: 404 },
    { prefix: "a/b", path: "/a/website", status: 404 },
    { prefix: "", path: "/website", status: 200 },
    { prefix: "", path: "/shop/website", status: 200 },
    { prefix: "", path: "/ids%20with%20blanks", status: 200 },
    { prefix: "", path: "/hooks/website", status: 404 },
  ];
  for (const { prefix, path, status } of cases) {
    it(`answers ${path} with ${String(status)} when it is "${prefix}"`, async () => {
      kit = await serve(undefined, { prefix });
      assert.equal((await post(kit, "2.0", `${path}?token=${TOKEN}`)).status, status);
    });
  }

  for (const [prefix, path] of [
    ["hooks", "/hooks/"],
    ["a/b", "/a/b/"],
    ["", "/other"],
  ] as const) {
    it(`finds no hook at ${path} when it is "${prefix}"`, async () => {
      kit = await serve(undefined, { prefix });
      const seen = await ask(kit, path);
      assert.deepEqual([seen.status, seen.body], [404, "Hook not found."]);
    });
  }

  it("leaves the probes where they are when it is empty", async () => {
    kit = await serve(undefined, { prefix: "" });
    for (const [path, body] of [
      ["/", "OK"],
      ["/healthz", "ok"],
      ["/readyz", "ok"],
    ] as const)
      assert.equal((await ask(kit, path)).body, body);
  });
});

describe("imageHookRoutes(push, log, options): headers of every answer", () => {
  const headers = [
    { name: "X-Frame-Options", value: "DENY" },
    { name: "X-Own", value: "global" },
  ];
  const seenBy = async (kit: HttpKit, path: string, method = "POST"): Promise<readonly unknown[]> => {
    const seen = await ask(kit, path, { method, body: method === "GET" ? "" : "{}" });
    return [seen.status, seen.headers["x-frame-options"], seen.headers["x-own"]];
  };

  it("are on / and on answers of hooks, but not on 404 and 405", async () => {
    const kit = await serve(undefined, { headers });
    assert.deepEqual(await seenBy(kit, "/", "GET"), [200, "DENY", "global"]);
    assert.deepEqual(await seenBy(kit, "/hooks/website"), [403, "DENY", "global"]);
    assert.deepEqual(await seenBy(kit, `/hooks/website?token=${TOKEN}`), [200, "DENY", "global"]);
    assert.deepEqual(await seenBy(kit, "/hooks/website", "GET"), [405, undefined, undefined]);
    assert.deepEqual(await seenBy(kit, "/hooks/other"), [404, undefined, undefined]);
    assert.deepEqual(await seenBy(kit, "/healthz", "GET"), [200, undefined, undefined]);
    assert.deepEqual(await seenBy(kit, "/nowhere", "GET"), [404, undefined, undefined]);
    await kit.server.drain();
  });

  it("are on a mismatch that the hook answers with 404, and yield to the hook's own", async () => {
    const hook = aHook();
    const response = { ...hook.response, mismatchStatus: 404, headers: [{ name: "x-own", value: "hook" }] };
    const answers = [
      { kind: "mismatch", missing: null },
      { kind: "ignored", reason: "no tag" },
    ] as const;
    const seen: unknown[] = [];
    for (const outcome of answers) {
      const { flow } = rememberingFlow({ kind: "upgrade", hook: { ...hook, response }, outcome });
      const kit = await serve(flow, { headers });
      seen.push(await seenBy(kit, "/hooks/website"));
      await kit.server.drain();
    }
    assert.deepEqual(seen, [
      [404, "DENY", "global"],
      [200, "DENY", "hook"],
    ]);
  });

  it("may say what type the answer has", async () => {
    const kit = await serve(undefined, { headers: [{ name: "Content-Type", value: "text/html" }] });
    assert.equal((await ask(kit, "/hooks/website", { method: "POST" })).headers["content-type"], "text/html");
    assert.equal((await ask(kit, "/")).headers["content-type"], "text/html");
    await kit.server.drain();
  });
});

describe("createApplication(routers, log, requestIds)", () => {
  const cases = [
    { given: "build-17", limit: 0, is: "build-17" },
    { given: "build-17", limit: 5, is: "build" },
    { given: "build-17", limit: 100, is: "build-17" },
    { given: "x".repeat(300), limit: 0, is: "x".repeat(200) },
    { given: "x".repeat(300), limit: 250, is: "x".repeat(200) },
    { given: "a b~!", limit: 0, is: "a b~!" },
    { given: "", limit: 0, is: UUID },
    { given: "gr\u00fcn", limit: 0, is: UUID },
    { given: "gr\u00fcn", limit: 2, is: "gr" },
    { given: "a\tb", limit: 0, is: UUID },
  ];
  for (const { given, limit, is } of cases) {
    it(`takes ${JSON.stringify(given.slice(0, 12))} up to ${String(limit)} as ${String(is).slice(0, 12)}`, async () => {
      const kit = await serve(undefined, { requestIds: { fromHeader: true, limit } });
      const seen = await ask(kit, "/hooks/website", { method: "POST", headers: { "X-Request-Id": given } });
      await kit.server.drain();
      const id = seen.headers["x-request-id"];
      assert.match(String(id), typeof is === "string" ? new RegExp(`^${is}$`) : is);
      assert.deepEqual(
        kit.log().map(({ requestId }) => requestId),
        [id],
      );
    });
  }

  it("takes the first of two, and makes one where none is sent", async () => {
    const kit = await serve(undefined, { requestIds: { fromHeader: true, limit: 0 } });
    const socket = await open(kit);
    let text = "";
    socket.on("data", (chunk: Buffer) => (text += chunk.toString("latin1")));
    const head = "GET / HTTP/1.1\r\nHost: example.com\r\nConnection: close\r\n";
    socket.write(`${head}X-Request-Id: one\r\nX-Request-Id: two\r\n\r\n`);
    await new Promise((resolve) => socket.once("close", resolve));
    assert.match(text, /\r\nX-Request-Id: one\r\n/i);
    assert.match(String((await ask(kit, "/")).headers["x-request-id"]), UUID);
    await kit.server.drain();
  });
});
