import assert from "node:assert/strict";
import { readNotifySettings } from "../../../../src/core/notice/notify-settings.ts";

describe("readNotifySettings(env)", () => {
  it("has a value for each variable that is not set, or empty", () => {
    const value = {
      channelsFile: "",
      retry: { firstMs: 30_000, forMs: 259_200_000 },
      ownerDomains: [],
      rancher: null,
    };
    assert.deepEqual(readNotifySettings({}), { kind: "ok", value });
    assert.deepEqual(readNotifySettings({ RANCHER_URL: "", NOTIFY_RETRY_FOR: " " }), { kind: "ok", value });
  });

  it("reads all of them", () => {
    const env = {
      CHANNELS_FILE: "/etc/imagehook/channels/channels.yaml",
      NOTIFY_RETRY_FIRST: "1s",
      NOTIFY_RETRY_FOR: "24h",
      MAIL_OWNER_DOMAINS: "Example.com, example.org",
      RANCHER_URL: "https://rancher.example.com/",
      RANCHER_CLUSTER: "c-m-4x7k2p9d",
    };
    assert.deepEqual(readNotifySettings(env), {
      kind: "ok",
      value: {
        channelsFile: "/etc/imagehook/channels/channels.yaml",
        retry: { firstMs: 1_000, forMs: 86_400_000 },
        ownerDomains: ["example.com", "example.org"],
        rancher: { url: "https://rancher.example.com", cluster: "c-m-4x7k2p9d" },
      },
    });
  });

  it("calls the cluster local where its id is not known", () => {
    const read = readNotifySettings({ RANCHER_URL: "https://rancher.example.com:8443/rancher" });
    assert.equal(read.kind, "ok");
    assert.deepEqual(read.value.rancher, { url: "https://rancher.example.com:8443/rancher", cluster: "local" });
  });

  const wrong: readonly (readonly [string, string])[] = [
    ["NOTIFY_RETRY_FIRST", "soon"],
    ["NOTIFY_RETRY_FIRST", "0s"],
    ["NOTIFY_RETRY_FOR", "721h"],
    ["MAIL_OWNER_DOMAINS", "*.example.com"],
    ["MAIL_OWNER_DOMAINS", "a@example.com"],
    ["RANCHER_URL", "http://rancher.example.com"],
    ["RANCHER_URL", "rancher.example.com"],
    ["RANCHER_URL", "https://u:p@rancher.example.com"],
    ["RANCHER_URL", "https://rancher.example.com/?a=b"],
    ["RANCHER_URL", "https://rancher.example.com/#a"],
    ["RANCHER_CLUSTER", "a/b"],
  ];
  for (const [variable, value] of wrong) {
    it(`refuses ${variable}=${value}`, () => {
      const read = readNotifySettings({ [variable]: value });
      assert.equal(read.kind, "error");
      assert.match(read.error.join("\n"), new RegExp(`^${variable} is "[^"\\n]+": write [^\\n]+$`));
    });
  }

  it("says all that is wrong at once", () => {
    const read = readNotifySettings({ RANCHER_URL: "x", NOTIFY_RETRY_FOR: "x" });
    assert.equal(read.kind === "error" && read.error.length, 2);
  });
});
