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

const MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";

const EVENT = {
  id: "01a201b6-be17-7ea7-b779-2686858e47d5",
  timestamp: "2026-03-13T15:38:07.159961351Z",
  action: "push",
  target: {
    mediaType: MANIFEST,
    digest: digest("a"),
    size: 423,
    length: 423,
    repository: "acme/website",
    url: "https://other.example.com/v2/acme/website/manifests/sha256:aa",
    tag: "v7",
  },
  request: { id: "01", addr: "10.0.0.5:43068", host: "registry.example.com:5000", method: "PUT", useragent: "crane" },
  actor: { name: "ci" },
  source: { addr: "vm:5055", instanceID: "01a201b6-b69a" },
};

const SAMPLE: Sample = {
  type: "distribution",
  body: { events: [EVENT] },
  name: "registry.example.com:5000/acme/website",
  tag: "v7",
  more: { digest: digest("a"), pushedAt: "2026-03-13T15:38:07.159Z", delivery: EVENT.id },
};

const envelope = (...changes: readonly Body[]): Body => ({
  events: changes.map((change) =>
    Object.entries(change).reduce<Body>((event, [path, value]) => withValue(event, path, value), EVENT),
  ),
});

describe("readDistribution(message)", () => {
  itReadsItsRecordedBodies("distribution", 7);
  itBringsNoOtherImage(SAMPLE, "other.example.com/acme/website:v7");

  itFollowsChanges(SAMPLE, [
    ["events.0.id", "another-id", { delivery: "another-id" }],
    ["events.0.timestamp", "2016-03-09T14:44:26.402973972-08:00", { pushedAt: "2016-03-09T22:44:26.402Z" }],
    ["events.0.target.digest", digest("7"), { digest: digest("7") }],
    ["events.0.target.repository", "a/b/c/d", { name: "registry.example.com:5000/a/b/c/d" }],
    ["events.0.target.repository", "website", { name: "registry.example.com:5000/website" }],
    ["events.0.target.tag", "2026.11.22", { tag: "2026.11.22" }],
    ["events.0.request.host", "127.0.0.1:5055", { name: "127.0.0.1:5055/acme/website" }],
    ["events.0.request.host", "[::1]:5055", { name: "[::1]:5055/acme/website" }],
    ["events.0.request.host", "Hub.Example.COM", { name: "hub.example.com/acme/website" }],
    ["events.0.request.host", undefined, { name: "other.example.com/acme/website" }],
    ["events.0.request.host", "", { name: "other.example.com/acme/website" }],
    ["events.0.request", null, { name: "other.example.com/acme/website" }],
    ["events.0.id", "not an id", { delivery: null }],
    ["events.0.id", 7, { delivery: null }],
    ["events.0.timestamp", "yesterday", { pushedAt: null }],
    ["events.0.timestamp", 1773416287, { pushedAt: null }],
    ["events.0.target.digest", "sha256:abc", { digest: null }],
    ["events.0.target.digest", digest("X"), { digest: null }],
    ["events.0.target.digest", [digest("b")], { digest: null }],
    ["events.0.target.mediaType", "application/vnd.docker.distribution.manifest.list.v2+json", {}],
    ["events.0.target.mediaType", "application/vnd.oci.image.manifest.v1+json", {}],
    ["events.0.target.mediaType", "application/vnd.oci.image.index.v1+json", {}],
    ["events.0.target.artifactType", "application/vnd.oci.image.config.v1+json", {}],
    ["events.0.target.artifactType", "", {}],
    ["events.0.target.references", [], {}],
    ["events.0.target.references", [{ mediaType: "application/vnd.docker.container.image.v1+json" }, {}], {}],
    ["events.0.target.references", [{ mediaType: "application/vnd.oci.image.config.v1+json" }], {}],
  ]);
  itPassesOverOthers(SAMPLE, [
    "events.0.id",
    "events.0.timestamp",
    "events.0.action",
    "events.0.target.mediaType",
    "events.0.target.digest",
    "events.0.target.repository",
    "events.0.target.tag",
    "events.0.request.host",
  ]);

  it("takes the manifests that an index names for no configuration", () => {
    const target = {
      "target.mediaType": "application/vnd.oci.image.index.v1+json",
      "target.references": [{ mediaType: "application/vnd.oci.image.manifest.v1+json" }],
    };
    assert.deepEqual(readAs("distribution", envelope(target)), expectedOf(SAMPLE));
  });

  for (const url of ["/v2/acme/website/manifests/v7", "", null, undefined, "registry.example.com/v2/", "urn:x"]) {
    const body = envelope({ "request.host": undefined, "target.url": url });

    it(`takes the hook's registry-host where no host is called and the URL is ${String(url)}`, () => {
      assert.deepEqual(
        readAs("distribution", body, { host: "hook.example.com" }),
        expectedOf(SAMPLE, { name: "hook.example.com/acme/website" }),
      );
    });

    it(`rejects an event without a host whose URL is ${String(url)}`, () => {
      assert.deepEqual(readAs("distribution", body), {
        kind: "rejected",
        field: "events.0.request.host",
        reason: "names no registry host: set the hook's registry-host",
      });
    });
  }

  it("does not take the hook's registry-host where the event names a host", () => {
    assert.deepEqual(readAs("distribution", SAMPLE.body, { host: "hook.example.com" }), expectedOf(SAMPLE));
  });

  it("names the hook's registry-host where that is no host", () => {
    const body = envelope({ "request.host": undefined, "target.url": undefined });
    const reading = readAs("distribution", body, { host: "evil.com/x" });
    assert.ok(reading.kind === "rejected" && reading.field === "registry-host", JSON.stringify(reading));
  });
});

