import assert from "node:assert/strict";
import { digest, readAs, type Body } from "./bodies.ts";
import {
  expectedOf,
  itBringsNoOtherImage,
  itFollowsChanges,
  itIgnores,
  itPassesOverOthers,
  itReadsItsRecordedBodies,
  itRejects,
  type Sample,
} from "./dialect-kit.ts";
import { NO_HOST, NO_PATH, NO_TAG, NO_TEXT } from "./hostile-values.ts";

const ID = "a1b2c3d4-0000-4000-8000-000000000001";
const OCI = "application/vnd.oci.image.manifest.v1+json";
const INDEX = "application/vnd.oci.image.index.v1+json";
const HELM = "application/vnd.cncf.helm.config.v1+json";
const HOST = "zot.example.com:5000";

const attributes = {
  specversion: "1.0",
  type: "zotregistry.image.updated",
  source: "zotregistry.dev",
  id: ID,
  time: "2026-03-13T15:38:07Z",
};
const HEADERS = Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`Ce-${name}`, value]));

const BINARY: Sample = {
  type: "zot",
  body: {
    name: "acme/website",
    reference: "v7",
    digest: digest("a"),
    mediaType: OCI,
    actor: { name: "ci" },
    request: { addr: "10.0.0.5:51234", method: "PUT", useragent: "crane" },
  },
  beside: { headers: HEADERS, host: HOST },
  name: `${HOST}/acme/website`,
  tag: "v7",
  more: { digest: digest("a"), pushedAt: "2026-03-13T15:38:07.000Z", delivery: ID },
};
const STRUCTURED: Sample = {
  ...BINARY,
  body: { ...attributes, datacontenttype: "application/json", data: BINARY.body },
  beside: { headers: { "Content-Type": "application/cloudevents+json; charset=utf-8" }, host: HOST },
};
const READ = ["name", "reference", "digest", "mediaType"];

describe("readZot(message)", () => {
  itReadsItsRecordedBodies("zot", 1);

  for (const [sample, at] of [
    [BINARY, ""],
    [STRUCTURED, "data."],
  ] as const) {
    itBringsNoOtherImage(sample);
    itPassesOverOthers(sample, [...READ.map((path) => at + path), "specversion", "type", "id", "time"]);
    itFollowsChanges(sample, [
      [`${at}name`, "a/b/c", { name: `${HOST}/a/b/c` }],
      [`${at}reference`, "latest", { tag: "latest" }],
      [`${at}digest`, digest("7"), { digest: digest("7") }],
      [`${at}digest`, "sha256:abc", { digest: null }],
      [`${at}mediaType`, undefined, {}],
      [`${at}mediaType`, INDEX, {}],
      [`${at}mediaType`, "application/vnd.docker.distribution.manifest.list.v2+json", {}],
      [`${at}manifest`, "no JSON", {}],
      [`${at}manifest`, { artifactType: HELM }, {}],
      [`${at}manifest`, JSON.stringify({ config: { mediaType: "application/vnd.oci.image.config.v1+json" } }), {}],
      [`${at}manifest`, JSON.stringify({ artifactType: 7, config: { mediaType: {} } }), {}],
    ]);
    itIgnores(sample, `${at}reference`, [undefined, null, ""], "no tag");
    itIgnores(sample, `${at}reference`, [digest("a"), `sha512:${"a".repeat(128)}`], "pushed by digest, without a tag");
    itIgnores(sample, `${at}mediaType`, ["application/vnd.x+json"], "media type application/vnd.x+json");
    itIgnores(
      sample,
      `${at}manifest`,
      [JSON.stringify({ config: { mediaType: HELM } }), JSON.stringify({ artifactType: HELM })],
      `artifact type ${HELM}`,
    );
    itRejects(sample, `${at}name`, [undefined, null, "", ...NO_TEXT, ...NO_PATH]);
    itRejects(sample, `${at}reference`, [...NO_TEXT, ...NO_TAG]);
    itRejects(sample, `${at}mediaType`, NO_TEXT);
  }
  itRejects(STRUCTURED, "type", [undefined, null, "", ...NO_TEXT]);
  itRejects(STRUCTURED, "specversion", [undefined, null, "", ...NO_TEXT]);
  itIgnores(STRUCTURED, "data", ["x", 7, [], {}, undefined], "no tag");

  for (const type of [
    "zotregistry.image.deleted",
    "zotregistry.image.lint_failed",
    "zotregistry.image.scanned",
    "zotregistry.repository.created",
    "harbor.artifact.pushed",
  ]) {
    itIgnores(STRUCTURED, "type", [type], `type ${type}`);

    it(`ignores ${type} in a header`, () => {
      const beside = { headers: { ...HEADERS, "Ce-type": type }, host: HOST };
      assert.deepEqual(readAs("zot", BINARY.body, beside), { kind: "ignored", reason: `type ${type}` });
    });
  }

  for (const host of ["", ...NO_HOST]) {
    it(`rejects it where the hook's registry-host is ${JSON.stringify(host.slice(0, 40))}`, () => {
      const reading = readAs("zot", BINARY.body, { headers: HEADERS, host });
      assert.ok(reading.kind === "rejected" && reading.field === "registry-host", JSON.stringify(reading));
    });
  }

  it("ignores a push by digest also where the hook names no registry-host", () => {
    const body: Body = { ...BINARY.body, reference: digest("a") };
    assert.equal(readAs("zot", body, { headers: HEADERS }).kind, "ignored");
  });

  it("rejects what is no CloudEvent", () => {
    assert.deepEqual(readAs("zot", BINARY.body, { host: HOST }), {
      kind: "rejected",
      field: "ce-specversion",
      reason: "is missing: zot sends CloudEvents, with headers such as ce-type",
    });
  });

  it("is recognised in both modes", () => {
    for (const { body, beside } of [BINARY, STRUCTURED])
      assert.deepEqual(readAs("auto", body, beside), expectedOf(BINARY));
  });
});
