import assert from "node:assert/strict";
import { anImage, pushed, readAs, withValue } from "./bodies.ts";
import { itKeepsTo, itReadsItsRecordedBodies, titleOf } from "./dialect-kit.ts";
import { NO_HOST_BEFORE_PATH, NO_PATH, NO_TAG } from "./hostile-values.ts";

const BODY = {
  name: "website",
  repository: "acme/website",
  namespace: "acme",
  docker_url: "quay.io/acme/website",
  homepage: "https://quay.io/repository/acme/website",
  updated_tags: ["v7"],
  pruned_image_count: 3,
};
const WITHOUT_ADDRESS = withValue(BODY, "docker_url", undefined);

describe("readQuay(message)", () => {
  itReadsItsRecordedBodies("quay", 6);

  itKeepsTo({
    type: "quay",
    body: BODY,
    name: "quay.io/acme/website",
    tag: "v7",
    more: {},
    changes: [
      ["docker_url", "quay.io/other/thing", { name: "quay.io/other/thing" }],
      ["docker_url", "https://quay.corp.example:8443/a/b", { name: "quay.corp.example:8443/a/b" }],
      ["docker_url", "HTTP://Quay.Example.com/a/b/c", { name: "quay.example.com/a/b/c" }],
      ["docker_url", "quay.io/Acme/Website", { name: "quay.io/Acme/Website" }],
      ["docker_url", "[fd00::1]:5000/a/b", { name: "[fd00::1]:5000/a/b" }],
      ["updated_tags", ["latest"], { tag: "latest" }],
      ["updated_tags", ["a/b:c", "v1", 7], { tag: "v1" }],
      ["updated_tags", [1, "x", null], { tag: "x" }],
    ],
    ignored: [
      ["updated_tags", undefined, "no updated_tags: not a push"],
      ["updated_tags", [`sha256:${"a".repeat(64)}`], "pushed by digest, without a tag"],
    ],
    rejected: [
      ["updated_tags.0", [...NO_TAG, "", 7, null, ["v1"], {}]],
      [
        "docker_url",
        [
          "",
          "quay.io",
          "quay.io/",
          "https://",
          "acme/website",
          ...NO_HOST_BEFORE_PATH.map((host) => `${host}/acme/website`),
        ],
      ],
      ["docker_url", NO_PATH.map((path) => `quay.io/${path}`)],
      [
        "updated_tags",
        [null, [], {}, "v7", 7, { v7: "id" }, Array.from({ length: 1_001 }, (_x, at) => `v${String(at)}`)],
      ],
    ],
    needed: ["docker_url"],
  });

  it("names the second tag where that is the first to be wrong", () => {
    const reading = readAs("quay", withValue(BODY, "updated_tags", [`sha256:${"a".repeat(64)}`, "a b"]));
    assert.ok(reading.kind === "rejected" && reading.field === "updated_tags.1", JSON.stringify(reading));
  });

  it("reads each of several tags, in their order", () => {
    assert.deepEqual(readAs("quay", withValue(BODY, "updated_tags", ["v2", "latest", "v1"])), {
      kind: "push",
      images: ["v2", "latest", "v1"].map((tag) => anImage("quay.io/acme/website", tag)),
    });
  });

  for (const absent of [undefined, null, ""])
    it(`takes repository and the hook's host where docker_url is ${titleOf(absent)}`, () => {
      const body = withValue(BODY, "docker_url", absent);
      assert.deepEqual(readAs("quay", body, { host: "hub.example.com" }), pushed("hub.example.com/acme/website", "v7"));
    });

  it("does so without being told the registry", () => {
    assert.deepEqual(readAs("auto", WITHOUT_ADDRESS, { host: "hub.example.com" }).kind, "push");
  });

  it("goes by docker_url before the hook's host", () => {
    assert.deepEqual(readAs("quay", BODY, { host: "hub.example.com" }), pushed("quay.io/acme/website", "v7"));
  });

  const unfit = [
    ...[undefined, null, 7, "", ...NO_PATH].map((value) => ({ value, host: "hub.example.com", field: "repository" })),
    ...["acme", "https://hub.example.com", "a b"].map((host) => ({
      value: "acme/website",
      host,
      field: "registry-host",
    })),
  ];
  for (const { value, host, field } of unfit)
    it(`rejects repository ${titleOf(value)} on ${host}, naming ${field}`, () => {
      const reading = readAs("quay", withValue(WITHOUT_ADDRESS, "repository", value), { host });
      assert.ok(reading.kind === "rejected" && reading.field === field, JSON.stringify(reading));
    });

  for (const more of [
    { docker_tags: ["latest"], build_id: "b-1", trigger_kind: "GitHub" },
    { tags: ["latest"], vulnerability: { id: "CVE-1", priority: "High" } },
    { message: "mirror" },
  ])
    it(`ignores a notification with ${Object.keys(more).join(", ")}`, () => {
      const other = withValue(BODY, "updated_tags", undefined);
      assert.deepEqual(readAs("auto", { ...other, ...more }), {
        kind: "ignored",
        reason: "no updated_tags: not a push",
      });
    });
});
