import assert from "node:assert/strict";
import { anImage, digest, readAs, withValue, type Body } from "./bodies.ts";
import { BODY, EVENT_ID, MESSAGE_ID, sns } from "./ecr-bodies.ts";
import { itKeepsTo, itReadsItsRecordedBodies, type DialectTable, type Envelope } from "./dialect-kit.ts";

const at = (host: string): Body => ({ name: `${host}/team/website` });

const TABLE: DialectTable = {
  type: "ecr",
  body: BODY,
  name: "123456789012.dkr.ecr.us-west-2.amazonaws.com/team/website",
  tag: "v7",
  more: { digest: digest("a"), pushedAt: "2026-11-16T01:54:34.000Z", delivery: EVENT_ID },
  changes: [
    ["id", "another", { delivery: "another" }],
    ["id", "", { delivery: null }],
    ["time", "2027-01-01T00:00:00Z", { pushedAt: "2027-01-01T00:00:00.000Z" }],
    ["time", "yesterday", { pushedAt: null }],
    ["account", "000000000001", at("000000000001.dkr.ecr.us-west-2.amazonaws.com")],
    ["region", "eu-central-1", at("123456789012.dkr.ecr.eu-central-1.amazonaws.com")],
    ["region", "us-gov-west-1", at("123456789012.dkr.ecr.us-gov-west-1.amazonaws.com")],
    ["region", "cn-northwest-1", at("123456789012.dkr.ecr.cn-northwest-1.amazonaws.com.cn")],
    ["region", "eusc-de-east-1", at("123456789012.dkr.ecr.eusc-de-east-1.amazonaws.eu")],
    ["region", "us-iso-east-1", at("123456789012.dkr.ecr.us-iso-east-1.c2s.ic.gov")],
    ["region", "us-isob-east-1", at("123456789012.dkr.ecr.us-isob-east-1.sc2s.sgov.gov")],
    ["region", "us-isof-south-1", at("123456789012.dkr.ecr.us-isof-south-1.csp.hci.ic.gov")],
    ["region", "eu-isoe-west-1", at("123456789012.dkr.ecr.eu-isoe-west-1.cloud.adc-e.uk")],
    ["detail.repository-name", "x", { name: "123456789012.dkr.ecr.us-west-2.amazonaws.com/x" }],
    ["detail.image-digest", digest("7"), { digest: digest("7") }],
    ["detail.image-digest", "sha256:7f5b2640fe6f", { digest: null }],
    ["detail.image-tag", "2026.11", { tag: "2026.11" }],
    ["detail.artifact-media-type", "application/vnd.docker.container.image.v1+json", {}],
    ["detail.manifest-media-type", "application/vnd.docker.distribution.manifest.list.v2+json", {}],
    ["detail.manifest-media-type", undefined, {}],
    ["detail.artifact-media-type", "", {}],
    ["detail.artifact-media-type", undefined, {}],
  ],
  ignored: [
    ["detail-type", "ECR Image Scan", "detail-type ECR Image Scan"],
    ["detail-type", "ECR Replication Action", "detail-type ECR Replication Action"],
    ["detail-type", "x".repeat(1000), `detail-type ${"x".repeat(60)}`],
    ["source", "aws.ecr-public", "source aws.ecr-public"],
    ["source", "evil\r\n\u2028", "source evil???"],
    ["detail.action-type", "DELETE", "action-type DELETE"],
    ["detail.action-type", "push", "action-type push"],
    ["detail.result", "FAILURE", "result FAILURE"],
    ["detail.image-tag", "", "no tag"],
    ["detail.image-tag", null, "no tag"],
    ["detail.image-tag", undefined, "no tag"],
    ["detail.image-tag", digest("a"), "pushed by digest, without a tag"],
    [
      "detail.artifact-media-type",
      "application/vnd.cncf.helm.config.v1+json",
      "artifact type application/vnd.cncf.helm.config.v1+json",
    ],
    ["detail.manifest-media-type", "application/vnd.acme.v1+json", "media type application/vnd.acme.v1+json"],
  ],
  rejected: [
    ["account", ["12345678901", "1234567890123", "12345678901a", "12345678901\n", "evil.com/#", "١٢٣٤٥٦٧٨٩٠١٢"]],
    [
      "region",
      [
        "evil.com/x#",
        "us-west-2.evil.com",
        "us-west-2/x",
        "us-west",
        "US-WEST-2",
        "us_west_2",
        "us-west-2\n",
        "-west-2",
        "us--west-2",
        "us-west-200",
        "a".repeat(1000),
        "[::1]",
      ],
    ],
    ["detail.repository-name", ["../../evil", "a/../b", `website@${digest("a")}`, "website:v1", "a b", "/a", "☃"]],
    ["detail.image-tag", [`v1@${digest("a")}`, "a/b:c", ".v1", "v1\n", "x".repeat(129)]],
  ],
  needed: [
    "detail-type",
    "source",
    "detail.action-type",
    "detail.result",
    "account",
    "region",
    "detail.repository-name",
  ],
};

