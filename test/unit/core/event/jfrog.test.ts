import assert from "node:assert/strict";
import { fixture, pushed, readAs, withValue, type Body } from "./bodies.ts";
import { itKeepsTo, itReadsItsRecordedBodies, titleOf } from "./dialect-kit.ts";
import { NO_HOST, NO_PATH, NO_TAG } from "./hostile-values.ts";

const HEX = "35c4a2c15539c6c1e4e5fa4e554dac323ad0107d8eb5c582d6ff386b383b7dce";
const BODY = {
  domain: "docker",
  event_type: "pushed",
  data: {
    repo_key: "docker-local",
    event_type: "pushed",
    path: "acme/website/v7/manifest.json",
    name: "manifest.json",
    sha256: HEX,
    size: 1206,
    image_name: "acme/website",
    image_type: "docker",
    tag: "v7",
  },
  subscription_key: "rollouts",
  jpd_origin: "https://acme.jfrog.io",
  source: "jfrog/someone@example.com",
} satisfies Body;
const MORE = { digest: `sha256:${HEX}` };
const HOST = "hub.example.com";
// What stands behind the first slash is the platform's own matter.
const NO_HOSTS = NO_HOST.filter((host) => !host.startsWith("evil.com/"));

describe("readJfrog(message)", () => {
  itReadsItsRecordedBodies("jfrog", 3);

  itKeepsTo({
    type: "jfrog",
    body: BODY,
    name: "acme.jfrog.io/docker-local/acme/website",
    tag: "v7",
    more: { ...MORE },
    changes: [
      [
        "jpd_origin",
        "http://Artifactory.corp.example:8443/artifactory",
        { name: "artifactory.corp.example:8443/docker-local/acme/website" },
      ],
      ["jpd_origin", "acme.jfrog.io/", {}],
      ["data.repo_key", "Docker-Remote_cache", { name: "acme.jfrog.io/Docker-Remote_cache/acme/website" }],
      ["data.path", "library/ubuntu/v7/list.manifest.json", { name: "acme.jfrog.io/docker-local/library/ubuntu" }],
      ["data.path", "website/v7/manifest.json", { name: "acme.jfrog.io/docker-local/website" }],
      ["data.path", "a/b/c/d/v7/manifest.json", { name: "acme.jfrog.io/docker-local/a/b/c/d" }],
      ["data.tag", "2026.11.22", { tag: "2026.11.22" }],
      ["data.sha256", "7".repeat(64), { digest: `sha256:${"7".repeat(64)}` }],
      ...[undefined, null, 7, "", "sample_checksum", HEX.toUpperCase(), MORE.digest].map(
        (value) => ["data.sha256", value, { digest: null }] as const,
      ),
      ["data.image_type", undefined, {}],
      ["data.image_type", null, {}],
      ["data.image_type", "oci", {}],
    ],
    ignored: [
      ["domain", "artifact", "domain artifact"],
      ["domain", "build", "domain build"],
      ["domain", "x".repeat(500), `domain ${"x".repeat(60)}`],
      ["event_type", "deleted", "event_type deleted"],
      ["event_type", "promoted", "event_type promoted"],
      ["data.image_type", "helmoci", "image_type helmoci"],
      ["data.image_type", "chart", "image_type chart"],
      ["data.tag", `sha256:${HEX}`, "pushed by digest, without a tag"],
    ],
    rejected: [
      ["jpd_origin", ["", "https://", "acme", "https://acme", ...NO_HOSTS.map((host) => `${host}/artifactory`)]],
      ["data.repo_key", ["", ...NO_PATH]],
      ["data.path", ["", "manifest.json", "v7/manifest.json", "/v7/manifest.json"]],
      ["data.path", NO_PATH.map((path) => `${path}/v7/manifest.json`)],
      ["data.tag", NO_TAG],
      ["data.image_type", [7, {}, ["docker"]]],
    ],
    needed: ["domain", "event_type", "jpd_origin", "data.repo_key", "data.path", "data.tag"],
  });

  for (const absent of [undefined, null, ""])
    it(`takes the hook's host where jpd_origin is ${titleOf(absent)}`, () => {
      assert.deepEqual(
        readAs("jfrog", withValue(BODY, "jpd_origin", absent), { host: HOST }),
        pushed(`${HOST}/docker-local/acme/website`, "v7", MORE),
      );
    });

  it("goes by jpd_origin before the hook's host", () => {
    assert.deepEqual(
      readAs("jfrog", BODY, { host: HOST }),
      pushed("acme.jfrog.io/docker-local/acme/website", "v7", MORE),
    );
  });

  for (const host of ["acme", "https://acme.jfrog.io", "a b"])
    it(`rejects the hook's host ${host}`, () => {
      const reading = readAs("jfrog", withValue(BODY, "jpd_origin", ""), { host });
      assert.ok(reading.kind === "rejected" && reading.field === "registry-host", JSON.stringify(reading));
    });

  it("reads the tag where the path has another, as in Kargo's body", () => {
    assert.deepEqual(
      readAs("auto", fixture("jfrog.no-origin.json"), { host: HOST }),
      pushed(`${HOST}/test-repo/test-image`, "v1.0.0"),
    );
  });

  it("says what to set where there is no host", () => {
    assert.deepEqual(readAs("jfrog", withValue(BODY, "jpd_origin", "")), {
      kind: "rejected",
      field: "jpd_origin",
      reason: "is missing: set the platform's Custom Base URL, or name the host as the hook's registry-host",
    });
  });

  it("passes over another domain's event before it asks for a host", () => {
    const body = { domain: "build", event_type: "uploaded", data: { build_name: "x" } };
    assert.deepEqual(readAs("auto", body), { kind: "ignored", reason: "domain build" });
  });

  for (const value of [undefined, null, 7, "x", []])
    it(`rejects data of ${titleOf(value)}`, () => {
      const reading = readAs("jfrog", withValue(BODY, "data", value));
      assert.ok(reading.kind === "rejected" && reading.field === "data.path", JSON.stringify(reading));
    });
});
