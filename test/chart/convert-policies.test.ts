import assert from "node:assert/strict";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeEntry } from "../../src/core/hook/callers/caller-entry.ts";
import type { Upgrade } from "../../src/core/hook/hook.ts";
import { refusalOf } from "../unit/core/image/policies.ts";
import { readAll, SEED_VALUES, typedHook, urlMatch } from "../unit/core/hook/hooks-files.ts";
import { convert } from "./convert-kit.ts";
import { at, find, render, type Manifest } from "./helm.ts";

const VALUES = { "trigger-rule": urlMatch("token", SEED_VALUES.token) };
const NO_RULE = { "trigger-rule": undefined };
const file = "/etc/imagehook/callers/registries/one";
const other = "/etc/imagehook/callers/senders/svix.key";

const HOOKS: Readonly<Record<string, readonly [upgrade: object, more: object]>> = {
  any: [{ image: { tags: "any", repository: "nginx" } }, VALUES],
  list: [{ image: { tags: ["v1", "1.10", "build-43"] } }, VALUES],
  glob: [{ image: { tags: { glob: "[!a-u]?*" } } }, VALUES],
  regex: [{ image: { tags: { regex: "build-\\d+|v[<>&]?1" } } }, VALUES],
  semver: [{ image: { tags: { semver: ">=1.2 <2" } } }, VALUES],
  prerelease: [{ image: { tags: { semver: ">=1.2 <2", prerelease: "yes" } } }, VALUES],
  newer: [{ image: { tags: { newer: "semver", prerelease: undefined } } }, VALUES],
  number: [{ image: { tags: { newer: "number", pattern: "build-(?P<value>[0-9]+)" } } }, VALUES],
  date: [{ image: { tags: { newer: "date" } } }, VALUES],
  several: [{ image: { tags: { semver: "<2", newer: "semver", regex: "v.*", glob: "*" } } }, VALUES],
  pin: [{ image: { digest: "pin" }, "dry-run": "on" }, VALUES],
  aliases: [
    {
      image: {
        repository: "any",
        "host-aliases": { "index.docker.io": "mirror.example.com/hub", "a.b": ["c:5", "d.e"] },
      },
    },
    VALUES,
  ],
  gate: [
    {
      "registry-time-zone": "+08:00",
      deadline: "90s",
      "on-failure": "rollback",
      window: [
        { days: ["fri-mon", "wed"], from: "22:00", to: "06:05", "time-zone": "Asia/Shanghai" },
        { from: "00:00", to: "00:00" },
      ],
      freeze: true,
      "minimum-age": "1h30m",
      notify: { mail: ["ops@example.com"], language: "zh", channels: ["ops", "chat-2"] },
    },
    VALUES,
  ],
  gateOfFew: [{ "minimum-age": "1.5s", notify: { channels: ["ops"] } }, VALUES],
  check: [{ image: { tags: ["v1"], check: { platform: false, wait: "1500ms", "pull-secret": "login" } } }, VALUES],
  checkAll: [{ image: { check: {} } }, VALUES],
  both: [{ callers: [{ github: { file } }, { networks: ["192.0.2.0/24 2001:db8::/48", "10.0.0.1"] }] }, VALUES],
  callers: [
    {
      callers: [
        { token: { file } },
        { token: { file, name: "key" } },
        { bearer: { file: other } },
        { basic: { file } },
        { header: { file, name: "X-Key" } },
        { hmac: { file, header: "X-Sum", algorithm: "sha512" } },
        { nexus: { file } },
        { jfrog: { file } },
        { "standard-webhooks": { file: other } },
      ],
    },
    NO_RULE,
  ],
};

const TAGS = ["v1", "v1.2.2", "v1.2.4", "1.10", "1.3.0-rc.1", "v2.0.0", "build-41", "build-43", "20260314", "abc"];
const RUNNING = [null, "v1.2.3", "build-42", "20260313"];
const CLIENTS = ["192.0.2.7:1", "10.0.0.1:1", "10.0.0.2:1", "[2001:db8::1]:1", "[2001:db9::1]:1"];

// What an upgrade does, and not how it is made.
function meaningOf({ tags, callers, hostAliases, ...rest }: Upgrade): unknown {
  return {
    ...rest,
    hostAliases: hostAliases.map((alias) => JSON.stringify(alias)).sort(),
    tags: TAGS.map((tag) => RUNNING.map((running) => refusalOf(tags, tag, running))),
    callers: callers.map((entry) => [
      describeEntry(entry),
      "ranges" in entry && CLIENTS.map((client) => entry.ranges.some(({ holds }) => holds(client))),
    ]),
  };
}

function meaningsIn(text: string): Readonly<Record<string, unknown>> {
  const read = readAll(text).map(({ id, hook, issues }) => {
    assert.ok(hook?.kind === "upgrade", id);
    assert.deepEqual(
      issues.filter(({ severity }) => severity === "error"),
      [],
    );
    return [id, { rule: hook.rule !== null, response: hook.response, ...(meaningOf(hook.upgrade) as object) }] as const;
  });
  return Object.fromEntries(read);
}

describe("imagehook convert: policies and callers as values of the chart", () => {
  let folder: string;
  let original: Readonly<Record<string, unknown>>;
  let converted: Readonly<Record<string, unknown>>;
  let manifests: readonly Manifest[];
  before(async () => {
    folder = join(await mkdtemp(join(tmpdir(), "imagehook-convert-")), "moved");
    const hooks = Object.entries(HOOKS).map(([id, [upgrade, more]]) =>
      typedHook(upgrade as Readonly<Record<string, unknown>>, { ...more, id }),
    );
    await convert(folder, hooks);
    const repository = ["--set", "image.repository=registry.example.com/team/imagehook"];
    manifests = await render({ args: ["-f", join(folder, "values.yaml"), ...repository] });
    original = meaningsIn(JSON.stringify(hooks));
    converted = meaningsIn(find(manifests, "ConfigMap", "ih-imagehook-hooks").data?.["hooks.json"] ?? "");
  });
  after(() => rm(join(folder, ".."), { recursive: true }));

  for (const id of Object.keys(HOOKS)) {
    it(`mean the same in the hook ${id}`, () => {
      assert.ok(original[id] !== undefined);
      assert.deepEqual(converted[id], original[id]);
    });
  }

  it("leave no hook to a ConfigMap", async () => {
    assert.deepEqual((await readdir(folder)).sort(), ["hooks.json", "secret.yaml", "values.yaml"]);
    assert.deepEqual(Object.keys(converted).sort(), Object.keys(HOOKS).sort());
  });

  it("have the Secrets mounted where the files were", () => {
    const pod = at(find(manifests, "Deployment", "ih-imagehook"), "spec", "template", "spec");
    const volumes = at(pod, "volumes") as readonly { readonly name: string; readonly projected?: unknown }[];
    const sources = at(volumes.find(({ name }) => name === "callers")?.projected, "sources");
    assert.deepEqual(sources, [
      { secret: { name: "registries", items: [{ key: "one", path: "registries/one" }] } },
      { secret: { name: "senders", items: [{ key: "svix.key", path: "senders/svix.key" }] } },
    ]);
  });
});
