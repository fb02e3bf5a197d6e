import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { inspect } from "node:util";
import { Agent, type Dispatcher } from "undici";
import { freshNamespace, useCluster, waitFor } from "../support/cluster.ts";
import { startFaultProxy, type FaultProxy } from "../support/fault-proxy.ts";

interface Got {
  readonly status: number;
  readonly headers: Dispatcher.ResponseData["headers"];
  readonly body: Readonly<Record<string, unknown>>;
}

describe("startFaultProxy(upstream)", function () {
  this.timeout(20_000);
  const cluster = useCluster();
  let proxy: FaultProxy;
  let client: Agent;
  let maps: string;

  before(async () => {
    maps = `/api/v1/namespaces/${await freshNamespace(cluster(), "proxied")}/configmaps`;
  });
  beforeEach(async () => {
    const ca = await readFile(cluster().caFile, "utf8");
    proxy = await startFaultProxy({ server: cluster().server, ca });
    client = new Agent({ connect: { ca: proxy.access.ca } });
  });
  afterEach(async () => {
    await client.destroy();
    await proxy.close();
  });

  const open = (method: "GET" | "POST" | "PUT", path: string, body?: object): Promise<Dispatcher.ResponseData> =>
    client.request({
      origin: proxy.access.server,
      path,
      method,
      headers: { authorization: `Bearer ${cluster().adminToken}`, "content-type": "application/json" },
      body: body === undefined ? null : JSON.stringify(body),
      signal: AbortSignal.timeout(10_000),
    });
  const ask = async (method: "GET" | "POST" | "PUT", path: string, body?: object): Promise<Got> => {
    const { statusCode: status, headers, body: answer } = await open(method, path, body);
    return { status, headers, body: (await answer.json()) as Got["body"] };
  };
  const map = (name: string): object => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name } });
  const isThere = async (name: string): Promise<boolean> =>
    (await cluster().call("GET", `${maps}/${name}`)).status === 200;
  const isReset = (error: Error): boolean => inspect(error).includes("ECONNRESET");

  it("passes requests on with the caller's token, and notes each", async () => {
    const created = await ask("POST", maps, map("passed"));
    assert.equal(created.status, 201);
    assert.equal((await ask("GET", `${maps}/passed`)).status, 200);
    const anonymous = await client.request({ origin: proxy.access.server, path: maps, method: "GET" });
    await anonymous.body.dump();
    assert.equal(anonymous.statusCode, 403);
    assert.deepEqual(
      proxy.requests().map(({ method, path, isWatch, count }) => [method, path, isWatch, count]),
      [
        ["POST", maps, false, 0],
        ["GET", `${maps}/passed`, false, 0],
        ["GET", maps, false, 0],
      ],
    );
  });

  it("is trusted by its own authority alone", async () => {
    const stranger = new Agent({ connect: { ca: await readFile(cluster().caFile, "utf8") } });
    const refused = stranger.request({ origin: proxy.access.server, path: maps, method: "GET" });
    await assert.rejects(refused, { code: /UNABLE_TO|SELF_SIGNED/ });
    await stranger.destroy();
  });

  for (const [status, reason] of [
    [403, "Forbidden"],
    [404, "NotFound"],
    [409, "Conflict"],
    [422, "Invalid"],
    [429, "TooManyRequests"],
    [500, "InternalError"],
    [503, "ServiceUnavailable"],
  ] as const) {
    it(`answers ${String(status)} with a Status and Retry-After as often as told, and passes nothing on`, async () => {
      const name = `answered-${String(status)}`;
      const fault = { kind: "answer", status, retryAfterSeconds: 7 } as const;
      const rule = proxy.inject({ when: ({ method }) => method === "POST", fault, times: 1 });
      const refused = await ask("POST", maps, map(name));
      assert.deepEqual([refused.status, refused.headers["retry-after"]], [status, "7"]);
      assert.deepEqual(
        [refused.body["kind"], refused.body["reason"], refused.body["code"]],
        ["Status", reason, status],
      );
      assert.equal(await isThere(name), false);
      assert.equal((await ask("POST", maps, map(name))).status, 201);
      assert.equal(rule.injected(), 1);
    });
  }

  it("strikes by method, path and count, and no more once lifted", async () => {
    const fault = { kind: "answer", status: 500 } as const;
    const rule = proxy.inject({ when: ({ path, count }) => path === maps && count > 0, fault });
    const statuses: number[] = [];
    for (let i = 0; i < 3; i++) statuses.push((await ask("GET", maps)).status);
    rule.lift();
    statuses.push((await ask("GET", maps)).status);
    assert.deepEqual([statuses, rule.injected()], [[200, 500, 500, 200], 2]);
  });

  it("holds a request back", async () => {
    const rule = proxy.inject({ when: () => true, fault: { kind: "late", ms: 600 } });
    const startedMs = performance.now();
    const asked = ask("POST", maps, map("late"));
    await sleep(300);
    assert.equal(await isThere("late"), false);
    assert.equal((await asked).status, 201);
    assert.ok(performance.now() - startedMs >= 590);
    assert.equal(rule.injected(), 1);
  });

  it("holds an answer back", async () => {
    const rule = proxy.inject({ when: () => true, fault: { kind: "late-answer", ms: 600 } });
    const startedMs = performance.now();
    const asked = ask("POST", maps, map("late-answer"));
    await waitFor(() => isThere("late-answer"), Boolean, { timeoutMs: 500, what: "the object before its answer" });
    assert.deepEqual([(await asked).status, rule.injected()], [201, 1]);
    assert.ok(performance.now() - startedMs >= 590);
  });

  it("never answers", async () => {
    const rule = proxy.inject({ when: () => true, fault: { kind: "never-answered" } });
    const asked = ask("POST", maps, map("swallowed"));
    const winner = await Promise.race([asked.catch(() => "reset"), sleep(800).then(() => "nothing")]);
    assert.deepEqual([winner, rule.injected(), await isThere("swallowed")], ["nothing", 1, false]);
    await client.destroy();
    await asked.catch(() => undefined);
  });

  for (const kind of ["reset-before", "reset-after"] as const) {
    it(`resets the connection: ${kind}`, async () => {
      const rule = proxy.inject({ when: ({ method }) => method === "POST", fault: { kind }, times: 1 });
      await assert.rejects(ask("POST", maps, map(kind)), isReset);
      assert.deepEqual([await isThere(kind), rule.injected()], [kind === "reset-after", 1]);
      assert.equal((await ask("GET", maps)).status, 200);
    });
  }

  describe("watches", () => {
    const watch = async (): Promise<{ readonly text: () => string; readonly ended: Promise<void> }> => {
      const { body } = await open("GET", `${maps}?watch=1&fieldSelector=metadata.name%3Dwatched`);
      let text = "";
      const ended = (async () => {
        for await (const chunk of body) text += String(chunk);
      })().catch(() => undefined);
      return { text: () => text, ended };
    };
    const touch = async (): Promise<void> => {
      const body = { metadata: { labels: { at: String(Math.round(performance.now())) } } };
      assert.equal((await cluster().call("PATCH", `${maps}/watched`, body)).status, 200);
    };
    const types = (text: string): readonly unknown[] =>
      text
        .split("\n")
        .slice(0, -1)
        .map((line) => (JSON.parse(line) as { type: unknown }).type);
    const isWatch = ({ isWatch: is }: { readonly isWatch: boolean }): boolean => is;

    before(async () => {
      await cluster().call("POST", maps, map("watched"));
    });

    it("stream through, and are ended when told", async () => {
      const { text, ended } = await watch();
      await waitFor(
        () => Promise.resolve(text()),
        (seen) => types(seen).length === 1,
        { timeoutMs: 5_000, what: "ADDED" },
      );
      await touch();
      await waitFor(
        () => Promise.resolve(text()),
        (seen) => types(seen).join() === "ADDED,MODIFIED",
        { timeoutMs: 5_000, what: "MODIFIED" },
      );
      proxy.endWatches();
      await ended;
      assert.deepEqual([proxy.requests()[0]?.isWatch, proxy.requests().length], [true, 1]);
    });

    it("are answered 410", async () => {
      const rule = proxy.inject({ when: isWatch, fault: { kind: "answer", status: 410 } });
      const { status, body } = await ask("GET", `${maps}?watch=1`);
      assert.deepEqual([status, body["reason"], rule.injected()], [410, "Expired", 1]);
    });

    const ends = [
      { kind: "expired", afterEvents: 0, seen: ["ERROR"] },
      { kind: "expired", afterEvents: 1, seen: ["ADDED", "ERROR"] },
      { kind: "closed", afterEvents: 0, seen: [] },
      { kind: "closed", afterEvents: 1, seen: ["ADDED"] },
    ] as const;
    for (const { kind, afterEvents, seen } of ends) {
      it(`end as ${kind} after ${String(afterEvents)} events`, async () => {
        const rule = proxy.inject({ when: isWatch, fault: { kind: "watch", watch: { kind, afterEvents } } });
        const { text, ended } = await watch();
        await ended;
        assert.deepEqual([types(text()), rule.injected()], [seen, 1]);
      });
    }

    it("end in the middle of a line", async () => {
      const fault = { kind: "watch", watch: { kind: "half-line", afterEvents: 1 } } as const;
      const rule = proxy.inject({ when: isWatch, fault });
      const { text, ended } = await watch();
      await waitFor(
        () => Promise.resolve(text()),
        (seen) => seen.endsWith("\n"),
        { timeoutMs: 5_000, what: "ADDED" },
      );
      await touch();
      await ended;
      const [whole = "", half = ""] = text().split("\n");
      assert.deepEqual([types(`${whole}\n`), half.slice(0, 18), rule.injected()], [["ADDED"], '{"type":"MODIFIED"', 1]);
      assert.throws(() => JSON.parse(half) as unknown);
    });

    for (const kind of ["silent", "deaf"] as const) {
      it(`stay open and tell of nothing: ${kind}`, async () => {
        const rule = proxy.inject({ when: isWatch, fault: { kind: "watch", watch: { kind } } });
        const { text, ended } = await watch();
        await touch();
        const winner = await Promise.race([ended.then(() => "ended"), sleep(700).then(() => "open")]);
        assert.deepEqual([winner, text(), rule.injected()], ["open", "", 1]);
        await client.destroy();
        await ended;
      });
    }

    it("hand on bookmarks where they are deaf to events", async () => {
      const rule = proxy.inject({ when: isWatch, fault: { kind: "watch", watch: { kind: "deaf" } } });
      const query = "watch=1&sendInitialEvents=true&allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan";
      const { body } = await open("GET", `${maps}?${query}`);
      const first = await body[Symbol.asyncIterator]().next();
      assert.deepEqual([types(String(first.value)), rule.injected()], [["BOOKMARK"], 1]);
    });
  });
});
