import assert from "node:assert/strict";
import type { RequestListener } from "node:http";
import { digest } from "../support/builders.ts";
import { OCI_INDEX, playRegistry, sha256, type PlayedRegistry } from "../support/played-registry.ts";
import { queryOf, REGISTRY, startRegistryStage, type RegistryStage } from "./registry-kit.ts";

const WEBSITE = "shop/website";
const TYPE = "application/vnd.dev.sigstore.bundle.v0.3+json";
const image = digest("b");

describe("createRegistries(parts): the bundles of an image", () => {
  let stage: RegistryStage;
  let registry: PlayedRegistry;
  let answer: RequestListener | null = null;
  before(async () => {
    stage = await startRegistryStage((request, response) => {
      (answer ?? registry.answer)(request, response);
    });
  });
  beforeEach(() => {
    registry = playRegistry();
    answer = null;
    stage.hosts.asked.length = 0;
  });
  after(() => stage.close());

  /** Attaches bytes as a bundle, and gives the line of the list of referrers. */
  const attach = (bytes: Buffer, layerType = TYPE): object => {
    const layer = registry.put(`${WEBSITE}/blobs/${sha256(bytes)}`, bytes);
    const manifest = Buffer.from(JSON.stringify({ layers: [{ mediaType: layerType, digest: layer }] }));
    return { artifactType: TYPE, digest: registry.put(`${WEBSITE}/manifests/${sha256(manifest)}`, manifest) };
  };
  const listed = (place: "referrers" | "tag", manifests: unknown): void => {
    const path = place === "referrers" ? `referrers/${image}` : `manifests/${image.replace(":", "-")}`;
    registry.put(`${WEBSITE}/${path}`, { manifests }, OCI_INDEX);
  };
  const read = async (): Promise<readonly string[] | string> => {
    const bundles = await stage.registries.bundles({ digest: image }, queryOf("1"));
    return bundles.kind === "ok" ? bundles.value.map(String) : `${bundles.error.kind}: ${bundles.error.message}`;
  };

  it("are read by the API of referrers", async () => {
    listed("referrers", [
      attach(Buffer.from("one")),
      { artifactType: "application/spdx+json", digest: digest("e") },
      attach(Buffer.from("two")),
      { artifactType: TYPE, digest: "../.." },
    ]);
    assert.deepEqual(await read(), ["one", "two"]);
    const [first] = stage.hosts.asked;
    assert.equal(first, `GET ${REGISTRY}/v2/${WEBSITE}/referrers/${image}?artifactType=${encodeURIComponent(TYPE)}`);
  });

  it("are read from the tag where a registry has no such API", async () => {
    listed("tag", [attach(Buffer.from("one"))]);
    assert.deepEqual(await read(), ["one"]);
  });

  it("are none where nothing is attached", async () => {
    assert.deepEqual(await read(), []);
    listed("referrers", []);
    assert.deepEqual(await read(), []);
  });

  it("are none of an artifact that holds something else", async () => {
    listed("referrers", [attach(Buffer.from("one"), "text/plain")]);
    assert.deepEqual(await read(), []);
  });

  it("are no more than twenty", async () => {
    const one = attach(Buffer.from("one"));
    listed(
      "referrers",
      Array.from({ length: 100 }, () => one),
    );
    assert.equal((await read()).length, 20);
  });

  it("are not believed to be what they are not", async () => {
    const bytes = Buffer.from("forged");
    registry.put(`${WEBSITE}/blobs/${digest("c")}`, bytes);
    const manifest = Buffer.from(JSON.stringify({ layers: [{ mediaType: TYPE, digest: digest("c") }] }));
    const of = registry.put(`${WEBSITE}/manifests/${sha256(manifest)}`, manifest);
    listed("referrers", [{ artifactType: TYPE, digest: of }]);
    assert.match(String(await read()), /^unreadable: a signature of .* bytes of another digest$/);
    registry.put(`${WEBSITE}/manifests/${of}`, { layers: [] });
    assert.match(String(await read()), /^unreadable: a signature of .* bytes of another digest$/);
  });

  it("cannot be read while the registry is away, or says what is no list", async () => {
    answer = (_request, response) => response.writeHead(503).end();
    assert.match(String(await read()), /^unreachable: the list of the signatures of /);
    answer = (_request, response) => response.end("<html>");
    assert.match(String(await read()), /^unreadable: the list of the signatures of .* is malformed$/);
  });
});
