import assert from "node:assert/strict";
import { anImage, digest, fixture, readAs, withValue, type Body } from "./bodies.ts";
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
import { NO_HOST, NO_HOST_BEFORE_PATH, NO_PATH, NO_TAG, NO_TEXT } from "./hostile-values.ts";

const NAME = "harbor.example.com:8443/acme/website";
const AT = "event_data.resources.0";
const URL_FIELD = `${AT}.resource_url`;
const RESOURCE = { digest: digest("a"), tag: "v7", resource_url: `${NAME}:v7` };
const REPOSITORY = { date_created: 1680501893, name: "website", namespace: "acme", repo_full_name: "acme/website" };

const SAMPLE: Sample = {
  type: "harbor",
  body: {
    type: "PUSH_ARTIFACT",
    occur_at: 1773416287,
    operator: "admin",
    event_data: { resources: [RESOURCE], repository: REPOSITORY },
  },
  name: NAME,
  tag: "v7",
  more: { digest: digest("a"), pushedAt: "2026-03-13T15:38:07.000Z" },
};
const NO_URL: Sample = {
  ...SAMPLE,
  body: withValue(SAMPLE.body, URL_FIELD, undefined),
  beside: { host: "hook.example.com" },
  name: "hook.example.com/acme/website",
};
const NO_HOST_IN_URL: Sample = { ...NO_URL, body: withValue(SAMPLE.body, URL_FIELD, "acme/website:v7") };
const READ = ["type", "occur_at", `${AT}.digest`, `${AT}.tag`, `${AT}.resource_url`];

describe("readHarbor(message) of the format Default", () => {
  itReadsItsRecordedBodies("harbor", 15);
  itBringsNoOtherImage(SAMPLE);
  itPassesOverOthers(SAMPLE, READ);

  itFollowsChanges(SAMPLE, [
    ["type", "pushImage", {}],
    ["occur_at", 1, { pushedAt: "1970-01-01T00:00:01.000Z" }],
    ["occur_at", "1773416287", { pushedAt: null }],
    ["occur_at", 0, { pushedAt: null }],
    [`${AT}.digest`, digest("7"), { digest: digest("7") }],
    [`${AT}.digest`, "sha256:abc", { digest: null }],
    [`${AT}.digest`, 7, { digest: null }],
    [`${AT}.tag`, "latest", {}],
    [`${AT}.tag`, undefined, {}],
    [`${AT}.tag`, digest("a"), {}],
    [URL_FIELD, "h.example.com/acme/website:1.2.3", { name: "h.example.com/acme/website", tag: "1.2.3" }],
    [URL_FIELD, "h.example.com/a/b/c/d", { name: "h.example.com/a/b/c/d" }],
    [URL_FIELD, "h.example.com/acme/website:", { name: "h.example.com/acme/website" }],
    [URL_FIELD, `h.example.com/x/y@${digest("7")}`, { name: "h.example.com/x/y", digest: digest("7") }],
    [URL_FIELD, "h.example.com/x/y@sha256:abc", { name: "h.example.com/x/y", digest: null }],
    [URL_FIELD, `h.example.com/x/y:8@${digest("7")}`, { name: "h.example.com/x/y", tag: "8", digest: digest("7") }],
    [URL_FIELD, "https://h.example.com/x/y:8", { name: "h.example.com/x/y", tag: "8" }],
    [URL_FIELD, "HTTP://10.0.0.1:80/x/y:8", { name: "10.0.0.1:80/x/y", tag: "8" }],
    [URL_FIELD, "[::1]:5000/x/y:8", { name: "[::1]:5000/x/y", tag: "8" }],
    [URL_FIELD, "localhost/x/y:8", { name: "localhost/x/y", tag: "8" }],
    [URL_FIELD, "Harbor.Example.COM/Acme/Website:8", { name: "harbor.example.com/Acme/Website", tag: "8" }],
  ]);

  it("does not take the hook's registry-host where resource_url names a host", () => {
    assert.deepEqual(readAs("harbor", SAMPLE.body, { host: "hook.example.com" }), expectedOf(SAMPLE));
  });
});

