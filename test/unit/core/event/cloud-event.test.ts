import { textAt } from "../../../../src/core/hook/payload-at.ts";
import assert from "node:assert/strict";
import { cloudEventsOf, ownerOf, readCloudEvents, type CloudEvent } from "../../../../src/core/event/cloud-event.ts";
import { detect } from "../../../../src/core/event/detect.ts";
import { ignored, rejected } from "../../../../src/core/event/push-event.ts";
import { messageOf, type Beside, type Body } from "./bodies.ts";

const EVENT: Body = {
  specversion: "1.0",
  type: "image.push",
  source: "urn:x:y",
  id: "1",
  time: "2026-03-13T15:38:07Z",
  data: { tag: "v7" },
};
const BINARY = {
  "Ce-Specversion": "1.0",
  "Ce-Type": "image.pull",
  "Ce-Source": "urn:x:z",
  "Ce-Id": "2",
  "Ce-Time": "2027-01-01T00:00:00Z",
};

/** What an event says, and how its fields are called. */
const said = ({ type, source, id, time, data, dataField, attributeField }: CloudEvent): unknown => ({
  attributes: [type, source, id, time],
  tag: textAt(data, "tag"),
  fields: [dataField("tag"), attributeField("type")],
});

const saidBy = (body: string | Body, beside?: Beside): unknown =>
  cloudEventsOf(messageOf(body, beside))?.map((event) => (event.kind === "ok" ? said(event.value) : event.error)) ??
  null;

const structured = (at = ""): unknown => ({
  attributes: ["image.push", "urn:x:y", "1", "2026-03-13T15:38:07.000Z"],
  tag: "v7",
  fields: [`${at}data.tag`, `${at}type`],
});
const binary = {
  attributes: ["image.pull", "urn:x:z", "2", "2027-01-01T00:00:00.000Z"],
  tag: "v8",
  fields: ["tag", "ce-type"],
};
const missing = (field: string): unknown => rejected(field, "is missing: it is no CloudEvent");
const typed = (type: string): Beside => ({ headers: { "Content-Type": type } });
const BATCH = "application/cloudevents-batch+json";

describe("cloudEventsOf(message)", () => {
  const cases: readonly { when: string; body: string | Body; beside?: Beside; expected: unknown }[] = [
    { when: "one in the body", body: EVENT, expected: [structured()] },
    {
      when: "one in the body, with its content type",
      body: EVENT,
      beside: typed("application/cloudevents+json"),
      expected: [structured()],
    },
    {
      when: "one in the body, its content type in capitals",
      body: EVENT,
      beside: typed("Application/CloudEvents+JSON; charset=utf-8"),
      expected: [structured()],
    },
    {
      when: "a batch",
      body: JSON.stringify([EVENT, EVENT]),
      beside: typed(BATCH),
      expected: [structured("root.0."), structured("root.1.")],
    },
    { when: "a batch without its content type", body: JSON.stringify([EVENT]), expected: [structured("root.0.")] },
    {
      when: "a batch of which one is none",
      body: JSON.stringify([7, EVENT, {}]),
      expected: [missing("root.0.specversion"), structured("root.1."), missing("root.2.specversion")],
    },
    { when: "an empty batch", body: "[]", beside: typed(BATCH), expected: [] },
    { when: "one in headers", body: { tag: "v8" }, beside: { headers: BINARY }, expected: [binary] },
    {
      when: "one in headers around another",
      body: { ...EVENT, tag: "v8" },
      beside: { headers: BINARY },
      expected: [binary],
    },
    {
      when: "one in the body that says so, beside headers",
      body: EVENT,
      beside: { headers: { ...BINARY, "Content-Type": "application/cloudevents+json" } },
      expected: [structured()],
    },
    { when: "none", body: { tag: "v7" }, expected: null },
    { when: "an array of none", body: JSON.stringify([{ eventType: "x" }]), expected: null },
    { when: "an empty array", body: "[]", expected: null },
    { when: "headers without a version", body: { tag: "v7" }, beside: { headers: { "Ce-Type": "x" } }, expected: null },
    { when: "a version that is no text", body: { ...EVENT, specversion: 1 }, expected: null },
    {
      when: "a content type and no event",
      body: { tag: "v7" },
      beside: typed("application/cloudevents+json"),
      expected: [missing("specversion")],
    },
    {
      when: "one without a type",
      body: { ...EVENT, type: undefined },
      expected: [rejected("type", "is missing or no text")],
    },
    {
      when: "one in headers without a type",
      body: {},
      beside: { headers: { "Ce-Specversion": "1.0" } },
      expected: [rejected("ce-type", "is missing or no text")],
    },
  ];
  for (const { when, body, beside, expected } of cases) {
    it(`reads ${when}`, () => {
      assert.deepEqual(saidBy(body, beside), expected);
    });
  }

  const attributes = [
    {
      when: "a source that is no text",
      change: { source: 7 },
      expected: ["image.push", "", "1", "2026-03-13T15:38:07.000Z"],
    },
    { when: "no id", change: { id: undefined }, expected: ["image.push", "urn:x:y", "", "2026-03-13T15:38:07.000Z"] },
    { when: "a time that is none", change: { time: "now" }, expected: ["image.push", "urn:x:y", "1", null] },
  ];
  for (const { when, change, expected } of attributes) {
    it(`reads ${when}`, () => {
      assert.deepEqual(saidBy({ ...EVENT, ...change }), [{ ...(structured() as Body), attributes: expected }]);
    });
  }

  const encoded = [
    ["a%20b%E2%98%83", "a b☃"],
    ["100%", "100%"],
    ["%zz", "%zz"],
  ] as const;
  for (const [header, expected] of encoded) {
    it(`decodes the header ${header}`, () => {
      const headers = { ...BINARY, "Ce-Id": header };
      const [, source, , time] = binary.attributes;
      assert.deepEqual(saidBy({ tag: "v8" }, { headers }), [
        { ...binary, attributes: ["image.pull", source, expected, time] },
      ]);
    });
  }

  const base64 = Buffer.from('{"tag":"v9"}').toString("base64");
  const data = [
    { change: { data: '{"tag":"v9"}' }, tag: "v9" },
    { change: { data: undefined, data_base64: base64 }, tag: "v9" },
    { change: { data: { tag: "v8" }, data_base64: base64 }, tag: "v8" },
    { change: { data: undefined }, tag: "" },
    { change: { data: ["v8"] }, tag: "" },
    { change: { data: "tag" }, tag: "" },
    { change: { data: "[".repeat(10_000) }, tag: "" },
    { change: { data: undefined, data_base64: "☃" }, tag: "" },
    { change: { data: undefined, data_base64: 7 }, tag: "" },
  ];
  for (const { change, tag } of data) {
    it(`reads the tag ${JSON.stringify(tag)} out of ${JSON.stringify(change).slice(0, 80)}`, () => {
      assert.deepEqual(saidBy({ ...EVENT, ...change }), [{ ...(structured() as Body), tag }]);
    });
  }
});

