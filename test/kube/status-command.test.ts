import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { emptyState, printState, stateObjectName, targetOf, withPush } from "../../src/core/rollout/state.ts";
import { aPush, aTarget } from "../support/builders.ts";
import { freshNamespace, useCluster } from "../support/cluster.ts";

const root = join(import.meta.dirname, "../..");

describe("imagehook status, imagehook release", function () {
  // One story: what is released stays so.
  this.timeout(60_000);
  const cluster = useCluster();
  let namespace: string;

  before(async () => {
    namespace = await freshNamespace(cluster(), "status");
    const pushes = [
      ["website", aPush({ phase: "undone", reason: "somebody set 1.0 again", endedAt: "2026-11-22T08:01:00.000Z" })],
      ["worker", aPush({ phase: "progressing", hook: "worker" })],
    ] as const;
    for (const [name, push] of pushes) {
      const state = withPush(emptyState({ ...aTarget, name }), "web", push);
      await cluster().call("POST", `/api/v1/namespaces/${namespace}/configmaps`, {
        metadata: { name: stateObjectName(targetOf(state)), labels: { "imagehook.dev/state": "rollout" } },
        data: { "state.json": printState(state) },
      });
    }
  });

  async function imagehook(...args: readonly string[]): Promise<{ code: number | null; out: string; err: string }> {
    const places = ["--kubeconfig", cluster().kubeconfig, "--state-namespace", namespace];
    const child = spawn(process.execPath, ["src/main.ts", ...args, ...places], { cwd: root });
    const ended = once(child, "close");
    const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
    await ended;
    return { code: child.exitCode, out, err };
  }
  const phases = async (): Promise<unknown> => {
    const { out } = await imagehook("status", "--json");
    const { rollouts } = JSON.parse(out) as { rollouts: { workload: string; phase: string }[] };
    return Object.fromEntries(rollouts.map(({ workload, phase }) => [workload, phase]));
  };

  it("prints what goes on before what has ended", async () => {
    const { code, out } = await imagehook("status", "--namespace", "shop");
    assert.equal(code, 0);
    assert.match(out, /^NAMESPACE +WORKLOAD +CONTAINER +IMAGE +PHASE +AGE +REASON\n/);
    assert.match(
      out,
      /\nshop +deployment\/worker +web +\S+:2\.0 +progressing +\d+[smhd] +-\nshop +deployment\/website /,
    );
    assert.match(out, / undone +\d+[smhd] +somebody set 1\.0 again\n$/);
  });

  it("releases what is held back of a workload, once", async () => {
    assert.deepEqual(await phases(), { "deployment/website": "undone", "deployment/worker": "progressing" });
    const { code, out } = await imagehook("release", "deploy/website", "--namespace", "shop");
    const line = `shop deployment/website released: web ${aPush().after} (hook website)\n`;
    assert.deepEqual([code, out], [0, line]);
    assert.deepEqual(await phases(), { "deployment/worker": "progressing" });
    const again = await imagehook("release", "--hook", "website");
    assert.deepEqual([again.code, again.out], [1, "nothing is held back\n"]);
  });

  it("exits with 2 where there is no cluster to ask", async () => {
    for (const words of [["status"], ["release", "--hook", "website"]]) {
      const child = spawn(process.execPath, ["src/main.ts", ...words], {
        cwd: root,
        env: { PATH: process.env["PATH"] },
      });
      const ended = once(child, "close");
      assert.match(await text(child.stderr), /^the cluster cannot be asked: none is configured: .* use --kubeconfig/);
      await ended;
      assert.equal(child.exitCode, 2);
    }
  });
});
