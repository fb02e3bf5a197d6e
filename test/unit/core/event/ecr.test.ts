import assert from "node:assert/strict";
import { anImage, digest, readAs, withValue, type Body } from "./bodies.ts";
import { holdToFixtures, holdToTable, PLAIN, type DialectTable, type Envelope } from "./dialect-table.ts";

const EVENT_ID = "13cde686-328b-6117-af20-0e5566167482";
const MESSAGE_ID = "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324";

const BODY = {
  version: "0",
  id: EVENT_ID,
  "detail-type": "ECR Image Action",
  source: "aws.ecr",
  account: "123456789012",
  time: "2026-11-16T01:54:34Z",
  region: "us-west-2",
  resources: ["arn:aws:ecr:us-west-2:123456789012:repository/team/website"],
  detail: {
    result: "SUCCESS",
    "repository-name": "team/website",
    "image-digest": digest("a"),
    "action-type": "PUSH",
    "image-tag": "v7",
    "manifest-media-type": "application/vnd.oci.image.manifest.v1+json",
    "artifact-media-type": "application/vnd.oci.image.config.v1+json",
  },
};

const at = (host: string): Body => ({ name: `${host}/team/website` });

const TABLE: DialectTable = {
  type: "ecr",
  body: BODY,
  push: {
    name: "123456789012.dkr.ecr.us-west-2.amazonaws.com/team/website",
    tag: "v7",
    digest: digest("a"),
    pushedAt: "2026-11-16T01:54:34.000Z",
    delivery: EVENT_ID,
  },
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
      "artifact-media-type application/vnd.cncf.helm.config.v1+json",
    ],
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

const sns = (message: unknown): Body => ({
  Type: "Notification",
  MessageId: MESSAGE_ID,
  TopicArn: "arn:aws:sns:us-west-2:123456789012:pushes",
  Message: typeof message === "string" ? message : JSON.stringify(message),
  Timestamp: "2012-05-02T00:54:06.655Z",
  SignatureVersion: "2",
  Signature: "x",
  SigningCertURL: "https://sns.us-west-2.amazonaws.com/x.pem",
  UnsubscribeURL: "https://sns.us-west-2.amazonaws.com/?Action=Unsubscribe",
});

const fixed = { delivery: MESSAGE_ID };
const ENVELOPES: readonly Envelope[] = [
  PLAIN,
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
  holdToFixtures("aws-ecr", ["aws-ecr", "ecr", "auto"]);
});

for (const envelope of ENVELOPES) {
  describe(`readEcr(message) of ${envelope.when}`, () => {
    holdToTable(TABLE, envelope);
  });
}

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
        anImage(TABLE.push.name, "v7", { ...rest, delivery: EVENT_ID }),
        anImage(TABLE.push.name, "v8", { ...rest, delivery: "2" }),
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

describe("readEcr(message) of what SNS sends", () => {
  const cases = [
    ["SubscriptionConfirmation", "SNS wants its subscription confirmed, which this version does not do"],
    ["UnsubscribeConfirmation", "SNS has ended its subscription"],
  ] as const;
  for (const [type, reason] of cases) {
    it(`ignores a ${type} and says so`, () => {
      const body = {
        ...sns("You have chosen to subscribe to the topic."),
        Type: type,
        Token: "x",
        SubscribeURL: "https://sns.us-west-2.amazonaws.com/?Action=ConfirmSubscription",
      };
      for (const name of ["ecr", "auto"]) assert.deepEqual(readAs(name, body), { kind: "ignored", reason });
    });
  }

  for (const value of ["notification", "__proto__", 42, [], {}, true]) {
    it(`rejects a Type of ${JSON.stringify(value)} and names it`, () => {
      const reading = readAs("ecr", withValue(sns(BODY), "Type", value));
      assert.ok(reading.kind === "rejected" && reading.field === "Type", JSON.stringify(reading));
    });
  }

  const nested = (depth: number): string => `${"[".repeat(depth)}${"]".repeat(depth)}`;
  const messages = ["", " ", "hello", "42", "null", '"{}"', "{", "{} {}", nested(201), nested(100_000)];
  for (const message of messages) {
    it(`rejects a Message of ${message.slice(0, 10)} and ${String(message.length)} letters and names it`, () => {
      const reading = readAs("ecr", sns(message));
      assert.ok(reading.kind === "rejected" && reading.field === "Message", JSON.stringify(reading));
      assert.ok(reading.reason.startsWith("is ") && reading.reason.length < 150, reading.reason);
    });
  }

  it("rejects a Message that is no text and names it", () => {
    for (const message of [undefined, null, 42, {}, [], BODY]) {
      const reading = readAs("ecr", withValue(sns(BODY), "Message", message));
      assert.deepEqual(reading, { kind: "rejected", field: "Message", reason: "is empty" });
    }
  });

  it("unpacks no message in a message", () => {
    const reading = readAs("ecr", sns(sns(BODY)));
    assert.ok(reading.kind === "rejected" && reading.field === "Message.detail-type", JSON.stringify(reading));
  });

  it("takes the event's id where the message has none", () => {
    const reading = readAs("ecr", withValue(sns(BODY), "MessageId", undefined));
    assert.deepEqual(reading, readAs("ecr", BODY));
  });

  for (const [path, value] of [
    ["TopicArn", "arn:aws:sns:evil"],
    ["Timestamp", "x"],
    ["Signature", undefined],
    ["SigningCertURL", "https://evil.com"],
    ["Subject", "x"],
  ] as const) {
    it(`does not let ${path} change what is read`, () => {
      assert.deepEqual(readAs("ecr", withValue(sns(BODY), path, value)), readAs("ecr", sns(BODY)));
    });
  }
});
