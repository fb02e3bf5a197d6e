import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { stateObjectName } from "../../src/core/rollout/state.ts";
import { apply, useCluster, waitFor } from "../support/cluster.ts";
import { aDeployment, customBody, hookPath, imageOf, install, read, TOKEN, type Installation } from "./kit.ts";

const APP = "registry.example.com/team/app";

describe("an API server that is away, other writers, and the end of the process", function () {
  this.timeout(90_000);
  const cluster = useCluster();
  let installed: Installation;
  const stateObject = (): string => stateObjectName({ kind: "deployment", namespace: installed.web, name: "app" });

  before(async () => {
    installed = await install(cluster(), {
      values: (web) => ({
        hooks: {
          app: { namespace: web, workload: "deployment/app", container: "web", repoType: "custom", token: TOKEN },
        },
      }),
      prepare: ({ web }) => apply(cluster(), aDeployment(web, "app", `${APP}:1`)),
    });
    const first = await installed.post(hookPath("app"), customBody("2"));
    assert.equal(first.status, 200, first.text);
    // Its end is recorded later: until then the state object changes by itself.
    await waitFor(
      () => read(cluster(), installed.namespace, "configmap", stateObject()),
      ({ data }) => (data?.["state.json"] ?? "").includes('"phase":"complete"'),
      { timeoutMs: 30_000, what: "the end of the first rollout" },
    );
  });
  after(async () => {
    await installed.remove();
  });

  it("answers 503 with Retry-After within two seconds while the API server is stopped, and acknowledges nothing", async () => {
    const before = await read(cluster(), installed.web, "deployment", "app");
    const stateBefore = await read(cluster(), installed.namespace, "configmap", stateObject());
    await cluster().stopApiServer();
    const stopped = await installed.post(hookPath("app"), customBody("4"));
    const healthy = await fetch(`${installed.pod.url}/readyz?verbose`).then((answer) => answer.text());
    const live = await fetch(`${installed.pod.url}/healthz`);
    await cluster().startApiServer();
    assert.equal(stopped.status, 503, stopped.text);
    assert.match(stopped.text, /^the API server cannot be reached: /);
    assert.ok(Number(stopped.headers.get("retry-after")) >= 1);
    assert.ok(stopped.tookMs < 4_000, `took ${String(stopped.tookMs)} ms`);
    assert.match(healthy, /^ok\nAPI server: the API server cannot be reached/);
    assert.equal(live.status, 200);
    const after = await read(cluster(), installed.web, "deployment", "app");
    assert.equal(imageOf(after), imageOf(before));
    assert.equal(after.metadata.generation, before.metadata.generation);
    assert.deepEqual((await read(cluster(), installed.namespace, "configmap", stateObject())).data, stateBefore.data);
  });

  it("answers 503 within two seconds while the API server hangs, and carries the delivery out when it is sent again", async () => {
    cluster().pauseApiServer();
    const hanging = await installed.post(hookPath("app"), customBody("5")).finally(() => {
      cluster().resumeApiServer();
    });
    assert.equal(hanging.status, 503, hanging.text);
    assert.ok(hanging.tookMs < 4_000, `took ${String(hanging.tookMs)} ms`);
    const again = await waitFor(
      () => installed.post(hookPath("app"), customBody("5")),
      ({ status }) => status === 200,
      { timeoutMs: 20_000, what: "the delivery sent again" },
    );
    assert.match(again.text, /image updated|already runs/);
    assert.equal(imageOf(await read(cluster(), installed.web, "deployment", "app")), `${APP}:5`);
  });

  it("never undoes what someone else changes in the same moment", async () => {
    const pushes = Array.from({ length: 10 }, (_unused, index) =>
      installed.post(hookPath("app"), customBody(`6.${String(index)}`)),
    );
    const scaling = [3, 4, 5].map((replicas) =>
      cluster().kubectl(["scale", "deployment", "app", "-n", installed.web, `--replicas=${String(replicas)}`]),
    );
    const labelling = cluster().kubectl(["label", "deployment", "app", "-n", installed.web, "touched=yes"]);
    const answers = await Promise.all(pushes);
    await Promise.all([...scaling, labelling]);
    assert.deepEqual(
      answers.map(({ status }) => status),
      Array.from({ length: 10 }, () => 200),
    );
    const live = (await read(cluster(), installed.web, "deployment", "app")) as unknown as {
      spec: { replicas: number };
      metadata: { labels: Readonly<Record<string, string>> };
    };
    assert.ok(live.spec.replicas >= 3 && live.spec.replicas <= 5);
    assert.equal(live.metadata.labels["touched"], "yes");
  });

  it("finishes a request that is under way at SIGTERM, refuses nothing before, and exits 0", async () => {
    const { port } = new URL(installed.pod.url);
    const body = JSON.stringify(customBody("9"));
    const socket = connect(Number(port), "127.0.0.1");
    await once(socket, "connect");
    socket.write(
      `POST ${hookPath("app", { token: "wrong" })} HTTP/1.1\r\nHost: x\r\nContent-Length: ${String(body.length)}\r\n\r\n`,
    );
    socket.write(body.slice(0, 20));
    await sleep(100);
    const exited = installed.pod.stop("SIGTERM");
    const unready = await waitFor(
      () =>
        fetch(`${installed.pod.url}/readyz`).then(
          ({ status }) => status,
          () => 0,
        ),
      (status) => status !== 200,
      { timeoutMs: 4_000, what: "readiness off" },
    );
    assert.equal(unready, 503);
    setTimeout(() => socket.write(body.slice(20)), 400);
    const chunks: Buffer[] = [];
    for await (const chunk of socket) chunks.push(chunk as Buffer);
    const answer = Buffer.concat(chunks).toString("utf8");
    assert.match(answer, /^HTTP\/1\.1 403 /);
    assert.match(answer, /Connection: close/i);
    assert.equal(await exited, 0);
    assert.equal(installed.pod.output().includes(TOKEN), false);
  });
});
