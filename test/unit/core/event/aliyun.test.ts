import assert from "node:assert/strict";
import { anImage, BODIES, digest, pushed, readAs, type Body } from "./bodies.ts";
import { itKeepsTo, itReadsItsRecordedBodies, type DialectTable, type Envelope } from "./dialect-kit.ts";

const DATA = {
  InstanceName: "acme-prod",
  RepoNamespaceName: "team",
  InstanceId: "cri-4jga79lyszik",
  RepoName: "website",
  RegionId: "cn-hangzhou",
  Tag: "v7",
  RepoId: "crr-8441203b7uzi",
};
const HOST = "acme-prod-registry.cn-hangzhou.cr.aliyuncs.com";
const INSTANCE = "acme-registry.cn-shanghai.cr.aliyuncs.com";
const EVENT_ID = "45ef4de1-7c35-447a-bd93-fab000000000";

const TABLE: DialectTable = {
  type: "aliyun",
  body: DATA,
  name: `${HOST}/team/website`,
  tag: "v7",
  more: { delivery: EVENT_ID, pushedAt: "2026-11-19T13:04:41.000Z" },
  changes: [
    ["InstanceName", "other1", { name: "other1-registry.cn-hangzhou.cr.aliyuncs.com/team/website" }],
    ["RegionId", "eu-central-1", { name: "acme-prod-registry.eu-central-1.cr.aliyuncs.com/team/website" }],
    ["RepoNamespaceName", "other", { name: `${HOST}/other/website` }],
    ["RepoName", "thing", { name: `${HOST}/team/thing` }],
    ["RepoName", "Thing", { name: `${HOST}/team/Thing` }],
    ["Tag", "2026.11", { tag: "2026.11" }],
  ],
  ignored: [
    ["Tag", "", "no tag"],
    ["Tag", null, "no tag"],
    ["Tag", undefined, "no tag"],
    ["Tag", digest("a"), "pushed by digest, without a tag"],
  ],
  rejected: [
    ["InstanceName", ["evil.com/x#", "evil.com", "-a", "a-", "A", "a_b", "a b", "a\n", "☃", "a".repeat(51)]],
    ["RegionId", ["evil.com/x#", "cn-hangzhou.evil", "CN-Hangzhou", "-cn", "cn-", "cn\n", "a".repeat(41)]],
    ["RepoNamespaceName", ["../..", "..", "a:b", `a@${digest("a")}`, "a b", "a/", "☃"]],
    ["RepoName", ["..", "../../x", `a@${digest("a")}`, "a:latest", "a/", "a".repeat(300)]],
    ["Tag", [`v1@${digest("a")}`, "a/b:c", ".v1", "v1\n"]],
  ],
  needed: ["InstanceName", "RegionId", "RepoNamespaceName", "RepoName"],
};

const cloudEvent = (data: unknown, more: Body = {}): Body => ({
  id: EVENT_ID,
  source: "acs.cr",
  specversion: "1.0",
  subject: "acs.cr:cn-hangzhou:123456789098:215672",
  time: "2026-11-19T21:04:41+08:00",
  type: "cr:Artifact:PushCompleted",
  aliyunaccountid: "123456789098",
  aliyunregionid: "cn-beijing",
  data,
  ...more,
});

const ENVELOPES: readonly (Envelope & { readonly when: string })[] = [
  { when: "a CloudEvent", wrap: (data) => cloudEvent(data), at: "data." },
  { when: "a batch of CloudEvents", wrap: (data) => JSON.stringify([cloudEvent(data)]), at: "root.0.data." },
  {
    when: "a CloudEvent in headers",
    wrap: (data) => data,
    at: "",
    beside: {
      headers: {
        "ce-specversion": "1.0",
        "ce-type": "cr:Artifact:PushCompleted",
        "ce-source": "acs.cr",
        "ce-id": EVENT_ID,
        "ce-time": "2026-11-19T21:04:41+08:00",
      },
    },
  },
];