describe("readHarbor(message) without a host in the body", () => {
  itBringsNoOtherImage(NO_URL);
  itPassesOverOthers(NO_URL, [...READ, "event_data.repository.repo_full_name"]);
  itFollowsChanges(NO_URL, [
    [`${AT}.tag`, "latest", { tag: "latest" }],
    [`${AT}.digest`, digest("7"), { digest: digest("7") }],
    ["event_data.repository.repo_full_name", "a/b/c", { name: "hook.example.com/a/b/c" }],
    [URL_FIELD, "acme/other", { name: "hook.example.com/acme/other" }],
    [URL_FIELD, "acme/other:9", { name: "hook.example.com/acme/other", tag: "9" }],
    [URL_FIELD, "other:9", { name: "hook.example.com/other", tag: "9" }],
    [URL_FIELD, "", {}],
    [URL_FIELD, null, {}],
  ]);
  itRejects(NO_URL, "event_data.repository.repo_full_name", [undefined, null, "", ...NO_TEXT, ...NO_PATH]);
  itRejects(NO_URL, `${AT}.tag`, [...NO_TEXT, ...NO_TAG]);
  itRejects(NO_URL, URL_FIELD, NO_TEXT);
  itBringsNoOtherImage(NO_HOST_IN_URL);
  itFollowsChanges(NO_HOST_IN_URL, [["event_data.repository.repo_full_name", "x/y", {}]]);

  for (const body of [NO_URL.body, NO_HOST_IN_URL.body, JSON.parse(fixture("harbor.no-resource_url.json")) as Body]) {
    it(`rejects resource_url where the hook names no registry-host: ${JSON.stringify(body).slice(-160)}`, () => {
      assert.deepEqual(readAs("harbor", body), {
        kind: "rejected",
        field: URL_FIELD,
        reason: "names no registry host: set the hook's registry-host",
      });
    });
  }

  for (const host of NO_HOST) {
    it(`names the hook's registry-host ${JSON.stringify(host.slice(0, 40))} as wrong`, () => {
      const reading = readAs("harbor", NO_URL.body, { host });
      assert.ok(reading.kind === "rejected" && reading.field === "registry-host", JSON.stringify(reading));
    });
  }
});

describe("readHarbor(message) of what is no push of a tag", () => {
  for (const type of [
    "PULL_ARTIFACT",
    "DELETE_ARTIFACT",
    "UPLOAD_CHART",
    "uploadChart",
    "deleteImage",
    "pullImage",
    "scanningCompleted",
    "SCANNING_FAILED",
    "SCANNING_STOPPED",
    "QUOTA_EXCEED",
    "QUOTA_WARNING",
    "REPLICATION",
    "TAG_RETENTION",
    "push_artifact",
  ])
    itIgnores(SAMPLE, "type", [type], `type ${type}`);
  itIgnores(NO_URL, `${AT}.tag`, [undefined, null, ""], "no tag");
  itIgnores(NO_URL, `${AT}.tag`, [digest("a"), "sha256:abc"], "pushed by digest, without a tag");
  itIgnores(
    SAMPLE,
    AT,
    [{ ...RESOURCE, tag: digest("a"), resource_url: `${NAME}@${digest("a")}` }],
    "pushed by digest, without a tag",
  );
  itIgnores(SAMPLE, AT, [{ digest: digest("a"), resource_url: `${NAME}@${digest("a")}` }, {}], "no tag");
  itIgnores(SAMPLE, "event_data.resources", [[]], "no resources");
});

