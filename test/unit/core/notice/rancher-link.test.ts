import assert from "node:assert/strict";
import { rancherLink } from "../../../../src/core/notice/rancher-link.ts";

describe("rancherLink(site, target)", () => {
  const site = { url: "https://rancher.example.com", cluster: "c-m-4x7k2p9d" };
  const cases = [
    { kind: "deployment", page: "apps.deployment/shop/website#pods" },
    { kind: "statefulset", page: "apps.statefulset/shop/website#pods" },
    { kind: "daemonset", page: "apps.daemonset/shop/website#pods" },
    { kind: "cronjob", page: "batch.cronjob/shop/website#jobs" },
  ] as const;
  for (const { kind, page } of cases) {
    it(`leads to the page of a ${kind}`, () => {
      const link = rancherLink(site, { kind, namespace: "shop", name: "website" });
      assert.equal(link, `https://rancher.example.com/dashboard/c/c-m-4x7k2p9d/explorer/${page}`);
    });
  }

  it("lets no name leave its place", () => {
    const link = rancherLink(site, { kind: "deployment", namespace: "../..", name: "a?b#c/d" });
    assert.equal(
      link,
      "https://rancher.example.com/dashboard/c/c-m-4x7k2p9d/explorer/apps.deployment/..%2F../a%3Fb%23c%2Fd#pods",
    );
  });
});
