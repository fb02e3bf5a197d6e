import assert from "node:assert/strict";
import { digest, pushed, readAs, withValue, type Body } from "./bodies.ts";
import { itKeepsTo, itReadsItsRecordedBodies, titleOf } from "./dialect-kit.ts";
import { NO_PATH, NO_TAG } from "./hostile-values.ts";

const HOST = "container.example.com:8083";
const DELIVERY = "bd9e6aef-0e27-4570-980d-f639c49ab5ed";
const EVENT = { "X-Nexus-Webhook-Id": "rm:repository:component" };
const BODY = {
  timestamp: "2026-03-13T15:38:07.219+0000",
  nodeId: "8C4F3E91-CD46AFE0-61B8403D-94526884-19AC4E06",
  initiator: "admin/127.0.0.1",
  repositoryName: "docker-hosted",
  action: "CREATED",
  component: {
    id: "c770169c0b2e3ed8357368b43d4da3d8",
    componentId: "YXBwMTpjNzcwMTY5YzBiMmUzZWQ4MzU3MzY4YjQzZDRkYTNkOA",
    format: "docker",
    group: "",
    name: "acme/website",
    version: "v7",
  },
} satisfies Body;
const NAME = `${HOST}/acme/website`;
const TIME = { pushedAt: "2026-03-13T15:38:07.219Z" };

describe("readNexus(message)", () => {
  itReadsItsRecordedBodies("nexus", 1);

  itKeepsTo({
    type: "nexus",
    body: BODY,
    beside: { host: HOST, headers: { ...EVENT, "X-Nexus-Webhook-Delivery": DELIVERY } },
    name: NAME,
    tag: "v7",
    more: { delivery: DELIVERY, ...TIME },
    changes: [
      ["action", "UPDATED", {}],
      ["component.name", "alpine", { name: `${HOST}/alpine` }],
      ["component.name", "Acme/a/b", { name: `${HOST}/Acme/a/b` }],
      ["component.version", "3.4", { tag: "3.4" }],
      ["timestamp", "2026-03-13T23:38:07.5+0800", { pushedAt: "2026-03-13T15:38:07.500Z" }],
      ...[undefined, null, 7, "", "2026-03-13", "2026-13-13T00:00:00Z"].map(
        (value) => ["timestamp", value, { pushedAt: null }] as const,
      ),
    ],
    ignored: [
      ["action", "DELETED", "action DELETED"],
      ["action", "PURGED", "action PURGED"],
      ["action", "x".repeat(500), `action ${"x".repeat(60)}`],
      ...["npm", "maven2", "helm", "raw"].map((format) => ["component.format", format, `format ${format}`] as const),
      ["component.version", digest("a"), "pushed by digest, without a tag"],
    ],
    rejected: [
      ["component.name", ["", ...NO_PATH]],
      ["component.version", ["", ...NO_TAG]],
    ],
    needed: ["action", "component.format", "component.name", "component.version"],
  });

  it("rejects a push where the hook names no host, and says what to set", () => {
    assert.deepEqual(readAs("nexus", BODY, { headers: EVENT }), {
      kind: "rejected",
      field: "registry-host",
      reason: "is missing: Nexus names no host, so the hook has to",
    });
  });

  for (const host of ["container", "https://container.example.com", "a b", "../.."])
    it(`rejects the hook's host ${host}`, () => {
      const reading = readAs("nexus", BODY, { host });
      assert.ok(reading.kind === "rejected" && reading.field === "registry-host", JSON.stringify(reading));
    });

  for (const path of ["action", "component.format"])
    it(`passes over another ${path} before it asks for a host`, () => {
      assert.equal(readAs("nexus", withValue(BODY, path, "other")).kind, "ignored");
    });

  for (const event of ["rm:repository:asset", "rm:repository", "global:audit", "iq:policyManagement", "x".repeat(500)])
    it(`ignores the event ${event.slice(0, 30)} whatever the body is`, () => {
      for (const body of [BODY, {}])
        assert.deepEqual(readAs("auto", body, { host: HOST, headers: { "x-nexus-webhook-id": event } }), {
          kind: "ignored",
          reason: `event ${event.slice(0, 60)}`,
        });
    });

  it("tells a component's and an asset's event by the body where the header is missing", () => {
    assert.deepEqual(readAs("auto", BODY, { host: HOST }), pushed(NAME, "v7", TIME));
    const { component, ...rest } = BODY;
    assert.deepEqual(readAs("auto", { ...rest, asset: component }, { host: HOST }), {
      kind: "ignored",
      reason: "event rm:repository:asset",
    });
  });

  for (const value of [undefined, null, 7, "x", []])
    it(`rejects a component of ${titleOf(value)}`, () => {
      const reading = readAs("nexus", withValue(BODY, "component", value), { host: HOST });
      assert.ok(reading.kind === "rejected" && reading.field === "component.format", JSON.stringify(reading));
    });

  for (const delivery of ["", "a b", "x".repeat(129), "☃"])
    it(`knows no delivery where the header is ${titleOf(delivery)}`, () => {
      const headers = { ...EVENT, "x-nexus-webhook-delivery": delivery };
      assert.deepEqual(readAs("nexus", BODY, { host: HOST, headers }), pushed(NAME, "v7", TIME));
    });
});
