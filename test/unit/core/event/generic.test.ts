import assert from "node:assert/strict";
import type { EventReading } from "../../../../src/core/event/push-event.ts";
import { digest, pushed, readAs, type Body } from "./bodies.ts";
import { itKeepsTo, itReadsItsRecordedBodies, titleOf } from "./dialect-kit.ts";
import { NO_PATH, NO_TAG } from "./hostile-values.ts";

const BODY = {
  name: "registry.example.com:5000/acme/website",
  tag: "v7",
  digest: digest("a"),
  pushed_at: "2026-03-13T23:38:07+08:00",
  timestamp: "2026-03-14T00:00:00Z",
  id: "build-17",
  branch: "main",
  build: { number: 17 },
};
const MORE = { digest: digest("a"), pushedAt: "2026-03-13T15:38:07.000Z", delivery: "build-17" };

const rejectionOf = (reading: EventReading): unknown => {
  assert.ok(reading.kind === "rejected", JSON.stringify(reading));
  return reading.field;
};

describe("readGeneric(message)", () => {
  itReadsItsRecordedBodies("generic", 1);

  itKeepsTo({
    type: "generic",
    body: BODY,
    name: BODY.name,
    tag: "v7",
    more: { ...MORE },
    changes: [
      ["name", "ghcr.io/other/thing", { name: "ghcr.io/other/thing" }],
      ["name", "GHCR.io/Other/Thing", { name: "ghcr.io/Other/Thing" }],
      ["name", "nginx", { name: "docker.io/library/nginx" }],
      ["name", "acme/website", { name: "docker.io/acme/website" }],
      ["name", "index.docker.io/nginx", { name: "docker.io/library/nginx" }],
      ["name", "LOCALHOST/a", { name: "localhost/a" }],
      ["name", "127.0.0.1:5000/x", { name: "127.0.0.1:5000/x" }],
      ["name", "[::1]/x", { name: "[::1]/x" }],
      ["name", "registry:5000/x:v7", { name: "registry:5000/x" }],
      ["tag", "2026.11.22", { tag: "2026.11.22" }],
      ["digest", digest("7"), { digest: digest("7") }],
      ...[undefined, null, 7, "", "sha256:abc", "a".repeat(64)].map(
        (value) => ["digest", value, { digest: null }] as const,
      ),
      ["pushed_at", "2027-01-01T00:00:00Z", { pushedAt: "2027-01-01T00:00:00.000Z" }],
      ...[undefined, null, 1773416287, "yesterday"].map(
        (value) => ["pushed_at", value, { pushedAt: "2026-03-14T00:00:00.000Z" }] as const,
      ),
      ["id", "build-18", { delivery: "build-18" }],
      ...[undefined, null, 17, "", "a b", "x".repeat(129)].map((value) => ["id", value, { delivery: null }] as const),
    ],
    ignored: [
      ["tag", undefined, "pushed by digest, without a tag"],
      ["tag", "", "pushed by digest, without a tag"],
      ["tag", digest("a"), "pushed by digest, without a tag"],
    ],
    rejected: [
      ["name", ["", "evil.com/x#", "evil.com/", "user:pw@evil.com/x", "acme:x/y"]],
      ["name", NO_PATH.filter((path) => !path.includes(":"))],
      ["name", [`ghcr.io/acme/website@${digest("a")}`, "a@sha256:abc", "a@", `a:v7@${digest("a")}`]],
      ["tag", NO_TAG],
      ["tag", [7, true, [], ["v7"], {}]],
    ],
    needed: ["name"],
  });

  const references: readonly { readonly body: Body; readonly expected: unknown }[] = [
    { body: { name: "ghcr.io/acme/website:v7" }, expected: pushed("ghcr.io/acme/website", "v7") },
    { body: { name: "ghcr.io/acme/website:v7", tag: "v7" }, expected: pushed("ghcr.io/acme/website", "v7") },
    { body: { name: "nginx:1.27" }, expected: pushed("docker.io/library/nginx", "1.27") },
    { body: { image: "ghcr.io/acme/website", tag: "v7" }, expected: pushed("ghcr.io/acme/website", "v7") },
    { body: { image: "ghcr.io/acme/website:v7" }, expected: pushed("ghcr.io/acme/website", "v7") },
    {
      body: { image: `ghcr.io:443/acme/website:v7@${digest("b")}` },
      expected: pushed("ghcr.io:443/acme/website", "v7", { digest: digest("b") }),
    },
    {
      body: { image: `ghcr.io/acme/website@${digest("b")}`, tag: "v7", digest: digest("b") },
      expected: pushed("ghcr.io/acme/website", "v7", { digest: digest("b") }),
    },
    {
      body: { image: `ghcr.io/acme/website@${digest("b")}` },
      expected: { kind: "ignored", reason: "pushed by digest, without a tag" },
    },
  ];
  for (const { body, expected } of references)
    it(`reads ${JSON.stringify(body).replaceAll(/b{64}/g, "…")}`, () => {
      assert.deepEqual(readAs("generic", body), expected);
    });

  const wrong: readonly { readonly body: Body; readonly field: string }[] = [
    { body: { name: "ghcr.io/acme/website:v7", tag: "v8" }, field: "tag" },
    { body: { name: "ghcr.io/acme/website:v7", tag: 7 }, field: "tag" },
    { body: { name: "ghcr.io/acme/website:" }, field: "name" },
    { body: { name: "ghcr.io/acme/website:v 7" }, field: "name" },
    { body: { name: "ghcr.io/acme/website" }, field: "tag" },
    { body: { name: "ghcr.io/acme/website", tag: null, digest: "sha256:abc" }, field: "tag" },
    { body: { image: `ghcr.io/acme/website:v7@${digest("b")}`, digest: digest("c") }, field: "digest" },
    { body: { image: `ghcr.io/acme/website:v7@${digest("b")}`, digest: "sha256:abc" }, field: "digest" },
    { body: { image: "ghcr.io/acme/website:v7@sha256:abc" }, field: "image" },
    { body: { image: "ghcr.io/../website:v7" }, field: "image" },
    { body: { image: "evil..com/website:v7" }, field: "image" },
    { body: { image: ["ghcr.io/acme/website:v7"], tag: "v7" }, field: "image" },
    { body: { image: "ghcr.io/acme/website:v7", name: "website" }, field: "name" },
    { body: {}, field: "tag" },
  ];
  for (const { body, field } of wrong)
    it(`rejects ${JSON.stringify(body).replaceAll(/([bc])\1{63}/g, "$1…")} and names ${field}`, () => {
      assert.equal(rejectionOf(readAs("generic", body)), field);
    });

  it("takes the hook's host for a name without one, and only for that", () => {
    const host = "hub.example.com";
    assert.deepEqual(
      readAs("generic", { name: "acme/website", tag: "v7" }, { host }),
      pushed(`${host}/acme/website`, "v7"),
    );
    assert.deepEqual(readAs("generic", { name: "nginx", tag: "v7" }, { host }), pushed(`${host}/nginx`, "v7"));
    assert.deepEqual(readAs("generic", { name: "ghcr.io/a/b", tag: "v7" }, { host }), pushed("ghcr.io/a/b", "v7"));
    assert.equal(rejectionOf(readAs("generic", { name: "a/b", tag: "v7" }, { host: "https://x" })), "registry-host");
  });

  it("takes timestamp where there is no pushed_at", () => {
    const body = { name: "ghcr.io/a/b", tag: "v7", timestamp: "2026-03-14T00:00:00Z" };
    assert.deepEqual(readAs("auto", body), pushed("ghcr.io/a/b", "v7", { pushedAt: "2026-03-14T00:00:00.000Z" }));
  });

  for (const body of [
    { image: "ghcr.io/a/b:v7" },
    { image: "ghcr.io/a/b", tag: "v7" },
    { name: "ghcr.io/a/b", tag: "v7" },
  ])
    it(`is told by ${titleOf(body)}`, () => {
      assert.deepEqual(readAs("auto", body), pushed("ghcr.io/a/b", "v7"));
    });
});
