import assert from "node:assert/strict";
import { anImage, digest, readAs, withValue, type Body } from "./bodies.ts";
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

const ID = "12345678-1234-1234-1234-123456789012";
const TIME = "2026-03-13T15:38:07.000Z";
const READ = ["specversion", "id", "type", "time"];

const PLAIN: Sample = {
  type: "cloudevents",
  body: {
    specversion: "1.0",
    id: ID,
    type: "container.image.push",
    source: "https://ci.example.com",
    subject: "acme/website:v7",
    time: TIME,
    data: { repository: "acme/website", tag: "v7", digest: digest("a"), registryUrl: "registry.example.com:5000" },
  },
  name: "registry.example.com:5000/acme/website",
  tag: "v7",
  more: { digest: digest("a"), pushedAt: TIME, delivery: ID },
};
const FROM_HOOK: Sample = {
  ...PLAIN,
  body: withValue(PLAIN.body, "data.registryUrl", undefined),
  beside: { host: "hook.example.com" },
  name: "hook.example.com/acme/website",
};
const ECR: Sample = {
  ...PLAIN,
  body: {
    ...PLAIN.body,
    type: "com.amazon.ecr.image.push",
    source: "urn:aws:ecr:us-east-1:123456789012:repository/acme/website",
    data: { repositoryName: "acme/website", imageTag: "v7", imageDigest: digest("a"), registryId: "123456789012" },
  },
  name: "123456789012.dkr.ecr.us-east-1.amazonaws.com/acme/website",
};

describe("readAnyCloudEvent(message) of a plain event", () => {
  itReadsItsRecordedBodies("cloudevents", 3);
  itBringsNoOtherImage(PLAIN);
  itPassesOverOthers(PLAIN, [...READ, "data.repository", "data.tag", "data.digest", "data.registryUrl"]);
  itFollowsChanges(PLAIN, [
    ["id", "other", { delivery: "other" }],
    ["id", undefined, { delivery: null }],
    ["time", "2027-01-01T00:00:00Z", { pushedAt: "2027-01-01T00:00:00.000Z" }],
    ["time", undefined, { pushedAt: null }],
    ["data.repository", "a/b/c", { name: "registry.example.com:5000/a/b/c" }],
    ["data.tag", "latest", { tag: "latest" }],
    ["data.digest", digest("7"), { digest: digest("7") }],
    ["data.digest", "sha256:fedcba", { digest: null }],
    ["data.registryUrl", "h.example.com", { name: "h.example.com/acme/website" }],
    ["data.registryUrl", "https://h.example.com:8443/", { name: "h.example.com:8443/acme/website" }],
    ["data.registryUrl", "HTTP://10.0.0.1:80", { name: "10.0.0.1:80/acme/website" }],
    ["data.registryUrl", "docker.io", { name: "docker.io/acme/website" }],
    ["type", "com.example.registry.image.pushed", {}],
    ["type", "com.example.artifact.published.v1", {}],
    ["type", "com.example.image_push.1.0.2", {}],
    ["type", "ImagePushed", {}],
    ["specversion", "1.1", {}],
  ]);
  itBringsNoOtherImage(FROM_HOOK);
  itFollowsChanges(FROM_HOOK, [
    ["data.registryUrl", "h.example.com", { name: "h.example.com/acme/website" }],
    ["data.registryUrl", null, {}],
    ["data.registryUrl", "", {}],
  ]);

  for (const type of [
    "com.amazon.ecr.image.delete",
    "com.amazon.ecr.scan",
    "container.image.pull",
    "container.image",
    "container.image.v1",
    "container.image.push.failed",
    "image.pusher",
    "git.push",
    "ping",
    "cr:Artifact:BuildCompleted",
  ])
    itIgnores(PLAIN, "type", [type], `type ${type}`);
  itIgnores(PLAIN, "type", ["x".repeat(10_000)], `type ${"x".repeat(60)}`);
  itIgnores(PLAIN, "data.tag", [undefined, null, ""], "no tag");
  itIgnores(PLAIN, "data.tag", [digest("a")], "pushed by digest, without a tag");

  itRejects(PLAIN, "type", [undefined, null, "", ...NO_TEXT]);
  itRejects(PLAIN, "specversion", [undefined, null, "", ...NO_TEXT]);
  itRejects(PLAIN, "data.repository", [undefined, null, "", ...NO_TEXT, ...NO_PATH]);
  itRejects(PLAIN, "data.tag", [...NO_TEXT, ...NO_TAG]);
  itRejects(PLAIN, "data.registryUrl", [undefined, null, "", ...NO_TEXT, ...NO_HOST, "ftp://x.com", "h.com//"]);

  for (const host of NO_HOST) {
    it(`names the hook's registry-host ${JSON.stringify(host.slice(0, 40))} as wrong`, () => {
      const reading = readAs("cloudevents", FROM_HOOK.body, { host });
      assert.ok(reading.kind === "rejected" && reading.field === "registry-host", JSON.stringify(reading));
    });
  }
});

