import assert from "node:assert/strict";
import type { RequestListener } from "node:http";
import type { ImageQuery } from "../../src/flow/ports.ts";
import { playRegistry, type PlayedAccess, type PlayedRegistry } from "../support/played-registry.ts";
import { queryOf, REGISTRY, startRegistryStage, type RegistryStage } from "./registry-kit.ts";

const WEBSITE = "shop/website";
const login = { user: "robot", password: "canary-password" };
const SIGNED = "Basic robot:canary-password";
const TOKENS = `Bearer realm="https://${REGISTRY}/token",service="registry"`;
const MANIFEST = { config: { digest: `sha256:${"a".repeat(64)}` } };

describe("createRegistries(parts), where a registry asks for a login", () => {
  let stage: RegistryStage;
  let answer: RequestListener = () => undefined;
  before(async () => {
    stage = await startRegistryStage((request, response) => {
      answer(request, response);
    });
  });
  beforeEach(() => {
    stage.hosts.asked.length = 0;
    stage.clock.advance(24 * 3_600_000);
  });
  after(() => stage.close());

  const play = (access: PlayedAccess): { registry: PlayedRegistry; digest: string } => {
    const registry = playRegistry(access);
    answer = registry.answer;
    return { registry, digest: registry.put(`${WEBSITE}/manifests/1`, MANIFEST) };
  };
  const digestOf = async (over: Partial<ImageQuery> = { login }): Promise<string> => {
    const image = await stage.registries.image(queryOf("1", over));
    return image.kind === "ok" ? image.value.digest : `${image.error.kind}: ${image.error.message}`;
  };

  it("gets a token with the login, for the repository alone", async () => {
    const { registry, digest } = play({ challenge: TOKENS, login: "robot:canary-password" });
    assert.equal(await digestOf(), digest);
    const path = `${REGISTRY}/v2/${WEBSITE}/manifests/1`;
    const token = `${REGISTRY}/token?service=registry&scope=repository%3Ashop%2Fwebsite%3Apull`;
    assert.deepEqual(stage.hosts.asked, [`GET ${path}`, `GET ${token}`, `GET ${path}`]);
    assert.deepEqual(registry.shown, [SIGNED, "Bearer token-1"]);
  });

  it("gets a token without a login where everyone is given one", async () => {
    const { registry, digest } = play({ challenge: TOKENS });
    assert.equal(await digestOf({}), digest);
    assert.deepEqual(registry.shown, ["Bearer token-1"]);
  });

  it("keeps a token until shortly before its end", async () => {
    const { registry, digest } = play({ challenge: TOKENS, expiresIn: 300 });
    await digestOf();
    stage.clock.advance(289_000);
    assert.equal(await digestOf(), digest);
    assert.equal(registry.tokensGiven(), 1);
    stage.clock.advance(2_000);
    assert.equal(await digestOf(), digest);
    assert.equal(registry.tokensGiven(), 2);
  });

  it("gets a new token where the registry no longer takes the one that is kept", async () => {
    play({ challenge: TOKENS, expiresIn: 300 });
    await digestOf();
    // A registry that was started anew knows no earlier token.
    const { registry, digest } = play({ challenge: TOKENS, expiresIn: 300 });
    assert.equal(await digestOf(), digest);
    assert.deepEqual(registry.shown, ["Bearer token-1", SIGNED, "Bearer token-1"]);
    assert.equal(registry.tokensGiven(), 1);
  });

  it("does not use one login's token for another", async () => {
    const { registry } = play({ challenge: TOKENS, expiresIn: 300 });
    await digestOf();
    await digestOf({ login: { ...login, password: "other" } });
    await digestOf({});
    assert.equal(registry.tokensGiven(), 3);
  });

  it("shows the login itself where a registry wants it so", async () => {
    const { registry, digest } = play({ challenge: `Basic realm="x"`, login: "robot:canary-password" });
    assert.equal(await digestOf(), digest);
    assert.deepEqual(registry.shown, [SIGNED]);
  });

  it("says that a login is wanted where there is none", async () => {
    play({ challenge: `Basic realm="x"`, login: "robot:canary-password" });
    assert.match(await digestOf({}), /^denied: registry\.example\.com wants a login: /);
  });

  it("shows no login to a realm at a host that nobody allowed", async () => {
    const { registry } = play({ challenge: TOKENS.replace(REGISTRY, "evil.example.com") });
    const said = await digestOf();
    assert.match(
      said,
      /^not-allowed: a token of registry\.example\.com is kept elsewhere: evil\.example\.com is not one/,
    );
    assert.deepEqual(registry.shown, []);
    assert.equal(stage.hosts.asked.length, 1);
  });

  const refused: readonly (readonly [name: string, access: PlayedAccess, said: RegExp])[] = [
    [
      "a wrong login",
      { challenge: TOKENS, login: "robot:other" },
      /^denied: a token of registry\.example\.com is not shown/,
    ],
    ["a wrong login itself", { challenge: "Basic", login: "robot:other" }, /^denied: .*:1 is not shown to this login/],
    ["a realm that is none", { challenge: "Bearer" }, /^unreadable: .* wants a token: it names no address/],
    ["a realm with no tokens", { challenge: TOKENS.replace("/token", "/v2/") }, /^denied: /],
  ];
  for (const [name, access, expected] of refused) {
    it(`says what is wrong with ${name}, and repeats no secret`, async () => {
      play(access);
      const said = await digestOf();
      assert.match(said, expected);
      assert.doesNotMatch(said, /canary/);
    });
  }

  it("refuses a token's answer that is none", async () => {
    answer = (request, response) => {
      if (request.url?.startsWith("/token") === true) response.end(`{"token": "canary\\nx"}`);
      else response.writeHead(401, { "www-authenticate": TOKENS }).end();
    };
    assert.equal(await digestOf(), "unreadable: a token of registry.example.com: its answer holds no token");
  });

  it("shows what it signed in with to no host that it is sent to", async () => {
    const { registry } = play({ challenge: TOKENS });
    const seen: unknown[] = [];
    answer = (request, response) => {
      if (request.url === "/moved") {
        seen.push(request.headers.authorization);
        response.end("{}");
      } else if (request.headers.authorization === "Bearer token-1")
        response.writeHead(307, { location: "/moved" }).end();
      else registry.answer(request, response);
    };
    await digestOf();
    assert.deepEqual(seen, [undefined]);
  });
});
