import assert from "node:assert/strict";
import { createOutsideCallers } from "../../src/flow/outside-callers.ts";
import { createPush } from "../../src/flow/push.ts";
import { createFetcher, type Fetcher } from "../../src/remote/fetcher.ts";
import { verifyToken } from "../../src/remote/token-signature.ts";
import { createFakeClock } from "../support/fake-log.ts";
import { startRemoteHosts, type RemoteHosts } from "../support/remote-hosts.ts";
import { hmacToken, keySetOf, makeTokenKey, signToken, unsignedToken } from "../support/web-tokens.ts";
import { ask, bodyOf, deliverTo, serve, storeOf, TOKEN, type HttpKit, type Seen } from "./http-kit.ts";

const ISSUER = "https://id.example.com";
const GONE = "https://gone.example.com";
const ASTRAY = "https://astray.example.com";
const AUDIENCE = "https://hooks.example.com/hooks/website";
const EMAIL = "push@project.iam.gserviceaccount.com";
const HOOK = (id: string, callers: string): string => `
- id: ${id}
  image-upgrade: {namespace: shop, workload: deployment/website, container: web, registry: custom, callers: [${callers}]}
  trigger-rule-mismatch-http-response-code: 403
`;
const oidc = (issuer: string, holder = `email: ${EMAIL}`): string =>
  `{oidc: {issuer: "${issuer}", audience: "${AUDIENCE}", ${holder}}}`;
const HOOKS = [
  HOOK("website", oidc(ISSUER)),
  HOOK("subject", oidc(ISSUER, 'subject: "42"')),
  HOOK("gone", oidc(GONE)),
  HOOK("astray", oidc(ASTRAY)),
  HOOK("two", `${oidc(GONE)}, {token: {file: /tokens/website}}`),
].join("");

const MISMATCH = [403, "Hook rules were not satisfied."];
const IN = [200, "ignored: let in"];
const LATER = [503, "who calls cannot be proved at the moment: send it again"];

