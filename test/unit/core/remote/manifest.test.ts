import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { parseDigest } from "../../../../src/core/image/reference.ts";
import { digestOf, readManifest, readPlatform } from "../../../../src/core/remote/manifest.ts";

const OCI_INDEX = "application/vnd.oci.image.index.v1+json";
const OCI_IMAGE = "application/vnd.oci.image.manifest.v1+json";
const DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json";
const DOCKER_IMAGE = "application/vnd.docker.distribution.manifest.v2+json";
const CONFIG = `sha256:${"a".repeat(64)}`;

const bytesOf = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

describe("digestOf(bytes, like)", () => {
  const bytes = Buffer.from("an image");
  const hex = (algorithm: string): string => createHash(algorithm).update(bytes).digest("hex");

  it("is sha256 unless another digest is of another algorithm", () => {
    assert.equal(digestOf(bytes), `sha256:${hex("sha256")}`);
    assert.equal(digestOf(bytes, parseDigest(CONFIG)), `sha256:${hex("sha256")}`);
    assert.equal(digestOf(bytes, parseDigest(`sha512:${"0".repeat(128)}`)), `sha512:${hex("sha512")}`);
  });
});

describe("readManifest(contentType, bytes)", () => {
  const amd = { os: "linux", architecture: "amd64" };
  const arm = { os: "linux", architecture: "arm64", variant: "v8" };
  const attestation = { os: "unknown", architecture: "unknown" };
  const index = { manifests: [{ platform: amd }, { platform: arm }, { platform: attestation }, {}] };

  for (const type of [OCI_INDEX, DOCKER_LIST, `${OCI_INDEX}; charset=utf-8`, OCI_INDEX.toUpperCase()]) {
    it(`reads the platforms of an index sent as ${type}, without its attestations`, () => {
      const read = readManifest(type, bytesOf(index));
      assert.ok(read.kind === "ok");
      assert.deepEqual(read.value.content, {
        kind: "index",
        platforms: [amd, { os: "linux", architecture: "arm64" }],
      });
    });
  }

  for (const type of [OCI_IMAGE, DOCKER_IMAGE]) {
    it(`reads where the configuration of a single image is, sent as ${type}`, () => {
      const read = readManifest(type, bytesOf({ config: { digest: CONFIG } }));
      assert.deepEqual(read, { kind: "ok", value: { mediaType: type, content: { kind: "image", config: CONFIG } } });
    });
  }

  it("goes by the type that the manifest names where it was sent as none of an image", () => {
    const read = readManifest("application/json", bytesOf({ mediaType: OCI_INDEX, manifests: [] }));
    assert.deepEqual(read, { kind: "ok", value: { mediaType: OCI_INDEX, content: { kind: "index", platforms: [] } } });
  });

  const malformed: readonly (readonly [name: string, type: string, value: unknown, why: string])[] = [
    ["an index without a list", OCI_INDEX, {}, "its index is malformed"],
    ["an index of texts", OCI_INDEX, { manifests: ["x"] }, "its index is malformed"],
    ["a platform that is a text", OCI_INDEX, { manifests: [{ platform: "linux" }] }, "its index is malformed"],
    [
      "a platform without a name",
      OCI_INDEX,
      { manifests: [{ platform: { os: "", architecture: "a" } }] },
      "its index is malformed",
    ],
    [
      "an index of very many",
      OCI_INDEX,
      { manifests: Array.from({ length: 1_001 }, () => ({})) },
      "its index is malformed",
    ],
    ["an image without a configuration", OCI_IMAGE, { layers: [] }, "its manifest is malformed"],
    ["a configuration that is no digest", OCI_IMAGE, { config: { digest: "../.." } }, "its manifest is malformed"],
    ["null", DOCKER_IMAGE, null, "its manifest is malformed"],
    ["a page", "text/html", {}, "its manifest is of a type that no image has"],
    [
      "a type of another kind",
      "",
      { mediaType: "application/vnd.cncf.helm.config.v1+json" },
      "its manifest is of a type that no image has",
    ],
    ["no JSON object", "", [], "its manifest is of a type that no image has"],
  ];
  for (const [name, type, value, why] of malformed) {
    it(`refuses ${name}`, () => {
      assert.deepEqual(readManifest(type, bytesOf(value)), { kind: "error", error: why });
    });
  }

  it("refuses bytes that are no JSON", () => {
    assert.equal(readManifest(OCI_IMAGE, Buffer.from("{")).kind, "error");
    assert.equal(readManifest(OCI_INDEX, Buffer.from("[".repeat(100_000))).kind, "error");
  });
});

describe("readPlatform(bytes)", () => {
  it("reads what an image was built for", () => {
    const read = readPlatform(bytesOf({ os: "linux", architecture: "amd64", config: {} }));
    assert.deepEqual(read, { kind: "ok", value: { os: "linux", architecture: "amd64" } });
  });

  it("finds none in the configuration of what is no image", () => {
    for (const value of [{}, null, { os: "linux" }, { os: 1, architecture: 2 }])
      assert.deepEqual(readPlatform(bytesOf(value)), { kind: "error", error: "its configuration names no platform" });
  });
});