describe("readAliyun(message) of Aliyun's own bodies", () => {
  itReadsItsRecordedBodies("aliyun-acr", 1, ["aliyun", "acr"]);
});

for (const envelope of ENVELOPES) {
  describe(`readAliyun(message) of ${envelope.when}`, () => {
    itKeepsTo({ ...TABLE, ...envelope });
  });
}

describe("readAliyun(message) of an event of Aliyun's EventBridge", () => {
  const types = [
    "cr:Artifact:BuildCompleted",
    "cr:Artifact:ScanCompleted",
    "cr:Artifact:SynchronizationCompleted",
    "cr:ActionTrail:ApiCall",
  ];
  for (const type of types) {
    it(`ignores one of type ${type}`, () => {
      for (const name of ["aliyun", "acr", "auto"])
        assert.deepEqual(readAs(name, cloudEvent(DATA, { type })), { kind: "ignored", reason: `type ${type}` });
    });
  }

  for (const name of ["acr", "cloudevents"]) {
    it(`takes ${name} for Aliyun's`, () => {
      assert.deepEqual(readAs(name, cloudEvent(DATA)), readAs("aliyun", cloudEvent(DATA)));
    });
  }

  it("ignores one of another source", () => {
    const reading = readAs("aliyun", cloudEvent(DATA, { source: "acs.oss" }));
    assert.deepEqual(reading, { kind: "ignored", reason: "source acs.oss" });
  });

  it("rejects one without a source and names it", () => {
    const reading = readAs("aliyun", cloudEvent(DATA, { source: 42 }));
    assert.ok(reading.kind === "rejected" && reading.field === "source", JSON.stringify(reading));
  });

  it("reads id and time of the event", () => {
    const reading = readAs("aliyun", cloudEvent(DATA, { id: "2", time: "2027-01-01T00:00:00Z" }));
    const more = { delivery: "2", pushedAt: "2027-01-01T00:00:00.000Z" };
    assert.deepEqual(reading, pushed(TABLE.name, "v7", more));
  });

  it("reads each event of a batch", () => {
    const events = [cloudEvent(DATA), cloudEvent({ ...DATA, Tag: "v8" }, { id: "2" })];
    const { pushedAt } = TABLE.more;
    assert.deepEqual(readAs("auto", JSON.stringify(events)), {
      kind: "push",
      images: [
        anImage(TABLE.name, "v7", { pushedAt, delivery: EVENT_ID }),
        anImage(TABLE.name, "v8", { pushedAt, delivery: "2" }),
      ],
    });
  });

  const host = "crpi-1a2b.cn-hangzhou.personal.cr.aliyuncs.com";
  it("takes the hook's host where it names no instance", () => {
    const body = cloudEvent({ ...DATA, InstanceName: undefined });
    const { delivery, pushedAt } = TABLE.more;
    const expected = pushed(`${host}/team/website`, "v7", { delivery, pushedAt });
    assert.deepEqual(readAs("aliyun", body, { host }), expected);
  });

  it("keeps to the instance's host where it names one", () => {
    assert.deepEqual(readAs("aliyun", cloudEvent(DATA), { host }), readAs("aliyun", cloudEvent(DATA)));
  });
});

describe("readAliyun(message) of a trigger of a hook that names the host", () => {
  it("takes that host and no other", () => {
    const reading = readAs("aliyun", BODIES.aliyun, { host: INSTANCE });
    const more = { digest: digest("a"), pushedAt: "2026-03-13T15:38:07.000Z" };
    assert.deepEqual(reading, pushed(`${INSTANCE}/acme/website`, "v7", more));
  });

  it("rejects a host that is none and names it", () => {
    const reading = readAs("aliyun", BODIES.aliyun, { host: "evil.com/x" });
    assert.ok(reading.kind === "rejected" && reading.field === "registry-host", JSON.stringify(reading));
  });
});
