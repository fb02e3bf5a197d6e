import assert from "node:assert/strict";
import { digest, readAs } from "./bodies.ts";
import {
  expectedOf,
  itBringsNoOtherImage,
  itFollowsChanges,
  itIgnores,
  itPassesOverOthers,
  itRejects,
  type Sample,
} from "./dialect-kit.ts";
import { NO_HOST, NO_PATH, NO_TAG, NO_TEXT } from "./hostile-values.ts";

const MANIFEST = "application/vnd.oci.image.manifest.v1+json";

const SAMPLE: Sample = {
  type: "gitlab",
  body: {
    events: [
      {
        id: "d83e8796-7ba5-46ad-b239-d88473e21b2b",
        timestamp: "2026-03-13T15:38:07Z",
        action: "push",
        target: { mediaType: MANIFEST, digest: digest("a"), repository: "group/sub/website", tag: "v7" },
        request: { host: "registry.gitlab.example.com", method: "PUT" },
        actor: { name: "ci", user_type: "build" },
      },
    ],
  },
  name: "registry.gitlab.example.com/group/sub/website",
  tag: "v7",
  more: {
    digest: digest("a"),
    pushedAt: "2026-03-13T15:38:07.000Z",
    delivery: "d83e8796-7ba5-46ad-b239-d88473e21b2b",
  },
};

describe("readGitLab(message)", () => {
  itBringsNoOtherImage(SAMPLE);
  itFollowsChanges(SAMPLE, [
    ["events.0.target.tag", "latest", { tag: "latest" }],
    ["events.0.target.repository", "group/other", { name: "registry.gitlab.example.com/group/other" }],
    ["events.0.target.digest", digest("7"), { digest: digest("7") }],
    ["events.0.request.host", "gitlab.example.com:5050", { name: "gitlab.example.com:5050/group/sub/website" }],
    ["events.0.id", "other", { delivery: "other" }],
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
  itIgnores(SAMPLE, "events.0.action", ["rename"], "action rename");
  itIgnores(SAMPLE, "events.0.target.tag", [undefined], "no tag");
  itRejects(SAMPLE, "events.0.target.repository", [undefined, ...NO_TEXT, ...NO_PATH]);
  itRejects(SAMPLE, "events.0.target.tag", [...NO_TEXT, ...NO_TAG]);
  itRejects(SAMPLE, "events.0.request.host", [undefined, ...NO_TEXT, ...NO_HOST]);

  for (const version of ["v1", "v2"]) {
    it(`needs no name for an envelope ${version}, which is then distribution's`, () => {
      const headers = { "Content-Type": `application/vnd.docker.distribution.events.${version}+json; charset=utf-8` };
      assert.deepEqual(readAs("auto", SAMPLE.body, { headers }), expectedOf(SAMPLE));
      assert.deepEqual(readAs("auto", SAMPLE.body), expectedOf(SAMPLE));
    });
  }
});