describe("readAnyCloudEvent(message) of Amazon ECR's event", () => {
  itBringsNoOtherImage(ECR);
  const data = ["registryId", "repositoryName", "imageTag", "imageDigest"].map((name) => `data.${name}`);
  itPassesOverOthers(ECR, [...READ, ...data, "source"]);
  const nameIn = (host: string): Body => ({ name: `${host}/acme/website` });
  itFollowsChanges(ECR, [
    ["data.registryId", "987654321098", nameIn("987654321098.dkr.ecr.us-east-1.amazonaws.com")],
    ["data.registryId", undefined, {}],
    ["data.repositoryName", "other", { name: "123456789012.dkr.ecr.us-east-1.amazonaws.com/other" }],
    ["data.imageTag", "latest", { tag: "latest" }],
    ["data.imageDigest", digest("7"), { digest: digest("7") }],
    ["data.imageDigest", "sha256:abc", { digest: null }],
    ["source", "urn:aws:ecr:eu-west-1:123456789012", nameIn("123456789012.dkr.ecr.eu-west-1.amazonaws.com")],
    ["source", "arn:aws:ecr:us-west-2:1:repository/x", nameIn("123456789012.dkr.ecr.us-west-2.amazonaws.com")],
    [
      "source",
      "arn:aws-us-gov:ecr:us-gov-west-1:123456789012:repository/x",
      nameIn("123456789012.dkr.ecr.us-gov-west-1.amazonaws.com"),
    ],
    [
      "source",
      "arn:aws-cn:ecr:cn-northwest-1:123456789012:repository/x",
      nameIn("123456789012.dkr.ecr.cn-northwest-1.amazonaws.com.cn"),
    ],
  ]);
  const withoutId: Sample = { ...ECR, body: withValue(ECR.body, "data.registryId", undefined) };
  itFollowsChanges(withoutId, [
    [
      "source",
      "urn:aws:ecr:us-east-1:987654321098:repository/x",
      nameIn("987654321098.dkr.ecr.us-east-1.amazonaws.com"),
    ],
  ]);

  itIgnores(ECR, "data.imageTag", [undefined, null, ""], "no tag");
  itIgnores(ECR, "data.imageTag", [digest("a")], "pushed by digest, without a tag");
  itRejects(ECR, "data.imageTag", [...NO_TEXT, ...NO_TAG]);
  itRejects(ECR, "data.repositoryName", [undefined, null, "", ...NO_TEXT, ...NO_PATH]);
  itRejects(ECR, "data.registryId", [...NO_TEXT, "12345678901", "1234567890123", "12345678901x", "evil.com/", "☃"]);
  itRejects(ECR, "source", [
    undefined,
    null,
    "",
    ...NO_TEXT,
    "https://registry.example.com",
    "urn:aws:s3:us-east-1:123456789012:x",
    "urn:aws:ecr:us-east-1",
    "urn:aws:ecr::123456789012:repository/x",
    "urn:aws:ecr:evil.com/x#:123456789012:repository/x",
    "urn:aws:ecr:evil.com:123456789012:repository/x",
    "urn:aws:ecr:US-EAST-1:123456789012:repository/x",
    "urn:aws:ecr:us-east-1\n:123456789012:repository/x",
    "urn:aws:ecr:us-east-1.evil-1:123456789012:repository/x",
    "x".repeat(10_000),
  ]);
  itRejects(
    withoutId,
    "source",
    ["", "1", "evil.com/", "@evil"].map((id) => `urn:aws:ecr:us-east-1:${id}:repository/x`),
  );
});

describe("readAnyCloudEvent(message) of other registries' events", () => {
  const harbor: Body = {
    ...PLAIN.body,
    type: "harbor.artifact.pushed",
    data: { resources: [{ tag: "v7", digest: digest("a"), resource_url: `${PLAIN.name}:v7` }] },
  };
  const zot: Body = {
    ...PLAIN.body,
    type: "zotregistry.image.updated",
    data: { name: "acme/website", reference: "v7", digest: digest("a") },
  };

  it("reads Harbor's as Harbor's dialect does", () => {
    assert.deepEqual(readAs("cloudevents", harbor), expectedOf(PLAIN));
    assert.deepEqual(readAs("cloudevents", { ...harbor, type: "harbor.scan.failed" }), {
      kind: "ignored",
      reason: "type harbor.scan.failed",
    });
  });

  it("reads zot's as zot's dialect does", () => {
    assert.deepEqual(readAs("cloudevents", zot, FROM_HOOK.beside), expectedOf(FROM_HOOK));
  });

  it("reads each of a batch by its own type", () => {
    const batch = JSON.stringify([PLAIN.body, harbor, { ...PLAIN.body, type: "x" }, zot, ECR.body, 7]);
    for (const type of ["cloudevents", "auto"])
      assert.deepEqual(readAs(type, batch, FROM_HOOK.beside), {
        kind: "push",
        images: [PLAIN, PLAIN, FROM_HOOK, ECR].map(({ name, tag, more }) => anImage(name, tag, more)),
      });
  });

  it("rejects what is no CloudEvent", () => {
    assert.deepEqual(readAs("cloudevents", { data: PLAIN.body["data"] }), {
      kind: "rejected",
      field: "specversion",
      reason: "is missing: the request is no CloudEvent",
    });
  });

  it("is recognised by its content, also without a content type", () => {
    assert.deepEqual(readAs("auto", PLAIN.body), expectedOf(PLAIN));
    assert.deepEqual(readAs("auto", ECR.body), expectedOf(ECR));
  });
});
