import assert from "node:assert/strict";
import { digest, fixture, readAs, withValue } from "./bodies.ts";
import { itKeepsTo, type DialectTable } from "./dialect-kit.ts";

const EVENT = {
  specversion: "1.0",
  id: "test-ecr-event-001",
  type: "com.amazon.ecr.image.push",
  source: "urn:aws:ecr:us-east-1:123456789012:repository/team/website",
  subject: "team/website:v7",
  time: "2026-11-27T10:00:00Z",
  datacontenttype: "application/json",
  data: { repositoryName: "team/website", imageDigest: digest("a"), imageTag: "v7", registryId: "123456789012" },
};
const at = (host: string): { readonly name: string } => ({ name: `${host}/team/website` });

const TABLE: DialectTable = {
  type: "ecr",
  body: EVENT,
  ...at("123456789012.dkr.ecr.us-east-1.amazonaws.com"),
  tag: "v7",
  more: { digest: digest("a"), pushedAt: "2026-11-27T10:00:00.000Z", delivery: EVENT.id },
  changes: [
    ["id", "2", { delivery: "2" }],
    ["time", "2027-01-01T00:00:00Z", { pushedAt: "2027-01-01T00:00:00.000Z" }],
    ["source", "arn:aws-cn:ecr:cn-north-1:123456789012", at("123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn")],
    ["source", "urn:aws:ecr:eu-west-1:", at("123456789012.dkr.ecr.eu-west-1.amazonaws.com")],
    ["data.registryId", "000000000001", at("000000000001.dkr.ecr.us-east-1.amazonaws.com")],
    ["data.registryId", undefined, {}],
    ["data.repositoryName", "thing", { name: "123456789012.dkr.ecr.us-east-1.amazonaws.com/thing" }],
    ["data.imageTag", "v8", { tag: "v8" }],
    ["data.imageDigest", digest("7"), { digest: digest("7") }],
    ["data.imageDigest", "sha256:abc", { digest: null }],
  ],
  ignored: [
    ["data.imageTag", null, "no tag"],
    ["data", "x", "no tag"],
    ["type", "com.amazon.ecr.image.delete", "type com.amazon.ecr.image.delete"],
  ],
  rejected: [
    ["source", ["x", "urn:aws:ecr", "urn:aws:ecr:evil.com/x#:123456789012", `urn:aws:ecr:${"a".repeat(1000)}:1`]],
    ["data.registryId", ["12345678901", "evil.com/#", "12345678901a"]],
    ["data.repositoryName", ["../..", `a@${digest("a")}`, "a:b", ""]],
    ["data.imageTag", ["a/b:c", ".v1"]],
  ],
  needed: ["source", "data.repositoryName"],
};

for (const type of ["ecr", "cloudevents"]) {
  describe(`readEcrCloudEvent(event) for ${type}`, () => {
    const body = withValue(EVENT, "specversion", undefined);
    itKeepsTo({ ...TABLE, type, body, wrap: (event) => ({ ...event, specversion: "1.0" }) });
  });
}

describe("readEcrCloudEvent(event)", () => {
  it("rejects an event whose account stands nowhere, and names its source", () => {
    const event = withValue(withValue(EVENT, "data.registryId", undefined), "source", "urn:aws:ecr:us-east-1:");
    const reading = readAs("ecr", event);
    assert.ok(reading.kind === "rejected" && reading.field === "source", JSON.stringify(reading));
  });

  for (const file of ["cloudevents.aws-ecr.json", "cloudevents.ecr-nested-repo.json"]) {
    it(`reads ${file} for ecr as for cloudevents`, () => {
      const reading = readAs("ecr", fixture(file));
      assert.equal(reading.kind, "push");
      assert.deepEqual(reading, readAs("cloudevents", fixture(file)));
    });
  }

  for (const type of ["harbor.artifact.pushed", "container.image.push"]) {
    it(`is not given one of type ${type} by a hook of ecr`, () => {
      assert.deepEqual(readAs("ecr", { ...EVENT, type }), { kind: "ignored", reason: `type ${type}` });
    });
  }
});
