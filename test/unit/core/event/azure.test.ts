import assert from "node:assert/strict";
import { anImage, digest, pushed, readAs, withValue, type Body } from "./bodies.ts";
import { itKeepsTo, itReadsItsRecordedBodies, type DialectTable, type Envelope } from "./dialect-kit.ts";

const IDS = { event: "831e1650-001e-001b-66ab-eeb76e069631", webhook: "cb8c3971-9adc-488b-bdd8-43cbb4974ff5" };
const MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";

const BODY = {
  id: IDS.webhook,
  timestamp: "2026-11-17T16:52:01.343145347Z",
  action: "push",
  target: { mediaType: MANIFEST, size: 524, digest: digest("a"), length: 524, repository: "team/website", tag: "v7" },
  request: { id: "3cbb6949", host: "acme.azurecr.io", method: "PUT", useragent: "docker/29.0" },
};

const TABLE: DialectTable = {
  type: "azure",
  body: BODY,
  name: "acme.azurecr.io/team/website",
  tag: "v7",
  more: { digest: digest("a"), pushedAt: "2026-11-17T16:52:01.343Z", delivery: IDS.webhook },
  changes: [
    ["id", "another", { delivery: "another" }],
    ["id", "two words", { delivery: null }],
    ["timestamp", "2019-03-12T22:16:31.0087496+00:00", { pushedAt: "2019-03-12T22:16:31.008Z" }],
    ["target.repository", "website", { name: "acme.azurecr.io/website" }],
    ["target.repository", "Team/Website", { name: "acme.azurecr.io/Team/Website" }],
    ["target.tag", "2026.11", { tag: "2026.11" }],
    ["target.digest", digest("7"), { digest: digest("7") }],
    ["target.digest", `sha256:xxxx${"a".repeat(60)}`, { digest: null }],
    ["target.mediaType", "application/vnd.oci.image.manifest.v1+json", {}],
    ["target.mediaType", "application/vnd.oci.image.index.v1+json", {}],
    ["target.mediaType", "application/vnd.docker.distribution.manifest.list.v2+json", {}],
    ["target.mediaType", "", {}],
    ["request.host", "Other-1a2b.azurecr.cn", { name: "other-1a2b.azurecr.cn/team/website" }],
  ],
  ignored: [
    ...["delete", "ping", "quarantine", "chart_push", "chart_delete", "PUSH"].map(
      (action) => ["action", action, `action ${action}`] as const,
    ),
    ["target.tag", "", "no tag"],
    ["target.tag", null, "no tag"],
    ["target.tag", undefined, "no tag"],
    ["target", null, "no tag"],
    ["target.tag", digest("a"), "pushed by digest, without a tag"],
    ["target.mediaType", "application/vnd.acr.helm.chart", "media type application/vnd.acr.helm.chart"],
    [
      "target.mediaType",
      "application/vnd.oci.artifact.manifest.v1+json",
      "media type application/vnd.oci.artifact.manifest.v1+json",
    ],
  ],
  rejected: [
    ["target.tag", [`v1@${digest("a")}`, "a/b:c", ".v1", "v1\n"]],
    ["target.repository", ["../../evil", `website@${digest("a")}`, "website:v1", "http://evil/x", "a b", "☃"]],
    ["request.host", ["evil.com/x#", "evil.com/", "user@evil.com", "azurecr", "a b.io", "☃.io", "evil.com:x"]],
  ],
  needed: ["action", "target.repository", "request.host"],
};

const native = (data: unknown, eventType = "Microsoft.ContainerRegistry.ImagePushed"): Body => ({
  id: IDS.event,
  topic: "/subscriptions/x/providers/Microsoft.ContainerRegistry/registries/acme",
  subject: "website:v7",
  eventType,
  eventTime: "2026-11-17T16:52:02.6549614Z",
  data,
  dataVersion: "1.0",
  metadataVersion: "1",
});
const cloudEvent = (data: unknown, type = "Microsoft.ContainerRegistry.ImagePushed"): Body => ({
  id: IDS.event,
  source: "/subscriptions/x/providers/Microsoft.ContainerRegistry/registries/acme",
  subject: "website:v7",
  type,
  time: "2026-11-17T16:52:02.6549614Z",
  data,
  specversion: "1.0",
});

const fixed = { delivery: IDS.event };
const ENVELOPES: readonly (Envelope & { readonly when: string })[] = [
  { when: "a body" },
  {
    when: "Event Grid's own schema",
    wrap: (body) => JSON.stringify([native(body)]),
    at: "root.0.data.",
    fixed,
    beside: { headers: { "aeg-event-type": "Notification" } },
  },
  { when: "Event Grid's own schema, not in an array", wrap: (body) => native(body), at: "data.", fixed },
  {
    when: "a CloudEvent",
    wrap: (body) => cloudEvent(body),
    at: "data.",
    fixed,
    beside: { headers: { "Content-Type": "application/cloudevents+json; charset=utf-8" } },
  },
  { when: "a batch of CloudEvents", wrap: (body) => JSON.stringify([cloudEvent(body)]), at: "root.0.data.", fixed },
];

describe("readAzure(message) of Azure's own bodies", () => {
  itReadsItsRecordedBodies("azure-acr", 4, ["azure", "acr"]);
});

for (const envelope of ENVELOPES) {
  describe(`readAzure(message) of ${envelope.when}`, () => {
    itKeepsTo({ ...TABLE, ...envelope });
  });
}

