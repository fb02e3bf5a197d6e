import assert from "node:assert/strict";
import { aTarget } from "../support/builders.ts";
import { ask, bodyOf, post, serve, TOKEN } from "./http-kit.ts";

describe("the log of deliveries", () => {
  it("has one line a delivery with what became of it", async () => {
    const kit = await serve();
    await post(kit, "2.0");
    await post(kit, "2.0");
    await post(kit, "2.0", "/hooks/website?ns=other");
    await post(kit, "2.0", "/hooks/website?net_type=vpc&token=wrong");
    await ask(kit, "/hooks/website");
    await ask(kit, "/hooks/website", { method: "POST", body: `{"push_data":{"secret":"${TOKEN}"}}` });
    await ask(kit, "/hooks/website", { method: "POST", body: "no JSON", headers: { "X-Token": TOKEN } });
    await ask(kit, "/hooks/website", { method: "POST", body: "{}" });
    kit.cluster.interrupt("patch", () => ({ kind: "refused", message: "denied by a policy", status: 403 }));
    await post(kit, "2.1");
    await post(kit, "2.1", `/hooks/${"x".repeat(300)}`);
    await kit.server.drain();
    const base = { hook: "website", namespace: "shop", workload: "deployment/website", container: "web" };
    const image = (tag: string): string => `registry.example.com/shop/website:${tag}`;
    const lines = kit.log();
    const info = { ...base, level: "info", msg: "delivery" };
    const forOther =
      "this hook is for deployment/website in namespace shop: take ns and workload out of the URL, or correct them";
    const network = 'this hook has net_type "keep": take it out of the URL, or change the hook';
    assert.partialDeepStrictEqual(lines, [
      { ...info, outcome: "changed", before: image("1.0"), after: image("2.0"), redeploys: false, status: 200 },
      { ...info, outcome: "skipped", reason: "duplicate", image: image("2.0"), status: 200 },
      { ...info, outcome: "not-allowed", reason: forOther, status: 403 },
      { ...info, outcome: "not-allowed", reason: network, status: 403 },
      { ...info, outcome: "method-not-allowed", status: 405 },
      { ...info, outcome: "ignored", reason: "no tag", status: 200 },
      { ...info, outcome: "bad-request", field: "body", status: 400 },
      { ...info, outcome: "mismatch", status: 403 },
      { ...base, level: "error", msg: "delivery failed", outcome: "cluster", failure: "refused", status: 502 },
      { level: "info", msg: "delivery", hook: "x".repeat(80), outcome: "unknown-hook", status: 404 },
    ]);
    assert.equal(lines.length, 10);
  });

  it("says of a dry run that it was one, and what would have been", async () => {
    const kit = await serve();
    const answer = await post(kit, "2.0", "/hooks/website?dry-run=true");
    await post(kit, "2.0", "/hooks/website?dry-run=true&ns=other");
    await post(kit, "2.0", "/hooks/website?dry-run=1");
    await kit.server.drain();
    const image = (tag: string): string => `registry.example.com/shop/website:${tag}`;
    assert.deepEqual(
      [answer.status, answer.body],
      [200, `dry run: deployment.apps/website would change\nweb: ${image("1.0")} -> ${image("2.0")}`],
    );
    const line = { hook: "website", level: "info", msg: "delivery" };
    assert.partialDeepStrictEqual(kit.log(), [
      {
        ...line,
        outcome: "dry-run",
        dryRun: true,
        would: "changed",
        before: image("1.0"),
        after: image("2.0"),
        redeploys: false,
        status: 200,
      },
      { ...line, outcome: "dry-run", dryRun: true, would: "not-allowed", status: 200 },
      { ...line, outcome: "bad-request", field: "dry-run", status: 400 },
    ]);
    assert.ok(!kit.cluster.calls.includes("patch") && !kit.cluster.calls.includes("save-state"));
  });

  it("says of each workload that a hook selects what became of it", async () => {
    const kit = await serve();
    const image = (tag: string): string => `registry.example.com/shop/website:${tag}`;
    for (const [name, runs] of Object.entries({ api: image("1.0"), other: "nginx:1" }))
      await kit.cluster.deploy({ ...aTarget, name }, { web: runs }, { app: "website" });
    const answer = await post(kit, "2.0", "/hooks/selecting");
    await kit.server.drain();
    assert.equal(answer.status, 200, answer.body);
    assert.partialDeepStrictEqual(kit.log(), [
      {
        hook: "selecting",
        namespace: "shop",
        workload: "deployment -l app=website",
        outcome: "several",
        workloads: [
          { workload: "deployment/api", outcome: "changed", before: image("1.0"), after: image("2.0") },
          { workload: "deployment/other", outcome: "ignored" },
        ],
        status: 200,
      },
    ]);
  });

  it("never holds a token, and no answer does, wherever it was sent", async () => {
    const kit = await serve();
    const { cluster } = kit;
    const url = `/hooks/website?token=${TOKEN}`;
    const headers = { "X-Token": TOKEN, Authorization: `Bearer ${TOKEN}`, Cookie: `a=${TOKEN}` };
    const bodies = [bodyOf("2.0"), `{"secret":"${TOKEN}"`, `["${TOKEN}"]`, `"${TOKEN}"`, TOKEN, `{"${TOKEN}": {`, ""];
    const paths = [
      url,
      `${url}&${url.slice(15)}`,
      `${url};`,
      `${url}&ns=other`,
      `${url}&net_type=x`,
      `/nowhere?${TOKEN}`,
    ];
    const answers: string[] = [];
    for (const path of paths) {
      for (const body of bodies) {
        const seen = await ask(kit, path, { method: "POST", headers, body });
        answers.push(JSON.stringify(seen));
      }
    }
    for (const call of ["patch", "read", "load-state"] as const) {
      cluster.interrupt(call, () => ({ kind: "unreachable", message: "ETIMEDOUT" }));
      answers.push(JSON.stringify(await post(kit, "3.0")));
    }
    for (const method of ["GET", "HEAD"]) answers.push(JSON.stringify(await ask(kit, url, { method, headers })));
    await kit.server.drain();
    assert.ok(kit.log().length > 30, kit.logText());
    assert.ok(!kit.logText().includes(TOKEN), kit.logText());
    assert.ok(!answers.join("\n").includes(TOKEN), answers.join("\n"));
  });
});