describe("readDistribution(message) of what is no push of an image", () => {
  const tag = "events.0.target.tag";
  for (const action of ["pull", "delete", "mount", "rename", "PUSH", "pushed"])
    itIgnores(SAMPLE, "events.0.action", [action], `action ${action}`);
  itIgnores(SAMPLE, "events.0.action", ["\n☃".repeat(100)], `action ${"?".repeat(60)}`);
  itIgnores(SAMPLE, tag, [undefined, null, ""], "no tag");
  itIgnores(SAMPLE, tag, [digest("a"), "sha256:abc"], "pushed by digest, without a tag");
  itIgnores(SAMPLE, "events", [[]], "no events");

  for (const mediaType of [
    "application/octet-stream",
    "application/vnd.docker.container.image.rootfs.diff+x-gtar",
    "application/vnd.docker.image.rootfs.diff.tar.gzip",
    "application/vnd.docker.distribution.manifest.v1+prettyjws",
    "application/vnd.oci.image.config.v1+json",
  ])
    itIgnores(SAMPLE, "events.0.target.mediaType", [mediaType], `media type ${mediaType}`);

  for (const type of ["application/vnd.cncf.helm.config.v1+json", "application/vnd.buildkit.cacheconfig.v0"]) {
    itIgnores(SAMPLE, "events.0.target.artifactType", [type], `artifact type ${type}`);
    itIgnores(SAMPLE, "events.0.target.references", [[{ mediaType: type }]], `artifact type ${type}`);
  }
});

describe("readDistribution(message) of what is malformed", () => {
  itRejects(SAMPLE, "events", [undefined, null, {}, "events", 7]);
  itRejects(SAMPLE, "events.0", [null, 7, "push", []]);
  itRejects(SAMPLE, "events.0.action", [undefined, null, "", ...NO_TEXT]);
  itRejects(SAMPLE, "events.0.target.mediaType", [undefined, null, "", ...NO_TEXT]);
  itRejects(SAMPLE, "events.0.target", [undefined, null, 7, []], "events.0.target.mediaType");
  itRejects(SAMPLE, "events.0.target.repository", [undefined, null, "", ...NO_TEXT, ...NO_PATH]);
  itRejects(SAMPLE, "events.0.target.tag", [...NO_TEXT, ...NO_TAG]);
  itRejects(SAMPLE, "events.0.request.host", [...NO_TEXT, ...NO_HOST, "https://registry.example.com"]);

  for (const host of ["user:pass@evil.com", "evil", "", "evil.com:123456", "ev il.com"]) {
    it(`rejects the host ${JSON.stringify(host)} of a target's URL`, () => {
      const body = envelope({ "request.host": undefined, "target.url": `https://${host}/v2/` });
      const reading = readAs("distribution", body);
      assert.ok(reading.kind === "rejected" && reading.field === "events.0.target.url", JSON.stringify(reading));
    });
  }
});

describe("readDistribution(message) of several events", () => {
  const image = (tag: string, id: string): unknown => anImage(SAMPLE.name, tag, { ...SAMPLE.more, delivery: id });

  it("reads every push, whatever else there is", () => {
    const body = envelope(
      { action: "pull" },
      { "target.tag": "v8", id: "1" },
      { "target.repository": "../.." },
      { "target.tag": undefined },
      { "target.tag": "latest", id: "2" },
    );
    assert.deepEqual(readAs("distribution", body), { kind: "push", images: [image("v8", "1"), image("latest", "2")] });
  });

  it("rejects the malformed one where there is no push, and says which", () => {
    const body = envelope({ action: "pull" }, { "target.tag": undefined }, { "target.tag": "a/b" });
    const reading = readAs("distribution", body);
    assert.ok(reading.kind === "rejected" && reading.field === "events.2.target.tag", JSON.stringify(reading));
  });

  it("ignores them where none is a push", () => {
    const body = envelope({ action: "mount" }, { action: "pull" });
    assert.deepEqual(readAs("distribution", body), { kind: "ignored", reason: "action mount" });
  });
});