describe("imageHookRoutes(deliver, log): tokens of OpenID Connect", () => {
  const [key, other, next] = [makeTokenKey("one"), makeTokenKey("two"), makeTokenKey("next", "ES256")];
  const clock = createFakeClock();
  const seconds = clock.now().getTime() / 1000;
  const claims = {
    iss: ISSUER,
    aud: AUDIENCE,
    sub: "42",
    email: EMAIL,
    email_verified: true,
    iat: seconds,
    exp: seconds + 7_200,
  };
  const failures: string[] = [];
  let keySet = keySetOf(key);
  let hosts: RemoteHosts;
  let fetcher: Fetcher;
  let kit: HttpKit;

  before(async () => {
    const names = ["id.example.com", "astray.example.com", "evil.example.com"];
    hosts = await startRemoteHosts(names, (request, response) => {
      const host = String(request.headers.host);
      if (request.url === "/keys") response.end(keySet);
      else {
        const keysAt = host === "astray.example.com" ? "evil.example.com" : host;
        response.end(JSON.stringify({ issuer: `https://${host}`, jwks_uri: `https://${keysAt}/keys` }));
      }
    });
    fetcher = createFetcher({ ca: hosts.ca, proxy: hosts.proxy, wellKnown: [] });
    const push = createPush(
      { tokensOf: (path) => (path === "/tokens/website" ? [TOKEN] : []), clock },
      {
        upgrade: () => Promise.resolve({ kind: "ignored", reason: "let in" }),
        onRefused: () => assert.fail("nothing is softened here"),
        failures: {
          count: (hook) => {
            failures.push(hook);
            return null;
          },
        },
        outside: createOutsideCallers({ remote: fetcher, verifyToken, clock }),
      },
    );
    kit = await serve(deliverTo(storeOf(HOOKS), push));
  });
  after(async () => {
    await kit.server.drain();
    await fetcher.close();
    await hosts.close();
  });

  const post = async (hook: string, token: string | readonly string[]): Promise<Seen> => {
    const values = typeof token === "string" ? [token] : token;
    const headers = { Authorization: values.map((value) => `Bearer ${value}`) };
    return ask(kit, `/hooks/${hook}`, { method: "POST", headers, body: bodyOf("2") });
  };
  const signed = (over: object = {}, by = key, header: object = {}): string =>
    signToken({ ...claims, ...over }, by, header);
  const gone = undefined;

  it("lets in who brings a token of the issuer, and asks for the keys once", async () => {
    for (const hook of ["website", "subject", "website"]) {
      const { status, body } = await post(hook, signed());
      assert.deepEqual([status, body], IN);
    }
    const asked = ["GET id.example.com/.well-known/openid-configuration", "GET id.example.com/keys"];
    assert.deepEqual(hosts.asked, asked);
    assert.deepEqual(failures, []);
  });

  const refused: readonly { when: string; hook?: string; token: () => string | readonly string[] }[] = [
    { when: "no issuer", token: () => signed({ iss: gone }) },
    { when: "another issuer", token: () => signed({ iss: "https://evil.example.com" }) },
    { when: "no audience", token: () => signed({ aud: gone }) },
    { when: "another audience", token: () => signed({ aud: `${AUDIENCE}/` }) },
    { when: "no email", token: () => signed({ email: gone }) },
    { when: "no subject", hook: "subject", token: () => signed({ sub: gone }) },
    { when: "another subject", hook: "subject", token: () => signed({ sub: "43" }) },
    { when: "another email", token: () => signed({ email: "other@project.iam.gserviceaccount.com" }) },
    { when: "an email that is not verified", token: () => signed({ email_verified: false }) },
    { when: "no end", token: () => signed({ exp: gone }) },
    { when: "an end that is past", token: () => signed({ exp: seconds - 1 }) },
    { when: "a beginning that is to come", token: () => signed({ nbf: seconds + 120 }) },
    { when: "the signature of another key", token: () => signed({}, { ...other, kid: "one" }) },
    { when: "a key that is not known", token: () => signed({}, other) },
    {
      when: "a key of its own in the header",
      token: () => signed({}, other, { jwk: other.jwk, jku: `https://evil.example.com/keys` }),
    },
    { when: "alg none", token: () => unsignedToken(claims, "one") },
    { when: "HS256 and the public key for a secret", token: () => hmacToken(claims, "one", key.publicPem) },
    { when: "no signature", token: () => signed().replace(/[^.]*$/, "") },
    { when: "another of its kind beside it", token: () => [signed(), signed()] },
    { when: "no form of a token", token: () => TOKEN },
  ];
  for (const { when, hook = "website", token } of refused) {
    it(`refuses and counts a token with ${when}, and asks nobody`, async () => {
      const [before, counted] = [hosts.asked.length, failures.length];
      const { status, body } = await post(hook, token());
      assert.deepEqual([status, body], MISMATCH);
      assert.deepEqual([hosts.asked.length, failures.length], [before, counted + 1]);
    });
  }

  it("takes up rotated keys by the first token of them, a minute after it last asked", async () => {
    const token = signed({}, next);
    keySet = keySetOf(key, next);
    assert.equal((await post("website", token)).status, 403);
    clock.advance(60_000);
    const before = hosts.asked.length;
    assert.equal((await post("website", token)).status, 200);
    assert.equal((await post("website", signed())).status, 200);
    assert.equal(hosts.asked.length, before + 2);
  });

  it("drops keys that the issuer has withdrawn, when their time is over", async () => {
    keySet = keySetOf(next);
    clock.advance(15 * 60_000);
    assert.equal((await post("website", signed({}, next))).status, 200);
    assert.equal((await post("website", signed())).status, 403);
  });

  for (const [when, hook, iss] of [
    ["while the issuer is not there", "gone", GONE],
    ["while the issuer names another host for its keys", "astray", ASTRAY],
  ] as const) {
    it(`answers 503 with Retry-After ${when}, and counts no failure`, async () => {
      const counted = failures.length;
      const { status, body, headers } = await post(hook, signed({ iss }));
      assert.deepEqual([status, body, headers["retry-after"]], [...LATER, "10"]);
      assert.equal(failures.length, counted);
      const line = kit.log().at(-1);
      assert.deepEqual([line?.["level"], line?.["outcome"]], ["error", "unavailable"]);
      assert.match(String(line?.["reason"]), new RegExp(`^(keys|configuration) of ${iss}: `));
      assert.equal(
        hosts.asked.some((line) => line.includes("evil")),
        false,
      );
    });
  }

  it("refuses a token that says the wrong things even while the issuer is not there", async () => {
    assert.equal((await post("gone", signed({ iss: GONE, aud: "x" }))).status, 403);
  });

  it("needs no issuer where another of the callers is proved", async () => {
    const path = `/hooks/two?token=${TOKEN}`;
    const headers = { Authorization: `Bearer ${signed({ iss: GONE })}` };
    assert.equal((await ask(kit, path, { method: "POST", headers, body: bodyOf("2") })).status, 200);
    assert.equal((await ask(kit, "/hooks/two", { method: "POST", headers, body: bodyOf("2") })).status, 503);
  });

  it("logs no token, and nothing of one", () => {
    for (const text of [EMAIL, signed().split(".")[1] ?? "", "eyJ"]) assert.equal(kit.logText().includes(text), false);
  });
});
