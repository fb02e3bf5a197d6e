import assert from "node:assert/strict";
import { readConfig } from "../../src/config.ts";

describe("readConfig(env, flags): telling people", () => {
  it("reads where Rancher is", () => {
    const read = readConfig({ RANCHER_URL: "https://rancher.example.com", RANCHER_CLUSTER: "c-1" }, []);
    assert.equal(read.kind, "ok");
    assert.deepEqual(read.value.notify.rancher, { url: "https://rancher.example.com", cluster: "c-1" });
  });

  it("says what is wrong beside the problems of mail and others", () => {
    const read = readConfig({ RANCHER_URL: "rancher", PORT: "x", MAIL_FROM: "nobody" }, []);
    const [port, from, server, rancher] = read.kind === "error" ? read.error.split("\n") : [];
    assert.match(String(port), /^PORT: /);
    assert.match(String(from), /^MAIL_FROM is "nobody"/);
    assert.match(String(server), /^MAIL_SMTP_SERVER is not set/);
    assert.match(String(rancher), /^RANCHER_URL is "rancher": /);
  });

  it("says what is wrong with it alone, and with mail alone", () => {
    for (const [env, is] of [
      [{ NOTIFY_RETRY_FOR: "x" }, /^NOTIFY_RETRY_FOR is "x": [^\n]+$/],
      [{ MAIL_FROM: "ops@example.com" }, /^MAIL_SMTP_SERVER is not set[^\n]+$/],
    ] as const) {
      const read = readConfig(env, []);
      assert.match(read.kind === "error" ? read.error : "", is);
    }
  });
});
