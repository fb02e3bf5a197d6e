import assert from "node:assert/strict";
import { rolloutKey } from "../../src/core/rollout/rollout-key.ts";
import { emptyState, withPush, type RolloutState } from "../../src/core/rollout/state.ts";
import { createRolloutReports } from "../../src/flow/report-rollouts.ts";
import { operationRoutes, type Operations } from "../../src/http/operations.ts";
import { createApplication, listen, type HttpServer } from "../../src/http/server.ts";
import { aPush, aTarget } from "../support/builders.ts";
import { createFakeArchive } from "../support/fake-archive.ts";
import { createFakeLog } from "../support/fake-log.ts";
import { ask, type Seen } from "./http-kit.ts";

const TOKEN = "canary-8c1f0e52b7d94a66";
const LATER = "2026-11-22T09:00:00.000Z";
const BEARER = { headers: { Authorization: `Bearer ${TOKEN}` } };

const stateOf = (name: string, acceptedAt = aPush().acceptedAt): RolloutState =>
  withPush(emptyState({ ...aTarget, name }), "web", aPush({ acceptedAt }));

describe("operationRoutes(operations)", () => {
  const archive = createFakeArchive(stateOf("website"), stateOf("shop", LATER));
  const log = createFakeLog();
  let tokens: readonly string[] = [];
  let servers: HttpServer[] = [];
  beforeEach(() => {
    tokens = ["another-token-of-the-file", TOKEN];
    log.clear();
  });
  afterEach(async () => {
    await Promise.all(servers.map((server) => server.drain()));
    servers = [];
  });

  async function serve(over: Partial<Operations> = {}): Promise<(path: string, asked?: object) => Promise<Seen>> {
    const metrics = () => Promise.resolve({ contentType: "text/plain; version=0.0.4; charset=utf-8", text: "up 1\n" });
    const api = { tokens: () => tokens, reports: createRolloutReports(archive) };
    const routes = operationRoutes({ version: "1.2.3", metrics, api, ...over });
    const server = await listen(createApplication(routes, log), "127.0.0.1", 0);
    servers.push(server);
    return (path, asked) => ask({ server }, path, asked);
  }
  const workloadsOf = ({ body }: Seen): readonly string[] =>
    (JSON.parse(body) as { rollouts: { workload: string }[] }).rollouts.map(({ workload }) => workload);

  const open = [
    ["/metrics", "text/plain; version=0.0.4; charset=utf-8", "up 1\n"],
    ["/version", "application/json; charset=utf-8", '{"version":"1.2.3"}'],
    ["/healthz", "text/plain; charset=utf-8", "ok"],
  ] as const;
  for (const [path, type, body] of open) {
    it(`answers ${path} to anyone`, async () => {
      const seen = await (await serve())(path);
      assert.deepEqual([seen.status, seen.headers["content-type"], seen.body], [200, type, body]);
    });
  }

  it("lists the rollouts, the newest first", async () => {
    const seen = await (await serve())("/api/v1/rollouts", BEARER);
    assert.deepEqual([seen.status, seen.headers["cache-control"]], [200, "no-store"]);
    assert.deepEqual(workloadsOf(seen), ["deployment/shop", "deployment/website"]);
    assert.partialDeepStrictEqual(JSON.parse(seen.body), { pending: [], unreadable: 2 });
  });

  const queries = [
    ["?limit=1", ["deployment/shop"]],
    ["?workload=website", ["deployment/website"]],
    ["?namespace=other", []],
    ["?hook=website&namespace=shop&workload=deployment/shop&limit=500", ["deployment/shop"]],
  ] as const;
  for (const [query, workloads] of queries) {
    it(`lists by ${query}`, async () => {
      assert.deepEqual(workloadsOf(await (await serve())(`/api/v1/rollouts${query}`, BEARER)), workloads);
    });
  }

  for (const limit of ["0", "501", "-1", "1e2", "many", "1000"]) {
    it(`refuses the limit ${limit}`, async () => {
      const seen = await (await serve())(`/api/v1/rollouts?limit=${limit}`, BEARER);
      assert.deepEqual([seen.status, seen.body], [400, '{"error":"limit: must be a whole number from 1 to 500"}']);
    });
  }

  it("finds a rollout by its key, and answers 404 to any other", async () => {
    const get = await serve();
    const key = rolloutKey(aTarget, aPush());
    const seen = await get(`/api/v1/rollouts/${key}`, BEARER);
    assert.equal(seen.status, 200);
    assert.partialDeepStrictEqual(JSON.parse(seen.body), { key, hook: "website", requestId: "request-1" });
    for (const other of [`${key}0`, "website", key.replace(/.$/, "x"), "%2e%2e"])
      assert.equal((await get(`/api/v1/rollouts/${other}`, BEARER)).status, 404, other);
  });

  const wrong: readonly (readonly [string, object, string])[] = [
    ["no token", {}, 'Bearer realm="imagehook"'],
    ["a wrong token", { Authorization: `Bearer ${TOKEN}x` }, 'Bearer realm="imagehook", error="invalid_token"'],
    ["a part of a token", { Authorization: "Bearer canary" }, 'Bearer realm="imagehook", error="invalid_token"'],
    ["an empty token", { Authorization: "Bearer " }, 'Bearer realm="imagehook"'],
    ["another scheme", { Authorization: `Basic ${TOKEN}` }, 'Bearer realm="imagehook"'],
  ];
  for (const [what, headers, challenge] of wrong) {
    it(`answers 401 to ${what}, whatever is asked for`, async () => {
      const get = await serve();
      for (const path of ["/api/v1/rollouts", "/api/v1/rollouts/x", "/api/v2", "/api/v1/rollouts?token=canary"]) {
        const seen = await get(path, { headers });
        assert.deepEqual([seen.status, seen.headers["www-authenticate"]], [401, challenge], path);
        assert.equal(seen.body.includes("website"), false);
      }
      assert.equal(log.text().includes("canary"), false);
    });
  }

  it("lets nobody in while the file holds no token, and takes new ones at once", async () => {
    const get = await serve();
    tokens = [];
    for (const asked of [BEARER, {}]) assert.equal((await get("/api/v1/rollouts", asked)).status, 401);
    tokens = [TOKEN];
    assert.equal((await get("/api/v1/rollouts", BEARER)).status, 200);
  });

  it("answers 404 to all of /api without an API", async () => {
    const get = await serve({ api: null });
    for (const path of ["/api/v1/rollouts", `/api/v1/rollouts/${rolloutKey(aTarget, aPush())}`, "/api"])
      assert.deepEqual((await get(path, BEARER)).status, 404, path);
  });

  it("answers 404 to what is not there, and only reads", async () => {
    const get = await serve();
    assert.equal((await get("/api/v1/other", BEARER)).status, 404);
    assert.equal((await get("/api/v1/rollouts", { ...BEARER, method: "DELETE" })).status, 404);
    assert.equal((await get("/hooks/website")).status, 404);
  });

  it("answers 503 with the reason while the cluster is away", async () => {
    const get = await serve();
    for (const path of ["/api/v1/rollouts", `/api/v1/rollouts/${rolloutKey(aTarget, aPush())}`]) {
      archive.failures.push({ kind: "unreachable", message: "no answer in time" });
      const seen = await get(path, BEARER);
      assert.deepEqual([seen.status, seen.body], [503, '{"error":"no answer in time"}']);
    }
  });
});
