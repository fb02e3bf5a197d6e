import assert from "node:assert/strict";
import { parseAddressRanges } from "../../src/core/hook/address-range.ts";
import { createFailures } from "../../src/flow/failures.ts";
import { createPush } from "../../src/flow/push.ts";
import { ask, deliverTo, serve, storeOf, type HttpKit, type Seen } from "./http-kit.ts";

const TOKEN = "canary-of-failures-51c0ffee";
const hook = (id: string, more: string): string => `
- id: ${id}
  image-upgrade: {namespace: shop, workload: deployment/website, container: web, registry: custom${more}
  trigger-rule-mismatch-http-response-code: 403
`;
const rule = `  trigger-rule: {match: {type: value, value: ${TOKEN}, parameter: {source: url, name: token}}}`;
const HOOKS = `
${hook("website", "}")}${rule}
${hook("other", "}")}${rule}
${hook("near", ", callers: [{networks: [198.51.100.0/24]}]}")}
${hook("listed", "}")}  trigger-rule: {match: {type: ip-whitelist, ip-range: 198.51.100.0/24}}
`;

interface Kit {
  readonly http: HttpKit;
  readonly clock: { nowMs: number };
}

async function start(proxies: string): Promise<Kit> {
  const clock = { nowMs: Date.UTC(2026, 10, 22, 12) };
  const now = (): Date => new Date(clock.nowMs);
  const push = createPush(
    { tokensOf: () => [], clock: { now } },
    {
      upgrade: () => Promise.resolve({ kind: "ignored", reason: "let in" }),
      onRefused: () => assert.fail("nothing is softened here"),
      failures: createFailures(20, { now }),
    },
  );
  const options = { trustedProxies: parseAddressRanges(proxies).ranges };
  return { http: await serve(deliverTo(storeOf(HOOKS), push), options), clock };
}

const BODY =
  '{"push_data": {"tag": "2"}, "repository": {"repo_url": "registry.example.com", "namespace": "shop", "name": "website"}}';

const post = ({ http }: Kit, path: string, forwardedFor?: string): Promise<Seen> => {
  const headers = forwardedFor === undefined ? {} : { "X-Forwarded-For": forwardedFor };
  return ask(http, `/hooks/${path}`, { method: "POST", headers, body: BODY });
};

async function statusesOf(kit: Kit, times: number, path: string, from?: (index: number) => string): Promise<string> {
  const statuses: number[] = [];
  for (let index = 0; index < times; index++) statuses.push((await post(kit, path, from?.(index))).status);
  return [...new Set(statuses)]
    .map((status) => `${String(statuses.filter((one) => one === status).length)}x${String(status)}`)
    .join();
}

describe("imageHookRoutes(deliver, log): failures, behind no proxy", () => {
  let kit: Kit;
  beforeEach(async () => {
    kit = await start("");
  });
  afterEach(() => kit.http.server.drain());

  it("answers the 21st failure with 429 and Retry-After, and right credentials at that moment", async () => {
    assert.equal(await statusesOf(kit, 20, "website?token=wrong"), "20x403");
    const [late, right] = await Promise.all([post(kit, "website?token=wrong"), post(kit, `website?token=${TOKEN}`)]);
    assert.deepEqual(
      [late.status, late.headers["retry-after"], late.body],
      [429, "3", "too many wrong credentials from this address: try again in 3 s"],
    );
    assert.equal(right.status, 200);
    assert.equal(await statusesOf(kit, 30, `website?token=${TOKEN}`), "30x200");
    const outcomes = kit.http.log().map(({ outcome }) => outcome);
    assert.equal(outcomes.filter((outcome) => outcome === "mismatch").length, 20);
  });

  it("goes on with another hook, and with the same one after three seconds", async () => {
    assert.equal(await statusesOf(kit, 22, "website?token=wrong"), "20x403,2x429");
    assert.equal((await post(kit, "other?token=wrong")).status, 403);
    kit.clock.nowMs += 3_000;
    assert.equal(await statusesOf(kit, 2, "website?token=wrong"), "1x403,1x429");
  });

  it("is not reset by a header that anybody can send", async () => {
    const spoofed = (index: number): string => `203.0.113.${String(index)}`;
    assert.equal(await statusesOf(kit, 25, "website?token=wrong", spoofed), "20x403,5x429");
  });

  it("lets nobody into a list by such a header", async () => {
    for (const path of ["near", "listed"]) assert.equal((await post(kit, path, "198.51.100.7")).status, 403);
  });

  it("does not count what comes for no hook", async () => {
    assert.equal(await statusesOf(kit, 30, "nobody?token=wrong"), "30x404");
  });

  it("logs the address of the connection", async () => {
    await post(kit, "website", "198.51.100.7");
    assert.equal(kit.http.log().at(-1)?.["client"], "127.0.0.1");
  });
});

describe("imageHookRoutes(deliver, log): failures, behind a trusted proxy", () => {
  let kit: Kit;
  beforeEach(async () => {
    kit = await start("127.0.0.0/8 ::1");
  });
  afterEach(() => kit.http.server.drain());

  it("counts each source by itself", async () => {
    assert.equal(await statusesOf(kit, 21, "website?token=wrong", () => "203.0.113.7"), "20x403,1x429");
    assert.equal((await post(kit, "website?token=wrong", "203.0.113.8")).status, 403);
    assert.equal((await post(kit, "website?token=wrong", "203.0.113.7")).status, 429);
  });

  it("is not reset by what the client writes before the proxy's word", async () => {
    const spoofed = (index: number): string => `198.51.100.${String(index)}, 203.0.113.7`;
    assert.equal(await statusesOf(kit, 25, "website?token=wrong", spoofed), "20x403,5x429");
  });

  it("takes the forwarded address for that of the list, and not what stands before it", async () => {
    for (const path of ["near", "listed"]) {
      assert.equal((await post(kit, path, "198.51.100.7")).status, 200);
      assert.equal((await post(kit, path, "198.51.100.7, 203.0.113.7")).status, 403);
      assert.equal((await post(kit, path)).status, 403);
    }
  });

  it("logs the forwarded address", async () => {
    await post(kit, "website", "x".repeat(4_000).concat(", 2001:db8::7"));
    assert.equal(kit.http.log().at(-1)?.["client"], "2001:db8::7");
  });
});
