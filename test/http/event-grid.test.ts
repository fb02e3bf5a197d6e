import assert from "node:assert/strict";
import { createPush } from "../../src/flow/push.ts";
import { ask, deliverTo, serve, storeOf, TOKEN, type HttpKit, type Seen } from "./http-kit.ts";

const HOOK = (id: string, registry: string, more: string): string => `
- id: ${id}
  image-upgrade: {namespace: shop, workload: deployment/website, container: web, registry: ${registry}, ${more}}
  trigger-rule-mismatch-http-response-code: 403
`;
const callers = "callers: [{token: {file: /tokens/website}}]";
const HOOKS = [
  HOOK("azure", "azure", callers),
  HOOK("acr", "acr", callers),
  HOOK("auto", "auto", callers),
  HOOK("dry", "azure", `${callers}, dry-run: true`),
  HOOK("custom", "custom", callers),
  HOOK("ecr", "ecr", callers),
  HOOK("anyone", "azure", "insecure: true"),
].join("");
const CODE = "512D38B6-C7B8-40C8-89FE-F46F9E9622B6";
const BODY = JSON.stringify([
  {
    id: "2d1781af-3a4c-4d7c-bd0c-e34b19da4e66",
    topic: "/subscriptions/x",
    subject: "",
    data: {
      validationCode: CODE,
      validationUrl: "https://rp-eastus2.eventgrid.azure.net:553/eventsubscriptions/x/validate",
    },
    eventType: "Microsoft.EventGrid.SubscriptionValidationEvent",
    eventTime: "2026-11-22T08:00:00.0000000Z",
    dataVersion: "1",
  },
]);
const ORIGIN = "eventgrid.azure.net";

describe("imageHookRoutes(deliver, log): Event Grid's handshakes", () => {
  const failures: string[] = [];
  let kit: HttpKit;
  before(async () => {
    const push = createPush(
      { tokensOf: (path) => (path === "/tokens/website" ? [TOKEN] : []), clock: { now: () => new Date() } },
      {
        upgrade: () => assert.fail("a handshake is no push"),
        onRefused: () => assert.fail("a handshake is not refused"),
        failures: {
          count: (hook) => {
            failures.push(hook);
            return null;
          },
        },
      },
    );
    kit = await serve(deliverTo(storeOf(HOOKS), push));
  });
  after(() => kit.server.drain());

  const post = (path: string, body = BODY): Promise<Seen> => ask(kit, `/hooks/${path}`, { method: "POST", body });
  const options = (path: string, origin: string | string[] | null = ORIGIN): Promise<Seen> =>
    ask(kit, `/hooks/${path}`, {
      method: "OPTIONS",
      headers: { ...(origin !== null && { "WebHook-Request-Origin": origin }), "WebHook-Request-Rate": "1000" },
    });

  for (const hook of ["azure", "acr", "auto", "dry"]) {
    it(`sends the code back to whoever proves to call ${hook}`, async () => {
      const { status, body, headers } = await post(`${hook}?token=${TOKEN}`);
      assert.deepEqual([status, body], [200, JSON.stringify({ validationResponse: CODE })]);
      assert.equal(headers["content-type"], "application/json; charset=utf-8");
    });

    it(`lets the origin send to ${hook} once its caller is proved`, async () => {
      const { status, body, headers } = await options(`${hook}?token=${TOKEN}`);
      assert.deepEqual([status, body], [200, ""]);
      assert.deepEqual([headers["webhook-allowed-origin"], headers["webhook-allowed-rate"]], [ORIGIN, "120"]);
    });
  }

  it("tells a wrong token apart, counts it, and gives neither code nor leave", async () => {
    const before = failures.length;
    for (const seen of [await post("azure?token=wrong"), await options("azure?token=wrong"), await options("azure")]) {
      assert.deepEqual([seen.status, seen.body], [403, "Hook rules were not satisfied."]);
      assert.equal("webhook-allowed-origin" in seen.headers, false);
    }
    assert.equal(failures.length, before + 3);
  });

  it("gives neither where the hook proves nobody", async () => {
    const { status, body } = await post("anyone");
    assert.deepEqual(
      [status, body],
      [200, "ignored: Event Grid's validation is answered where a hook proves who calls"],
    );
    assert.equal((await options("anyone")).status, 405);
  });

  const NOT_ALLOWED = [405, "use POST or PUT", "POST, PUT"];
  for (const [when, path, origin] of [
    ["a hook of another registry", `custom?token=${TOKEN}`, ORIGIN],
    ["another one", `ecr?token=${TOKEN}`, ORIGIN],
    ["a hook whose URL names another registry", `auto?token=${TOKEN}&repo_type=dockerhub`, ORIGIN],
    ["an Azure hook, without an origin", `azure?token=${TOKEN}`, null],
  ] as const) {
    it(`answers 405 to OPTIONS of ${when}`, async () => {
      const { status, body, headers } = await options(path, origin);
      assert.deepEqual([status, body, headers.allow], NOT_ALLOWED);
      assert.equal("webhook-allowed-origin" in headers, false);
    });
  }

  it("answers 405 to GET, whatever its headers", async () => {
    const headers = { "WebHook-Request-Origin": ORIGIN };
    assert.equal((await ask(kit, `/hooks/azure?token=${TOKEN}`, { method: "GET", headers })).status, 405);
  });

  const origins = [
    "*",
    "https://eventgrid.azure.net",
    "eventgrid.azure.net:443",
    "a b",
    "a,b",
    "a..b",
    ".a",
    "<b>",
    "x".repeat(254),
    "",
  ];
  for (const origin of [...origins, [ORIGIN, "evil.example.com"]]) {
    it(`does not repeat the origin ${JSON.stringify(origin).slice(0, 50)}`, async () => {
      const { status, body, headers } = await options(`azure?token=${TOKEN}`, origin);
      assert.deepEqual([status, body], [400, "WebHook-Request-Origin: is not the name of one host"]);
      assert.equal("webhook-allowed-origin" in headers, false);
    });
  }

  it("refuses a token that is given twice", async () => {
    assert.equal((await options(`azure?token=${TOKEN}&token=${TOKEN}`)).status, 400);
  });
});
