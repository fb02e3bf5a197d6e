import assert from "node:assert/strict";
import { KINDS } from "../../src/channels/kinds.ts";
import { readChannels } from "../../src/core/notice/channel-settings.ts";
import { readNotifySettings } from "../../src/core/notice/notify-settings.ts";
import { at, chart, containerOf, envOf, find, helm, render, secretOf, valuesFile, type Manifest } from "./helm.ts";

const FOLDER = "/etc/imagehook/channels";

const volumesOf = (
  manifests: readonly Manifest[],
): readonly { readonly name: string; readonly projected?: unknown }[] =>
  at(find(manifests, "Deployment", "ih-imagehook"), "spec", "template", "spec", "volumes") as {
    readonly name: string;
  }[];

describe("the chart's channels", () => {
  let manifests: readonly Manifest[];
  before(async () => {
    manifests = await render({ values: ["channels"] });
  });

  it("stand in a file of a Secret, which is read without an issue", () => {
    const read = readChannels(secretOf(manifests, "ih-imagehook-channels")["channels.yaml"] ?? "", KINDS);
    assert.ok(read.kind === "ok");
    assert.deepEqual(read.value, {
      channels: [
        {
          name: "inside",
          type: "webhook",
          url: { kind: "text", value: "http://receiver.tools.svc:8080/" },
          secretFile: `${FOLDER}/secrets/inside/secret`,
          isInsecure: true,
        },
        {
          name: "ops",
          type: "webhook",
          url: { kind: "text", value: "https://receiver.example.com/rollouts?key=canary-key" },
          secretFile: `${FOLDER}/secrets/receivers/ops`,
          isInsecure: false,
        },
        {
          name: "team",
          type: "webhook",
          url: { kind: "file", path: `${FOLDER}/secrets/receivers/team-url` },
          secretFile: `${FOLDER}/secrets/receivers/ops`,
          isInsecure: false,
        },
      ],
      issues: [],
    });
  });

  it("are mounted with the Secrets that they name, each key once", () => {
    assert.deepEqual(volumesOf(manifests).find(({ name }) => name === "channels")?.projected, {
      defaultMode: 0o440,
      sources: [
        { secret: { name: "ih-imagehook-channels" } },
        { secret: { name: "inside", items: [{ key: "secret", path: "secrets/inside/secret" }] } },
        {
          secret: {
            name: "receivers",
            items: [
              { key: "ops", path: "secrets/receivers/ops" },
              { key: "team-url", path: "secrets/receivers/team-url" },
            ],
          },
        },
      ],
    });
    const mounts = at(containerOf(manifests), "volumeMounts") as readonly { readonly name: string }[];
    assert.deepEqual(
      mounts.filter(({ name }) => name === "channels"),
      [{ name: "channels", mountPath: FOLDER, readOnly: true }],
    );
    assert.equal(envOf(manifests)["CHANNELS_FILE"], `${FOLDER}/channels.yaml`);
  });

  it("put no address into any object but the Secret", () => {
    const plain = JSON.stringify(manifests.filter(({ kind }) => kind !== "Secret"));
    assert.equal(plain.includes("canary-key"), false);
  });

  it("are absent where none is named", async () => {
    const without = await render({ values: ["map"] });
    assert.deepEqual(
      without.filter(({ metadata }) => metadata.name === "ih-imagehook-channels"),
      [],
    );
    assert.deepEqual(
      volumesOf(without).filter(({ name }) => name === "channels"),
      [],
    );
    assert.equal(envOf(without)["CHANNELS_FILE"], undefined);
  });

  const ops = "channels.ops";
  const refusals: readonly { set: string; says: RegExp }[] = [
    { set: `${ops}.type=slack`, says: /at '\/channels\/ops\/type'/ },
    { set: `${ops}.uri=x`, says: /additional properties 'uri' not allowed/ },
    {
      set: `${ops}.urlSecretRef.name=a,${ops}.urlSecretRef.key=b`,
      says: /channels\.ops: set url or urlSecretRef, not both/,
    },
    { set: `${ops}.url=`, says: /channels\.ops: set url or urlSecretRef/ },
    { set: `${ops}.url=receiver`, says: /channels\.ops\.url: is not like https:/ },
    { set: `${ops}.url=http://receiver/`, says: /channels\.ops\.url: is not encrypted/ },
    { set: `${ops}.secretRef=null`, says: /channels\.ops\.secretRef: name the Secret and key/ },
    { set: "channels.Ops.type=webhook", says: /channels: "Ops" is no channel's name/ },
    { set: "channels.mail.type=webhook", says: /channels: mail is what mails go by/ },
  ];
  for (const { set, says } of refusals) {
    it(`are refused with ${set}`, async () => {
      await assert.rejects(helm(["template", "ih", chart, "-f", valuesFile("channels"), "--set", set]), says);
    });
  }
});

describe("the chart's settings of telling people", () => {
  it("are what the service takes for them by default", async () => {
    assert.deepEqual(readNotifySettings(envOf(await render({ values: ["map"] }))), readNotifySettings({}));
  });

  it("are handed over", async () => {
    const set = [
      "mail.ownerDomains={example.com,example.org}",
      "notify.retryFirst=1s",
      "notify.retryFor=1h",
      "global.cattle.url=https://rancher.example.com",
      "global.cattle.clusterId=c-m-4x7k2p9d",
    ];
    const env = envOf(await render({ values: ["map"], args: set.flatMap((each) => ["--set", each]) }));
    const read = readNotifySettings(env);
    assert.ok(read.kind === "ok");
    assert.deepEqual(read.value, {
      channelsFile: "",
      retry: { firstMs: 1_000, forMs: 3_600_000 },
      ownerDomains: ["example.com", "example.org"],
      rancher: { url: "https://rancher.example.com", cluster: "c-m-4x7k2p9d" },
    });
  });

  it("leave out what Rancher wrote where it is no address that can be linked to", async () => {
    const set = ["global.cattle.url=http://rancher.local", "global.cattle.clusterId=local"];
    const env = envOf(await render({ values: ["map"], args: set.flatMap((each) => ["--set", each]) }));
    assert.deepEqual([env["RANCHER_URL"], env["RANCHER_CLUSTER"]], [undefined, undefined]);
  });
});
