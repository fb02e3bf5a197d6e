import assert from "node:assert/strict";
import { digest, readAs, type Body } from "./bodies.ts";
import {
  expectedOf,
  itBringsNoOtherImage,
  itFollowsChanges,
  itIgnores,
  itPassesOverOthers,
  itRejects,
  type Sample,
} from "./dialect-kit.ts";
import { NO_PATH, NO_TAG, NO_TEXT } from "./hostile-values.ts";

const NAME = "harbor.example.com/acme/website";
const ID = "66e18103-09c1-41f6-982f-37df223f3eeb";

const data: Body = {
  resources: [{ digest: digest("a"), tag: "v7", resource_url: `${NAME}:v7` }],
  repository: { name: "website", namespace: "acme", repo_full_name: "acme/website", repo_type: "private" },
};
const attributes: Body = {
  specversion: "1.0",
  id: ID,
  source: "/projects/2/webhook/policies/15",
  type: "harbor.artifact.pushed",
  time: "2026-03-13T15:38:07Z",
};

const STRUCTURED: Sample = {
  type: "harbor",
  body: { ...attributes, requestid: "1", datacontenttype: "application/json", data, operator: "admin" },
  beside: { headers: { "Content-Type": "application/cloudevents+json" } },
  name: NAME,
  tag: "v7",
  more: { digest: digest("a"), pushedAt: "2026-03-13T15:38:07.000Z", delivery: ID },
};
const HEADERS = Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`Ce-${name}`, String(value)]));
const BINARY: Sample = { ...STRUCTURED, body: data, beside: { headers: HEADERS } };
const AT = "data.resources.0";

describe("readHarbor(message) of the format CloudEvents", () => {
  itBringsNoOtherImage(STRUCTURED);
  itPassesOverOthers(STRUCTURED, [
    "specversion",
    "id",
    "type",
    "time",
    `${AT}.digest`,
    `${AT}.tag`,
    `${AT}.resource_url`,
  ]);
  itFollowsChanges(STRUCTURED, [
    ["id", "other", { delivery: "other" }],
    ["time", "2023-04-03T06:04:46+08:00", { pushedAt: "2023-04-02T22:04:46.000Z" }],
    ["time", 7, { pushedAt: null }],
    [`${AT}.digest`, digest("7"), { digest: digest("7") }],
    [`${AT}.resource_url`, "https://h.example.com:443/x:8", { name: "h.example.com:443/x", tag: "8" }],
  ]);

  for (const type of [
    "harbor.artifact.deleted",
    "harbor.artifact.pulled",
    "harbor.quota.warned",
    "harbor.replication.status.changed",
    "harbor.scan.completed",
    "harbor.tag_retention.finished",
    "container.image.push",
  ])
    itIgnores(STRUCTURED, "type", [type], `type ${type}`);
  itIgnores(STRUCTURED, "data.resources", [[]], "no resources");

  itRejects(STRUCTURED, "type", [undefined, null, "", ...NO_TEXT]);
  itRejects(STRUCTURED, "data", [undefined, null, 7, [], "x", {}], "data.resources");
  itRejects(STRUCTURED, `${AT}.tag`, [...NO_TEXT, ...NO_TAG]);
  itRejects(STRUCTURED, `${AT}.resource_url`, [undefined, ...NO_TEXT, "acme/website:v7", "h.example.com/../x:v7"]);
  itRejects(
    {
      ...STRUCTURED,
      body: { ...STRUCTURED.body, data: { ...data, resources: [{ tag: "v7" }] } },
      beside: { host: "h.com" },
    },
    "data.repository.repo_full_name",
    [undefined, ...NO_TEXT, ...NO_PATH],
  );
});

describe("readHarbor(message) of a CloudEvent whose attributes are headers", () => {
  itBringsNoOtherImage(BINARY);
  itFollowsChanges(BINARY, [["resources.0.resource_url", "h.example.com/x:8", { name: "h.example.com/x", tag: "8" }]]);
  itRejects(BINARY, "resources.0.tag", [...NO_TEXT, ...NO_TAG]);
  itRejects(BINARY, "resources", [undefined, null, 7]);

  it("takes the id and the time from the headers", () => {
    const headers = { ...HEADERS, "Ce-id": "other", "Ce-time": "2027-01-01T00:00:00Z" };
    const expected = expectedOf(BINARY, { delivery: "other", pushedAt: "2027-01-01T00:00:00.000Z" });
    assert.deepEqual(readAs("harbor", data, { headers }), expected);
  });

  it("ignores another type", () => {
    const headers = { ...HEADERS, "Ce-type": "harbor.scan.failed" };
    assert.deepEqual(readAs("harbor", data, { headers }), { kind: "ignored", reason: "type harbor.scan.failed" });
  });
});

describe("detect(message) of Harbor's CloudEvents", () => {
  for (const { body, beside } of [STRUCTURED, { ...STRUCTURED, beside: {} }, BINARY]) {
    it(`recognises it with the headers ${JSON.stringify(beside).slice(0, 70)}`, () => {
      assert.deepEqual(readAs("auto", body, beside), expectedOf(STRUCTURED));
    });
  }
});
