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
import { NO_HOST_BEFORE_PATH, NO_TAG, NO_TEXT } from "./hostile-values.ts";

interface Kin {
  readonly type: "tcr" | "swr";
  readonly name: string;
  readonly push: string;
  readonly others: readonly string[];
}

// Both send Harbor's shape, each with words of its own.
const KIN: readonly Kin[] = [
  {
    type: "tcr",
    name: "acme-bj.tencentcloudcr.com/public/nginx",
    push: "pushImage",
    others: ["deleteImage", "uploadChart", "deleteChart", "pullImage"],
  },
  {
    type: "swr",
    name: "swr-acme.cn-north-4.myhuaweicloud.com/public/nginx",
    push: "PUSH_ARTIFACT",
    others: ["DELETE_ARTIFACT", "PULL_ARTIFACT", "SCANNING_COMPLETED"],
  },
];
const AT = "event_data.resources.0";

const sampleOf = ({ type, name, push }: Kin): Sample => ({
  type,
  body: {
    type: push,
    occur_at: 1589106605,
    event_data: {
      resources: [{ digest: digest("a"), tag: "v1.10.0", resource_url: `${name}:v1.10.0` }],
      repository: { date_created: 1587119137, name: "nginx", namespace: "public", repo_full_name: "public/nginx" },
    },
    operator: "332133",
  },
  name,
  tag: "v1.10.0",
  more: { digest: digest("a"), pushedAt: "2020-05-10T10:30:05.000Z" },
});

for (const kin of KIN) {
  describe(`read${kin.type === "tcr" ? "Tcr" : "Swr"}(message)`, () => {
    const sample = sampleOf(kin);
    itBringsNoOtherImage(sample);
    itPassesOverOthers(sample, ["type", "occur_at", `${AT}.digest`, `${AT}.tag`, `${AT}.resource_url`]);
    itFollowsChanges(sample, [
      ["occur_at", 1, { pushedAt: "1970-01-01T00:00:01.000Z" }],
      [`${AT}.digest`, digest("7"), { digest: digest("7") }],
      // As its documentation masks it.
      [`${AT}.digest`, digest("a").replace("aaaa", "xxxx"), { digest: null }],
      [`${AT}.resource_url`, "h.example.com/a/b:1", { name: "h.example.com/a/b", tag: "1" }],
      [`${AT}.resource_url`, "h.example.com/a/b", { name: "h.example.com/a/b" }],
    ]);
    for (const type of kin.others) itIgnores(sample, "type", [type], `type ${type}`);
    itRejects(sample, "type", [undefined, ...NO_TEXT]);
    itRejects(sample, "event_data", [undefined, ...[7, [], "x"]]);
    itRejects(sample, `${AT}.tag`, [...NO_TEXT, ...NO_TAG]);
    itRejects(
      sample,
      `${AT}.resource_url`,
      NO_HOST_BEFORE_PATH.map((host) => `${host}/public/nginx`),
    );
    itRejects(sample, `${AT}.resource_url`, [undefined, ...NO_TEXT]);

    it("takes the hook's registry-host where there is no resource_url", () => {
      const resources = [{ tag: "v1.10.0", digest: digest("a") }];
      const body = { ...sample.body, event_data: { resources, repository: { repo_full_name: "public/nginx" } } };
      const expected = expectedOf(sample, { name: "hook.example.com/public/nginx" });
      assert.deepEqual(readAs(kin.type, body, { host: "hook.example.com" }), expected);
    });

    it("needs no name where the body names its host, since Harbor's dialect reads it", () => {
      assert.deepEqual(readAs("auto", sample.body), expectedOf(sample));
    });
  });
}
