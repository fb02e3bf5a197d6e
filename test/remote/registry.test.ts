import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import type { RequestListener } from "node:http";
import { parseDigest } from "../../src/core/image/reference.ts";
import { OCI_INDEX, playRegistry, sha256 } from "../support/played-registry.ts";
import { REGISTRY, startRegistryStage, type RegistryStage } from "./registry-kit.ts";

const WEBSITE = "shop/website";
const ELSEWHERE = `sha256:${"e".repeat(64)}`;

describe("createRegistries(parts)", () => {
  let stage: RegistryStage;
  let answer: RequestListener = () => undefined;
  const registry = playRegistry();
  const config = Buffer.from(JSON.stringify({ os: "linux", architecture: "arm64" }));
  const configDigest = registry.put(`${WEBSITE}/blobs/${sha256(config)}`, config);
  const single = registry.put(`${WEBSITE}/manifests/single`, { config: { digest: configDigest } });
  const several = registry.put(
    `${WEBSITE}/manifests/several`,
    {
      manifests: [
        { platform: { os: "linux", architecture: "amd64" } },
        { platform: { os: "windows", architecture: "amd64" } },
        { platform: { os: "unknown", architecture: "unknown" } },
      ],
    },
    OCI_INDEX,
  );
  before(async () => {
    stage = await startRegistryStage(
      (request, response) => {
        answer(request, response);
      },
      { otherHosts: ["blobs.example.com"] },
    );
  });
  beforeEach(() => {
    answer = registry.answer;
    stage.hosts.asked.length = 0;
  });
  after(() => stage.close());

  it("reads the digest and the platforms of an index in one request", async () => {
    assert.equal(await stage.ask("several"), `${several} linux/amd64 windows/amd64`);
    assert.deepEqual(stage.hosts.asked, [`GET ${REGISTRY}/v2/${WEBSITE}/manifests/several`]);
  });

  it("reads the platform of a single image out of its configuration", async () => {
    assert.equal(await stage.ask("single"), `${single} linux/arm64`);
    assert.deepEqual(stage.hosts.asked, [
      `GET ${REGISTRY}/v2/${WEBSITE}/manifests/single`,
      `GET ${REGISTRY}/v2/${WEBSITE}/blobs/${configDigest}`,
    ]);
  });

  it("computes the digest by the algorithm of the one that is expected", async () => {
    const expected = parseDigest(`sha512:${"0".repeat(128)}`);
    const bytes = Buffer.from(JSON.stringify({ config: { digest: configDigest } }));
    const digest = createHash("sha512").update(bytes).digest("hex");
    assert.equal(await stage.ask("single", { expected }), `sha512:${digest} linux/arm64`);
  });

  it("says that a tag is not there", async () => {
    assert.equal(await stage.ask("1.2.3"), `absent: ${REGISTRY}/${WEBSITE}:1.2.3 is not there`);
  });

  it("takes no bytes for a digest that is not theirs", async () => {
    registry.put(`${WEBSITE}/manifests/${ELSEWHERE}`, { config: { digest: configDigest } });
    const wrong = `unreadable: ${REGISTRY}/${WEBSITE}@${ELSEWHERE} was answered with bytes of another digest`;
    assert.equal(await stage.ask(ELSEWHERE), wrong);
  });

  it("takes no configuration whose bytes are not those of its digest", async () => {
    registry.put(`${WEBSITE}/blobs/${ELSEWHERE}`, { os: "linux", architecture: "amd64" });
    registry.put(`${WEBSITE}/manifests/forged`, { config: { digest: ELSEWHERE } });
    assert.match(await stage.ask("forged"), /^unreadable: the configuration .* bytes of another digest$/);
  });

  it("says of an artifact that is no image that it names no platform", async () => {
    const empty = registry.put(`${WEBSITE}/blobs/${sha256(Buffer.from("{}"))}`, {});
    registry.put(`${WEBSITE}/manifests/chart`, { config: { digest: empty } });
    assert.match(await stage.ask("chart"), /^unreadable: .* its configuration names no platform$/);
  });

  const odd: readonly (readonly [name: string, listener: RequestListener, said: RegExp])[] = [
    [
      "garbage",
      (_, response) => response.end("<html>"),
      /^unreadable: .*:odd: its manifest is of a type that no image has$/,
    ],
    [
      "garbage of the right type",
      (_, response) => response.setHeader("content-type", OCI_INDEX).end("[["),
      /^unreadable: .*:odd: its index is malformed$/,
    ],
    [
      "a body without end",
      (_, response) => response.end(Buffer.alloc(5 * 1024 * 1024)),
      /^unreadable: .* answered more than is read of it$/,
    ],
    [
      "403",
      (_, response) => response.writeHead(403).end("secret"),
      /^denied: .*:odd is not shown to this login: image\.check\.pull-secret names one$/,
    ],
    ["401 without a challenge", (_, response) => response.writeHead(401).end(), /^denied: .* wants a login: /],
    ["429", (_, response) => response.writeHead(429).end(), /^unreachable: .* was answered with status 429$/],
    ["500", (_, response) => response.writeHead(500).end(), /^unreachable: .* was answered with status 500$/],
    ["400", (_, response) => response.writeHead(400).end(), /^unreadable: .* was answered with status 400$/],
    ["204", (_, response) => response.writeHead(204).end(), /^unreadable: .* was answered with status 204$/],
    [
      "a broken connection",
      (_, response) => response.destroy(),
      /^unreachable: registry\.example\.com cannot be asked: /,
    ],
    [
      "a redirect to nowhere",
      (_, response) => response.writeHead(302).end(),
      /^unreadable: .* is sent from one address to the next$/,
    ],
    [
      "a redirect to plain HTTP",
      (_, response) => response.writeHead(302, { location: `http://${REGISTRY}/` }).end(),
      /^not-allowed: .*: only https is asked; OUTGOING_HOSTS allows more hosts$/,
    ],
    [
      "a redirect that never ends",
      (_, response) => response.writeHead(307, { location: "/v2/again" }).end(),
      /^unreadable: .* is sent from one address to the next$/,
    ],
  ];
  for (const [name, listener, said] of odd) {
    it(`says what is wrong with ${name}`, async () => {
      answer = listener;
      assert.match(await stage.ask("odd"), said);
      assert.ok(stage.hosts.asked.length <= 4);
    });
  }

  it("does not ask a host that a redirect names and nobody allowed", async () => {
    answer = (_, response) => response.writeHead(307, { location: "https://evil.example.com/x" }).end();
    const refused = "evil.example.com is not one of the hosts that may be asked; OUTGOING_HOSTS allows more hosts";
    assert.equal(await stage.ask("1"), `not-allowed: ${REGISTRY}/${WEBSITE}:1 is kept elsewhere: ${refused}`);
    assert.deepEqual(stage.hosts.asked, [`GET ${REGISTRY}/v2/${WEBSITE}/manifests/1`]);
  });

  it("fetches a blob from an allowed host that the registry sends to", async () => {
    answer = (request, response) => {
      if (request.headers.host === "blobs.example.com") response.end(config);
      else if (request.url?.includes("/blobs/") === true)
        response.writeHead(307, { location: "https://blobs.example.com/x?signature=y" }).end();
      else registry.answer(request, response);
    };
    assert.equal(await stage.ask("single"), `${single} linux/arm64`);
    assert.equal(stage.hosts.asked.at(-1), "GET blobs.example.com/x?signature=y");
  });

  it("ends by the signal", async () => {
    answer = () => undefined;
    assert.match(await stage.ask("1", { signal: AbortSignal.timeout(100) }), /^unreachable: /);
  });
});
