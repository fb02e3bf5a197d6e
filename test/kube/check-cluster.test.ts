import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { apply, freshNamespace, useCluster } from "../support/cluster.ts";

const root = join(import.meta.dirname, "../..");

describe("imagehook check --cluster PATH…", function () {
  this.timeout(60_000);
  const cluster = useCluster();
  let namespace: string;
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "imagehook-check-cluster-"));
    namespace = await freshNamespace(cluster(), "check");
    const labels = { app: "website" };
    const containers = [{ name: "web", image: "registry.example.com/shop/website:1.0" }];
    await apply(cluster(), {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "website", namespace },
      spec: {
        replicas: 0,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers } },
      },
    });
  });
  after(() => rm(folder, { recursive: true }));

  async function check(...hooks: readonly string[]): Promise<{ code: number | null; out: string }> {
    const file = join(folder, "hooks.yaml");
    const rule = "{match: {type: value, value: 0123456789abcdef, parameter: {source: url, name: token}}}";
    const lines = hooks.map(
      (upgrade, index) =>
        `- {id: hook-${String(index)}, image-upgrade: {namespace: ${namespace}, ${upgrade}}, ` +
        `trigger-rule: ${rule}, trigger-rule-mismatch-http-response-code: 403}\n`,
    );
    await writeFile(file, lines.join(""));
    const args = ["src/main.ts", "check", "--cluster", "--kubeconfig", cluster().kubeconfig, file];
    const child = spawn(process.execPath, args, { cwd: root, env: { ...process.env, STATE_NAMESPACE: namespace } });
    const ended = once(child, "close");
    const out = `${await text(child.stdout)}${await text(child.stderr)}`;
    await ended;
    return { code: child.exitCode, out: out.replaceAll(`${folder}/`, "") };
  }

  it("finds nothing where workload, container and rights are there", async () => {
    const { code, out } = await check("workload: deployment/website, container: web");
    assert.deepEqual([code, out], [0, "1 hooks would be served; 0 errors, 0 warnings\n"]);
  });

  it("names what each hook would be refused for, at its place, and exits with 1", async () => {
    const { code, out } = await check(
      "workload: deployment/websites, container: web",
      "workload: deployment/website, container: app",
      "workload: deployment/website, container: web, image: {repository: registry.example.com/shop/other}",
    );
    assert.equal(code, 1, out);
    assert.match(out, /^hooks\.yaml:1:3: error: hook-0: .*deployments\.apps "websites" not found$/m);
    assert.match(out, /^hooks\.yaml:2:3: error: hook-1: deployment\/website has no container "app": it has web$/m);
    assert.match(out, /^hooks\.yaml:3:3: warning: hook-2: .*lets in registry\.example\.com\/shop\/other/m);
    assert.match(out, /\n3 hooks would be served; 2 errors, 1 warnings\n$/);
  });

  it("exits with 2 where there is no cluster to ask", async () => {
    const child = spawn(process.execPath, ["src/main.ts", "check", "--cluster", "examples/hooks.json"], {
      cwd: root,
      env: { PATH: process.env["PATH"] },
    });
    const ended = once(child, "close");
    assert.match(await text(child.stderr), /^the cluster cannot be asked: none is configured: .* use --kubeconfig/);
    await ended;
    assert.equal(child.exitCode, 2);
  });
});
