import assert from "node:assert/strict";
import { digest, fixture, pushed, readAs, withValue, type Body } from "./bodies.ts";
import { itKeepsTo, itReadsItsRecordedBodies, titleOf } from "./dialect-kit.ts";
import { NO_PATH, NO_TAG } from "./hostile-values.ts";

const HEADERS = { "X-GitHub-Event": "package", "X-GitHub-Delivery": "72d3162e-cc78-11e3-81ab-4c9367dc0958" };
const DELIVERY = HEADERS["X-GitHub-Delivery"];
const VERSION = "package.package_version";
const TAG = `${VERSION}.container_metadata.tag`;
const CONFIG = `${VERSION}.container_metadata.manifest.config.media_type`;

const BODY = {
  action: "published",
  package: {
    id: 10696,
    name: "website",
    namespace: "team",
    description: "",
    ecosystem: "CONTAINER",
    package_type: "CONTAINER",
    html_url: "https://github.com/orgs/acme/packages/container/website",
    updated_at: "2026-03-01T00:00:00Z",
    owner: { login: "Acme", id: 1, type: "Organization" },
    package_version: {
      id: 57755790,
      version: digest("a"),
      name: digest("b"),
      updated_at: "2026-03-13T15:38:07Z",
      created_at: "2026-03-12T00:00:00Z",
      container_metadata: {
        tag: { name: "v7", digest: digest("c") },
        manifest: {
          digest: digest("d"),
          config: { digest: digest("e"), media_type: "application/vnd.oci.image.config.v1+json" },
        },
      },
      package_url: "ghcr.io/acme/website:v7",
    },
    registry: { name: "GitHub CONTAINER registry", type: "CONTAINER", url: "https://CONTAINER.pkg.github.com/acme" },
  },
  organization: { login: "acme" },
  repository: { full_name: "acme/website" },
  sender: { login: "someone" },
} satisfies Body;

const NAME = "ghcr.io/acme/website";
const MORE = {
  digest: digest("c"),
  pushedAt: "2026-03-13T15:38:07.000Z",
  delivery: DELIVERY,
};

