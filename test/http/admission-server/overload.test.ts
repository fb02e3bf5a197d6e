import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { Agent } from "node:https";
import { nodeOptionsOfImage } from "../../../scripts/pod/entrypoint.ts";
import { allowed } from "../../../src/core/admission/response.ts";
import { ask, createKit, reviewOf, type Seen } from "./kit.ts";

const MIB = 1024 * 1024;

describe("createAdmissionServer(options): more than it can hold", function () {
  this.timeout(90_000);

  it("answers 429 with Retry-After to what comes while a review takes all the bytes, and counts it", async () => {
    const { server, end } = await createKit({ maxInFlightBytes: 4 * MIB });
    const held = Promise.withResolvers<undefined>();
    const isHeld = Promise.withResolvers<undefined>();
    server.register("/hold", async () => {
      isHeld.resolve(undefined);
      await held.promise;
      return allowed();
    });
    await server.start();
    const body = reviewOf({ a: "x".repeat(2 * MIB) });
    const first = ask(server.port, "/hold", { body });
    await isHeld.promise;
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const second = await ask(server.port, "/hold", { body, agent });
    assert.deepEqual([second.status, second.headers["retry-after"]], [429, "1"]);
    // Its length is not known, so it counts as the longest.
    const chunked = { "Transfer-Encoding": "chunked" };
    assert.equal((await ask(server.port, "/hold", { headers: chunked, agent })).status, 429);
    const other = await ask(server.port, "/unknown", { body });
    assert.equal(other.status, 404);
    held.resolve(undefined);
    assert.equal((await first).status, 200);
    assert.equal((await ask(server.port, "/hold", { body, agent })).status, 200);
    agent.destroy();
    const { text } = await server.metrics();
    assert.match(text, /^imagehook_admission_requests_total\{path="\/hold",code="429"\} 2$/m);
    assert.match(text, /^imagehook_admission_requests_total\{path="\/hold",code="200"\} 2$/m);
    await end();
  });

  it("serves more connections than it holds, one after the other", async () => {
    const { server, end } = await createKit();
    server.register("/allow", () => allowed());
    await server.start();
    const seen = await Promise.all(Array.from({ length: 300 }, () => ask(server.port, "/allow")));
    assert.deepEqual([...new Set(seen.map(({ status }) => status))], [200]);
    await end();
  });

  it("refuses a short text that would take much memory", async () => {
    const { server, end } = await createKit();
    server.register("/allow", () => allowed());
    await server.start();
    const body = reviewOf().replace('"data":{}', `"data":[${"[],".repeat(2 * MIB)}[]]`);
    const seen = await ask(server.port, "/allow", { body });
    assert.equal(seen.status, 413);
    assert.match(seen.body, /its values would take too much memory/);
    await end();
  });

  const items = Array.from({ length: 4_000 }, (_, index) => ({
    name: `item-${String(index)}`,
    labels: { app: "web", tier: `front-${String(index)}` },
    ports: [{ containerPort: 8080, protocol: "TCP" }],
    env: [{ name: "A", value: `some value ${String(index)}` }],
    image: `registry.example.com/shop/website:${String(index)}`,
  }));
  const filler = reviewOf({ items: JSON.stringify(items), a: "" });
  const bodies = {
    "one long text": reviewOf({ a: "x".repeat(MIB - reviewOf({ a: "" }).length) }),
    "many small objects": filler.replace('"data":{', `"list":${JSON.stringify(items)},"data":{`),
    "nothing but empty lists": reviewOf().replace('"data":{}', `"data":[${"[],".repeat(340_000)}[]]`),
  };
  for (const [what, body] of Object.entries(bodies)) {
    it(`stays within the memory of its pod under 1,000 reviews of 1 MiB at once, of ${what}`, async () => {
      assert.ok(body.length > 0.9 * MIB, String(body.length));
      const { folder, end } = await createKit();
      const program = fileURLToPath(new URL("./server-process.ts", import.meta.url));
      const child = spawn(process.execPath, [...nodeOptionsOfImage(), program, folder], {
        stdio: ["ignore", "inherit", "inherit", "ipc"],
      });
      const [port] = (await once(child, "message")) as [number];
      const bytes = Buffer.from(body);
      const seen = await Promise.all(
        Array.from({ length: 1_000 }, () =>
          ask(port, "/allow?timeout=30s", { body: bytes }).catch((error: unknown) => error as Error),
        ),
      );
      const status = await readFile(`/proc/${String(child.pid)}/status`, "utf8");
      child.disconnect();
      await Promise.all([once(child, "exit"), end()]);
      const outcomes = Object.groupBy(seen, (one) => ("status" in one ? String(one.status) : one.message));
      assert.deepEqual(Object.keys(outcomes).sort(), ["200", "429"]);
      for (const refused of (outcomes["429"] ?? []) as Seen[]) assert.equal(refused.headers["retry-after"], "1");
      assert.ok((outcomes["200"] ?? []).length >= 16);
      const peakMib = Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024;
      assert.ok(peakMib < 256, `${String(peakMib)} MiB`);
    });
  }
});