describe("readHarbor(message) of what is malformed", () => {
  itRejects(SAMPLE, "type", [undefined, null, "", ...NO_TEXT]);
  itRejects(SAMPLE, "event_data", [undefined, null, "", 7, [], "x"]);
  itRejects(SAMPLE, "event_data.resources", [undefined, null, "", 7, {}, "x"]);
  itRejects(SAMPLE, AT, [null, 7, "x", []]);
  itRejects(SAMPLE, `${AT}.tag`, [...NO_TEXT, ...NO_TAG]);
  itRejects(SAMPLE, URL_FIELD, [undefined, null, "", ...NO_TEXT]);
  itRejects(
    SAMPLE,
    URL_FIELD,
    NO_TAG.filter((tag) => !/[/@]/.test(tag)).map((tag) => `${NAME}:${tag}`),
  );
  itRejects(
    SAMPLE,
    URL_FIELD,
    NO_PATH.filter((path) => !/[:@][^/]*$/.test(path)).map((path) => `harbor.example.com/${path}`),
  );
  itRejects(
    SAMPLE,
    URL_FIELD,
    NO_HOST_BEFORE_PATH.map((host) => `${host}/acme/website:v7`),
  );
  itRejects(SAMPLE, URL_FIELD, [
    "https://harbor.example.com",
    "https:///acme/website:v7",
    "https://harbor/acme/website:v7",
    "ftp://harbor.example.com/acme/website:v7",
    "https://https://harbor.example.com/acme/website:v7",
    "user:pass@harbor.example.com/acme/website:v7",
    "harbor.example.com:5000",
    "harbor.example.com/acme/website:v7?x",
    `@${digest("a")}`,
    "website:v7",
    "/",
    "://",
  ]);
});

describe("readHarbor(message) of several resources", () => {
  const bodyOf = (...resources: readonly unknown[]): Body => withValue(SAMPLE.body, "event_data.resources", resources);

  it("reads every push, whatever else there is", () => {
    const other = { digest: digest("b"), tag: "v8", resource_url: `${NAME}:v8` };
    const body = bodyOf({ ...RESOURCE, tag: "a/b" }, RESOURCE, { tag: "" }, other);
    assert.deepEqual(readAs("harbor", body), {
      kind: "push",
      images: [anImage(NAME, "v7", SAMPLE.more), anImage(NAME, "v8", { ...SAMPLE.more, digest: digest("b") })],
    });
  });

  it("rejects the malformed one where there is no push, and says which", () => {
    const reading = readAs("harbor", bodyOf({ tag: "" }, { ...RESOURCE, resource_url: "../.." }));
    assert.ok(reading.kind === "rejected", JSON.stringify(reading));
    assert.equal(reading.field, "event_data.resources.1.resource_url");
  });
});

const FIRST: Sample = {
  type: "harbor",
  body: {
    event_type: "pushImage",
    events: [
      {
        project: "acme",
        repo_name: "website",
        tag: "v7",
        full_name: "acme/website",
        trigger_time: 158322233213,
        image_id: "9e2c9d5f44efbb6ee83aecd17a120c513047d289d142ec5738c9f02f9b24ad07",
        project_type: "Private",
      },
    ],
  },
  beside: { host: "hook.example.com" },
  name: "hook.example.com/acme/website",
  tag: "v7",
  more: {},
};

describe("readHarbor(message) of the first format", () => {
  itBringsNoOtherImage(FIRST);
  itPassesOverOthers(FIRST, ["event_type", "events.0.tag", "events.0.full_name"]);
  itFollowsChanges(FIRST, [
    ["events.0.tag", "latest", { tag: "latest" }],
    ["events.0.full_name", "a/b/c", { name: "hook.example.com/a/b/c" }],
  ]);
  itIgnores(FIRST, "event_type", ["uploadChart"], "type uploadChart");
  itIgnores(FIRST, "events.0.tag", [undefined, null, ""], "no tag");
  itIgnores(FIRST, "events", [[]], "no events");
  itRejects(FIRST, "event_type", NO_TEXT);
  itRejects(FIRST, "event_type", [undefined, null, ""], "type");
  itRejects(FIRST, "events", [undefined, {}, 7]);
  itRejects(FIRST, "events.0", [null, 7, []]);
  itRejects(FIRST, "events.0.tag", [...NO_TEXT, ...NO_TAG]);
  itRejects(FIRST, "events.0.full_name", [undefined, null, "", ...NO_TEXT, ...NO_PATH]);

  it("is recognised", () => {
    assert.deepEqual(readAs("auto", FIRST.body, FIRST.beside), expectedOf(FIRST));
  });

  it("rejects it where the hook names no registry-host", () => {
    const reading = readAs("harbor", FIRST.body);
    assert.ok(reading.kind === "rejected" && reading.field === "registry-host", JSON.stringify(reading));
  });
});