describe("readGhcr(message)", () => {
  itReadsItsRecordedBodies("ghcr", 8);

  itKeepsTo({
    type: "ghcr",
    body: BODY,
    beside: { headers: HEADERS },
    name: NAME,
    tag: "v7",
    more: { ...MORE },
    changes: [
      ["action", "updated", {}],
      ["action", "create", {}],
      ["package.package_type", "docker", {}],
      ["package.package_type", "npm", {}],
      ["package.ecosystem", "npm", {}],
      ["package.name", "Other_Thing", { name: "ghcr.io/acme/other_thing" }],
      ["package.name", "website/worker", { name: "ghcr.io/acme/website/worker" }],
      ["package.owner.login", "Others", { name: "ghcr.io/others/website" }],
      ["package.owner.login", undefined, { name: "ghcr.io/team/website" }],
      ["package.owner", null, { name: "ghcr.io/team/website" }],
      [`${TAG}.name`, "latest", { tag: "latest" }],
      [`${TAG}.digest`, digest("9"), { digest: digest("9") }],
      [`${TAG}.digest`, "sha256:6c62fb45fe66bfb1ea9a66abc38f6a0cc974292b", { digest: digest("b") }],
      [`${TAG}.digest`, undefined, { digest: digest("b") }],
      [`${VERSION}.updated_at`, "2026-11-22T10:00:00+08:00", { pushedAt: "2026-11-22T02:00:00.000Z" }],
      [`${VERSION}.updated_at`, "0001-01-01T00:00:00Z", { pushedAt: "2026-03-12T00:00:00.000Z" }],
      [`${VERSION}.updated_at`, 7, { pushedAt: "2026-03-12T00:00:00.000Z" }],
    ],
    ignored: [
      ["action", "deleted", "action deleted"],
      ["action", "x".repeat(500), `action ${"x".repeat(60)}`],
      [`${TAG}.name`, "", "no tag: a part of an image of several platforms, or untagged"],
      [`${TAG}.name`, digest("a"), "pushed by digest, without a tag"],
      [CONFIG, "application/vnd.cncf.helm.config.v1+json", "a Helm chart"],
    ],
    rejected: [
      ["package.name", ["", ...NO_PATH]],
      ["package.owner.login", NO_PATH],
      [`${TAG}.name`, NO_TAG],
    ],
    needed: ["action", "package.name"],
    texts: [`${TAG}.name`],
  });

  const headers = HEADERS;
  const read = (body: Body, host = ""): unknown => readAs("ghcr", body, { headers, host });

  for (const path of ["package", VERSION, `${VERSION}.container_metadata`, TAG])
    for (const value of [undefined, null, 7, "v7", [], {}])
      it(`reads no push out of ${path} of ${titleOf(value)}`, () => {
        assert.notEqual(readAs("ghcr", withValue(BODY, path, value), { headers }).kind, "push");
      });

  it("takes no tag from a version's name", () => {
    const body = withValue(withValue(BODY, `${VERSION}.container_metadata`, undefined), VERSION, { name: "v7" });
    const reading = readAs("ghcr", body, { headers });
    assert.ok(reading.kind === "rejected" && reading.field === `${TAG}.name`, JSON.stringify(reading));
  });

  for (const [type, ecosystem, field] of [
    [undefined, undefined, "package.package_type"],
    [7, null, "package.package_type"],
  ] as const)
    it(`rejects a package of type ${titleOf(type)} and ecosystem ${titleOf(ecosystem)}`, () => {
      const body = withValue(withValue(BODY, "package.package_type", type), "package.ecosystem", ecosystem);
      assert.deepEqual(read(body), { kind: "rejected", field, reason: "is missing, and ecosystem too" });
    });

  for (const [type, ecosystem, reason] of [
    ["npm", undefined, "package_type npm"],
    ["maven", "maven", "package_type maven"],
    ["", "nuget", "package_type nuget"],
    ["helm", "rubygems", "package_type helm"],
  ] as const)
    it(`ignores a package of type ${titleOf(type)} and ecosystem ${titleOf(ecosystem)}`, () => {
      const body = withValue(withValue(BODY, "package.package_type", type), "package.ecosystem", ecosystem);
      assert.deepEqual(read(body), { kind: "ignored", reason });
    });

  for (const path of ["package.owner.login", "package.namespace"])
    it(`rejects an owner that is no text at ${path}`, () => {
      const unowned = withValue(BODY, "package.owner", undefined);
      const reading = readAs("ghcr", withValue(unowned, path, ["acme"]), { headers });
      assert.ok(reading.kind === "rejected" && reading.field === path, JSON.stringify(reading));
    });

  it("rejects a package without an owner", () => {
    const body = withValue(withValue(BODY, "package.owner", undefined), "package.namespace", undefined);
    const reading = readAs("ghcr", body, { headers });
    assert.ok(reading.kind === "rejected" && reading.field === "package.owner.login", JSON.stringify(reading));
  });

  it("knows no digest where neither the tag nor the version's name has one", () => {
    const body = withValue(withValue(BODY, `${VERSION}.name`, "v7"), `${TAG}.digest`, "sha256:abc");
    assert.deepEqual(read(body), pushed(NAME, "v7", { ...MORE, digest: null }));
  });

  it("knows no time where GitHub gives the year 1", () => {
    const zero = "0001-01-01T00:00:00Z";
    const body = withValue(withValue(BODY, `${VERSION}.updated_at`, zero), `${VERSION}.created_at`, zero);
    assert.deepEqual(read(body), pushed(NAME, "v7", { ...MORE, pushedAt: null }));
  });

  it("reads registry_package as package", () => {
    const { package: content, ...rest } = BODY;
    const body = { ...rest, registry_package: content };
    assert.deepEqual(readAs("auto", body), pushed(NAME, "v7", { ...MORE, delivery: null }));
  });

  it("takes another host from the hook, as for GitHub Enterprise", () => {
    assert.deepEqual(read(BODY, "containers.example.com"), pushed("containers.example.com/acme/website", "v7", MORE));
    assert.deepEqual(read(BODY, "https://example.com"), {
      kind: "rejected",
      field: "registry-host",
      reason: '"https://example.com" is not a registry\'s host alone',
    });
  });

  for (const event of ["ping", "push", "workflow_run", "x".repeat(500)])
    it(`ignores the event ${event.slice(0, 20)} whatever the body is`, () => {
      const headers = { "x-github-event": event };
      for (const body of [BODY, {}, { zen: "x", hook: {} }]) {
        const reading = readAs("ghcr", body, { headers });
        assert.ok(reading.kind === "ignored" && reading.reason.startsWith(`event ${event.slice(0, 40)}`));
        assert.ok(reading.reason.length < 80);
      }
    });

  it("tells a ping by its body where the header is missing", () => {
    assert.deepEqual(readAs("auto", fixture("ghcr.ping.json")), { kind: "ignored", reason: "event ping" });
  });

  for (const [event, field] of [
    ["", "package"],
    ["package", "package"],
    ["registry_package", "registry_package"],
  ] as const)
    it(`rejects a body of event "${event}" that brings no package`, () => {
      const reading = readAs("ghcr", { action: "published", zen: "x" }, { headers: { "x-github-event": event } });
      assert.deepEqual(reading, { kind: "rejected", field, reason: "is missing" });
    });
});

describe("readGhcr(message) of the shape of 2019", () => {
  const ROOT = "registry_package";
  const old = {
    action: "published",
    registry_package: {
      name: "server",
      package_type: "CONTAINER",
      owner: { login: "Acme" },
      package_version: { version: "1.2.3", created_at: "2019-10-11T18:19:06Z" },
      registry: { url: "https://ghcr.io/Acme/WEBSITE" },
    },
  };
  const more = { pushedAt: "2019-10-11T18:19:06.000Z" };

  itKeepsTo({
    type: "ghcr",
    body: old,
    name: "ghcr.io/acme/website",
    tag: "1.2.3",
    more: { ...more },
    changes: [
      [`${ROOT}.package_version.version`, "2.0.0", { tag: "2.0.0" }],
      [`${ROOT}.package_version.created_at`, "2020-01-01T00:00:00Z", { pushedAt: "2020-01-01T00:00:00.000Z" }],
      [`${ROOT}.registry.url`, "http://GHCR.io/a/b/c", { name: "ghcr.io/a/b/c" }],
    ],
    ignored: [
      [`${ROOT}.package_type`, "docker2", "package_type docker2"],
      [`${ROOT}.package_version.version`, digest("a"), "pushed by digest, without a tag"],
    ],
    rejected: [
      [`${ROOT}.registry.url`, ["https://ghcr.io/acme", "https://evil.com/a/b", 7, null]],
      [`${ROOT}.registry.url`, NO_PATH.filter((path) => path.includes("/")).map((path) => `https://ghcr.io/${path}`)],
      [`${ROOT}.package_version.version`, [...NO_TAG, 7, [], {}]],
    ],
    needed: ["action"],
  });
});