describe("readCloudEvents(message, read)", () => {
  const read = (event: CloudEvent): ReturnType<typeof ignored> => ignored(event.id);

  it("is null for what is no CloudEvent", () => {
    assert.equal(readCloudEvents(messageOf({}), read), null);
  });

  it("reads the events one by one, and the first rejection counts where there is no push", () => {
    assert.deepEqual(readCloudEvents(messageOf(EVENT), read), ignored("1"));
    assert.deepEqual(readCloudEvents(messageOf(JSON.stringify([EVENT, 7])), read), missing("root.1.specversion"));
  });

  it("ignores an empty batch", () => {
    assert.deepEqual(readCloudEvents(messageOf("[]", typed(BATCH)), read), ignored("no events"));
  });
});

describe("ownerOf(type)", () => {
  const cases = [
    ["zotregistry.image.updated", "zot"],
    ["harbor.artifact.pushed", "harbor"],
    ["Microsoft.ContainerRegistry.ImagePushed", "azure"],
    ["cr:Artifact:PushCompleted", "aliyun"],
    ["com.amazon.ecr.image.push", "cloudevents"],
    ["container.image.push", "cloudevents"],
    ["x.harbor.artifact.pushed", "cloudevents"],
  ] as const;
  for (const [type, owner] of cases) {
    it(`is ${owner} for ${type}, and the request is recognised so in every mode`, () => {
      assert.equal(ownerOf(type), owner);
      const event = { ...EVENT, type };
      assert.deepEqual(detect(messageOf(event)), [owner]);
      assert.deepEqual(detect(messageOf(JSON.stringify([event, event]))), [owner]);
      assert.deepEqual(detect(messageOf({}, { headers: { ...BINARY, "Ce-Type": type } })), [owner]);
    });
  }

  it("takes a batch of several registries, or of none, for nobody's own", () => {
    const mixed = ["harbor.artifact.pushed", "zotregistry.image.updated"].map((type) => ({ ...EVENT, type }));
    assert.deepEqual(detect(messageOf(JSON.stringify(mixed))), ["cloudevents"]);
    assert.deepEqual(detect(messageOf("[]", typed(BATCH))), ["cloudevents"]);
    assert.deepEqual(detect(messageOf({ ...EVENT, type: 7 })), ["cloudevents"]);
  });
});