const fixed = { delivery: MESSAGE_ID };
const ENVELOPES: readonly (Envelope & { readonly when: string })[] = [
  { when: "a body" },
  { when: "an array of events", wrap: (body) => JSON.stringify([body]), at: "root.0." },
  {
    when: "a message of SNS",
    wrap: sns,
    at: "Message.",
    fixed,
    beside: { headers: { "x-amz-sns-message-type": "Notification", "Content-Type": "text/plain; charset=UTF-8" } },
  },
  { when: "an array in a message of SNS", wrap: (body) => sns([body]), at: "Message.root.0.", fixed },
  {
    when: "a message that SNS delivers raw",
    wrap: (body) => body,
    at: "",
    beside: { headers: { "x-amz-sns-message-type": "Notification", "x-amz-sns-rawdelivery": "true" } },
  },
];

describe("readEcr(message) of Amazon's own bodies", () => {
  itReadsItsRecordedBodies("aws-ecr", 5, ["ecr"]);
});

for (const envelope of ENVELOPES) {
  describe(`readEcr(message) of ${envelope.when}`, () => {
    itKeepsTo({ ...TABLE, ...envelope });
  });
}

describe("readEcr(message) of an index", () => {
  it("passes over the kind of its configuration, since it has none", () => {
    const index = "application/vnd.oci.image.index.v1+json";
    const body = withValue(BODY, "detail.manifest-media-type", index);
    assert.deepEqual(readAs("ecr", withValue(body, "detail.artifact-media-type", index)), readAs("ecr", BODY));
  });
});

describe("readEcr(message) of several events", () => {
  it("reads each push, and passes over the others", () => {
    const events = [
      withValue(BODY, "detail.action-type", "DELETE"),
      BODY,
      {},
      withValue(withValue(BODY, "detail.image-tag", "v8"), "id", "2"),
    ];
    const rest = { digest: digest("a"), pushedAt: "2026-11-16T01:54:34.000Z" };
    assert.deepEqual(readAs("auto", JSON.stringify(events)), {
      kind: "push",
      images: [
        anImage(TABLE.name, "v7", { ...rest, delivery: EVENT_ID }),
        anImage(TABLE.name, "v8", { ...rest, delivery: "2" }),
      ],
    });
  });

  it("ignores an empty array", () => {
    assert.deepEqual(readAs("ecr", "[]"), { kind: "ignored", reason: "no events" });
  });

  for (const event of [42, null, "x", [], {}]) {
    it(`rejects the event ${JSON.stringify(event)} and names what it lacks`, () => {
      const reading = readAs("ecr", JSON.stringify([event]));
      assert.ok(reading.kind === "rejected" && reading.field === "root.0.detail-type", JSON.stringify(reading));
    });
  }
});