describe("readAzure(message) of a request", () => {
  const nameless = withValue(BODY, "request", undefined);

  it("takes the hook's registry where the body names none", () => {
    const reading = readAs("azure", nameless, { host: "acme.azurecr.io" });
    assert.deepEqual(reading, readAs("azure", BODY));
  });

  it("keeps to the body's host where it names one", () => {
    assert.deepEqual(readAs("azure", BODY, { host: "other.azurecr.io" }), readAs("azure", BODY));
  });

  it("rejects the hook's registry by its own name", () => {
    const reading = readAs("azure", nameless, { host: "acme.azurecr.io/x" });
    assert.ok(reading.kind === "rejected" && reading.field === "registry-host", JSON.stringify(reading));
  });

  it("rejects a host of another kind, though the hook names one", () => {
    const reading = readAs("azure", withValue(BODY, "request.host", 42), { host: "acme.azurecr.io" });
    assert.ok(reading.kind === "rejected" && reading.field === "request.host", JSON.stringify(reading));
  });
});

describe("readAzure(message) of events of Event Grid", () => {
  it("reads each event of an array, and passes over what is no push", () => {
    const events = [
      native(BODY),
      native(BODY, "Microsoft.ContainerRegistry.ImageDeleted"),
      native(withValue(BODY, "target.tag", "v8")),
    ];
    const rest = { digest: digest("a"), pushedAt: "2026-11-17T16:52:01.343Z", ...fixed };
    assert.deepEqual(readAs("auto", JSON.stringify(events)), {
      kind: "push",
      images: [anImage(TABLE.name, "v7", rest), anImage(TABLE.name, "v8", rest)],
    });
  });

  for (const event of [native, cloudEvent]) {
    it(`takes id and time of the data where the ${event.name} has none`, () => {
      const { delivery, pushedAt } = { delivery: IDS.webhook, pushedAt: "2026-11-17T16:52:01.343Z" };
      const bare = { ...event(BODY), id: undefined, time: undefined, eventTime: undefined };
      const expected = pushed(TABLE.name, "v7", { digest: digest("a"), pushedAt, delivery });
      assert.deepEqual(readAs("azure", JSON.stringify([bare])), expected);
    });

    it(`takes the ${event.name}'s time where the data has none`, () => {
      const body = event(withValue(BODY, "timestamp", undefined));
      const more = { digest: digest("a"), pushedAt: "2026-11-17T16:52:02.654Z", ...fixed };
      assert.deepEqual(readAs("azure", JSON.stringify([body])), pushed(TABLE.name, "v7", more));
    });

    const others = [
      "Microsoft.ContainerRegistry.ImageDeleted",
      "Microsoft.ContainerRegistry.ChartPushed",
      "Microsoft.ContainerRegistry.ChartDeleted",
      "Microsoft.EventGrid.SubscriptionDeletedEvent",
    ];
    for (const type of others) {
      it(`ignores a ${event.name} of type ${type}`, () => {
        for (const name of ["azure", "acr", "auto"]) {
          assert.deepEqual(readAs(name, JSON.stringify([event(BODY, type)])), {
            kind: "ignored",
            reason: `type ${type}`,
          });
        }
      });
    }

    it(`ignores the handshake of a ${event.name} and says so`, () => {
      const body = [event({ validationCode: "x" }, "Microsoft.EventGrid.SubscriptionValidationEvent")];
      for (const name of ["azure", "acr", "auto"]) {
        const reading = readAs(name, JSON.stringify(body));
        assert.ok(reading.kind === "ignored" && reading.reason.includes("validation"), JSON.stringify(reading));
      }
    });
  }

  it("reads a CloudEvent for cloudevents too", () => {
    assert.deepEqual(readAs("cloudevents", cloudEvent(BODY)), readAs("azure", cloudEvent(BODY)));
  });

  it("ignores an empty array", () => {
    assert.deepEqual(readAs("azure", "[]"), { kind: "ignored", reason: "no events" });
  });

  for (const event of [{}, { eventType: 42 }, 42, null, "x", [], native(BODY, "")]) {
    it(`rejects the event ${JSON.stringify(event).slice(0, 30)} without a type and names it`, () => {
      const reading = readAs("azure", JSON.stringify([event]));
      assert.ok(reading.kind === "rejected" && reading.field === "root.0.eventType", JSON.stringify(reading));
    });
  }

  for (const data of [42, null, "x", [], {}]) {
    it(`rejects an event with the data ${JSON.stringify(data)} and names the field`, () => {
      const reading = readAs("azure", JSON.stringify([native(data)]));
      assert.ok(reading.kind === "rejected" && reading.field === "root.0.data.action", JSON.stringify(reading));
    });
  }
});

describe("readAzure(message) of a chart's event, which has no request", () => {
  const chart = {
    id: "6356e9e0",
    timestamp: "2026-03-05T23:45:31.2614267Z",
    action: "chart_push",
    target: { mediaType: "application/vnd.acr.helm.chart", size: 2, repository: "repo", tag: "wordpress-5.4.0.tgz" },
  };
  for (const name of ["azure", "acr", "auto"]) {
    it(`ignores it for ${name}`, () => {
      assert.deepEqual(readAs(name, chart), { kind: "ignored", reason: "action chart_push" });
    });
  }
});
