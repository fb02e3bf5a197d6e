import assert from "node:assert/strict";
import { SEED_VALUES, typedHook, urlMatch } from "../hooks-files.ts";
import { convert, without, type Json } from "./convert-kit.ts";

const TOKEN = { "trigger-rule": urlMatch("token", SEED_VALUES.token) };
const SECRETS = "callers: the Secrets that they name must be in the release's namespace before the chart";
const file = "/etc/imagehook/callers/registries/svix.key";
const secretRef = { name: "registries", key: "svix.key" };

// What the values hold beside the target.
function carriedOf(upgrade: Json, more: Json = TOKEN): Json {
  const { carried, kept, refused } = convert(typedHook(upgrade, more));
  assert.deepEqual([kept, refused], [[], []]);
  const { namespace, workload, container, repoType, mismatchStatus, ...rest } = carried[0]?.values ?? {};
  assert.deepEqual(
    [namespace, workload, container, repoType, mismatchStatus],
    ["web", "deployment/website", "web", "auto", 200],
  );
  return rest;
}

describe("convertHooks(files, { isExpanded }): which images the values let in", () => {
  const cases: readonly (readonly [Json, Json])[] = [
    [{}, {}],
    [{ image: {} }, {}],
    [{ image: { digest: "ignore", "host-aliases": {} }, "dry-run": false }, { image: { hostAliases: {} } }],
    [{ image: { tags: "any" } }, { image: { tags: "any" } }],
    [{ image: { tags: ["stable", "1.10"] } }, { image: { tags: ["stable", "1.10"] } }],
    [{ image: { tags: { glob: "v*" } } }, { image: { tags: { glob: "v*" } } }],
    [{ image: { tags: { Glob: "v*", gob: "*" } } }, { image: { tags: { glob: "v*" } } }],
    [{ image: { tags: { semver: "<2", prerelease: "yes" } } }, { image: { tags: { semver: "<2", prerelease: true } } }],
    [{ image: { tags: { semver: 1, prerelease: false } } }, { image: { tags: { semver: "1", prerelease: false } } }],
    [
      { image: { tags: { regex: "v.*", newer: "number", pattern: "v(?P<value>.*)" } } },
      { image: { tags: { regex: "v.*", newer: "number", pattern: "v(?P<value>.*)" } } },
    ],
    [
      { image: { digest: "Pin" }, "dry-run": true },
      { image: { digest: "pin" }, dryRun: true },
    ],
    [
      { image: { repository: "any", "host-aliases": { "Docker.io": "mirror.corp/hub", "a.b": ["c.d:5000"] } } },
      { image: { repository: "any", hostAliases: { "Docker.io": "mirror.corp/hub", "a.b": ["c.d:5000"] } } },
    ],
  ];
  for (const [upgrade, values] of cases) {
    it(`carries ${JSON.stringify(upgrade)}`, () => {
      assert.deepEqual(carriedOf(upgrade), values);
    });
  }
});

describe("convertHooks(files, { isExpanded }): who may call by the values", () => {
  const cases: readonly (readonly [Json, Json])[] = [
    [{ token: { file } }, { token: { secretRef } }],
    [{ token: { file, name: "key" } }, { token: { secretRef, name: "key" } }],
    [{ bearer: { file } }, { bearer: { secretRef } }],
    [{ basic: { file } }, { basic: { secretRef } }],
    [{ header: { file, name: "X-Key" } }, { header: { secretRef, name: "X-Key" } }],
    [
      { hmac: { file, header: "X-Sum", algorithm: "sha512" } },
      { hmac: { secretRef, header: "X-Sum", algorithm: "sha512" } },
    ],
    [{ github: { file } }, { github: { secretRef } }],
    [{ nexus: { file } }, { nexus: { secretRef } }],
    [{ jfrog: { file } }, { jfrog: { secretRef } }],
    [{ "standard-webhooks": { file } }, { standardWebhooks: { secretRef } }],
    [
      { networks: ["192.0.2.0/24 10.0.0.1", "2001:DB8::/48"] },
      { networks: ["192.0.2.0/24 10.0.0.1", "2001:DB8::/48"] },
    ],
  ];
  for (const [caller, value] of cases) {
    it(`carries ${JSON.stringify(caller)} and asks for no token`, () => {
      assert.deepEqual(carriedOf({ callers: [caller] }, { "trigger-rule": undefined }), { callers: [value] });
    });
  }

  it("carries a token besides, and says that the Secrets must be there", () => {
    const [carried] = convert(
      typedHook({ callers: [{ github: { file } }, { networks: ["192.0.2.7"] }] }, TOKEN),
    ).carried;
    assert.deepEqual(carried?.values["callers"], [{ github: { secretRef } }, { networks: ["192.0.2.7"] }]);
    assert.deepEqual([carried.token, carried.notes.at(-1)], [SEED_VALUES.token, SECRETS]);
  });

  it("asks for no Secret of networks", () => {
    const [carried] = convert(without(typedHook({ callers: [{ networks: ["192.0.2.7"] }] }), "trigger-rule")).carried;
    assert.deepEqual([carried?.token, carried?.notes.includes(SECRETS)], [null, false]);
  });
});
