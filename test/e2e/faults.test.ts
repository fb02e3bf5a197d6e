import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { apply, freshNamespace, useCluster, waitFor } from "../support/cluster.ts";
import { aDeployment, customBody, hookPath, imageOf, install, logOf, read, TOKEN, type Installation } from "./kit.ts";
import { seedHook } from "./seed.ts";

const APP = "registry.example.com/team/app";

describe("what goes wrong is said, and changes nothing", function () {
  this.timeout(90_000);
  const cluster = useCluster();
  let installed: Installation;
  let elsewhere: string;

  const values = (web: string): object => ({
    hooks: {
      app: { namespace: web, workload: "deployment/app", container: "web", repoType: "custom", token: TOKEN },
      gone: { namespace: web, workload: "deployment/gone", container: "web", repoType: "custom", token: TOKEN },
      box: { namespace: web, workload: "deployment/app", container: "boxx", repoType: "custom", token: TOKEN },
    },
    existingConfigMap: "more-hooks",
  });
  const generation = async (): Promise<number> =>
    (await read(cluster(), installed.web, "deployment", "app")).metadata.generation;

  before(async () => {
    elsewhere = await freshNamespace(cluster(), "elsewhere");
    installed = await install(cluster(), {
      values,
      env: { LOG_LEVEL: "debug" },
      prepare: async ({ namespace, web }) => {
        await apply(cluster(), aDeployment(web, "app", `${APP}:1`));
        await apply(cluster(), aDeployment(elsewhere, "app", `${APP}:1`));
        const target = { token: TOKEN, namespace: elsewhere, workload: "deployment/app", container: "web" };
        await apply(cluster(), {
          apiVersion: "v1",
          kind: "ConfigMap",
          metadata: { name: "more-hooks", namespace },
          data: { "more.json": JSON.stringify([seedHook({ id: "uncovered", ...target })]) },
        });
      },
    });
  });
  after(async () => {
    await installed.remove();
  });

  it("answers a wrong token with the mismatch status", async () => {
    for (const token of ["", "wrong", `${TOKEN}x`, TOKEN.slice(1), "\0", "x".repeat(10_000)]) {
      const answer = await installed.post(hookPath("app", { token }), customBody("2"));
      assert.deepEqual(
        [answer.status, answer.text],
        [403, "Hook rules were not satisfied."],
        `for "${token.slice(0, 30)}"`,
      );
    }
    assert.equal(await generation(), 1);
  });

  it("answers 404 to an id that is not there, __proto__ among them", async () => {
    for (const id of ["nobody", "__proto__", "constructor", "app/", ""]) {
      const answer = await installed.post(hookPath(id), customBody("2"));
      assert.equal(answer.status, 404, id);
    }
  });

  it("answers 500 to a container that is not there, and names those that are", async () => {
    const answer = await installed.post(hookPath("box"), customBody("2"));
    assert.equal(answer.status, 500);
    assert.equal(
      answer.text,
      `deployment "app" in namespace "${installed.web}" has no container "boxx": it has web, web-sidecar`,
    );
  });

  it("answers 500 to a workload that is not there", async () => {
    const answer = await installed.post(hookPath("gone"), customBody("2"));
    assert.deepEqual([answer.status, answer.text], [500, 'deployments.apps "gone" not found']);
  });

  it("answers 403 to another image's repository, with the line that would allow it", async () => {
    const typed = await installed.post(hookPath("app"), {
      ...customBody("2"),
      repository: { repo_url: "evil.example.com", namespace: "team", name: "app" },
    });
    assert.equal(typed.status, 403);
    assert.equal(
      typed.text,
      `the push brings evil.example.com/team/app, this hook allows ${APP}:1; to allow it add to its image-upgrade: image: {repository: evil.example.com/team/app}` +
        "; or, if registry.example.com and evil.example.com are one registry, say so in an image-upgrade: " +
        "image: {host-aliases: {registry.example.com: evil.example.com}}",
    );
    assert.equal(await generation(), 1);
  });

  it("answers 403 where the URL names another target than the hook", async () => {
    const answer = await installed.post(hookPath("app", { ns: elsewhere }), customBody("2"));
    assert.equal(answer.status, 403);
    assert.match(answer.text, new RegExp(`^this hook is for deployment/app in namespace ${installed.web}`));
  });

  it("answers 502 in a namespace that no Role covers, with the kubectl lines that grant the right and then work", async () => {
    const url = hookPath("uncovered", {
      ns: elsewhere,
      workload: "deployment/app",
      container: "web",
      repo_type: "custom",
    });
    const refused = await installed.post(url, customBody("2"));
    assert.equal(refused.status, 502);
    assert.match(
      refused.text,
      new RegExp(`lacks the right to get deployments\\.apps "app" in namespace "${elsewhere}"`),
    );
    const commands = (refused.text.split("Grant it: ")[1] ?? "").split(" && ");
    assert.equal(commands.length, 2, refused.text);
    for (const command of commands) await cluster().kubectl(command.replace(/^kubectl /, "").split(" "));
    // The state object is another right: of the release's namespace, for a target that the chart was not told of.
    const again = await waitFor(
      () => installed.post(url, customBody("2")),
      ({ text }) => !text.includes("deployments.apps"),
      { timeoutMs: 10_000, what: "the new right" },
    );
    assert.equal(again.status, 502);
    assert.match(again.text, /lacks the right to (?:get|create) configmaps "imagehook-[0-9a-f]{16}" in namespace/);
    assert.equal(imageOf(await read(cluster(), elsewhere, "deployment", "app")), `${APP}:1`);
  });

  it("works once rbac.targets names the workload", async () => {
    await installed.upgrade({
      ...values(installed.web),
      rbac: { targets: [{ namespace: elsewhere, workload: "deployment/app" }] },
    });
    const url = hookPath("uncovered", {
      ns: elsewhere,
      workload: "deployment/app",
      container: "web",
      repo_type: "custom",
    });
    const answer = await waitFor(
      () => installed.post(url, customBody("2")),
      ({ status }) => status !== 502,
      { timeoutMs: 10_000, what: "the Role of rbac.targets" },
    );
    assert.equal(answer.status, 200, answer.text);
    assert.equal(imageOf(await read(cluster(), elsewhere, "deployment", "app")), `${APP}:2`);
  });

  it("made every request under its own service account, as the audit log shows", async () => {
    const answer = await installed.post(hookPath("app"), customBody("2"));
    assert.equal(answer.status, 200, answer.text);
    const requestId = answer.headers.get("x-request-id");
    await waitFor(
      () => Promise.resolve(logOf(installed.pod)),
      (lines) => lines.some((line) => line["msg"] === "rollout ended" && line["requestId"] === requestId),
      { timeoutMs: 20_000, what: "the end of the rollout" },
    );
    const lines = (await readFile(cluster().auditLog, "utf8"))
      .split("\n")
      .filter((line) => line.includes('"userAgent":"imagehook"'));
    const events = lines.map(
      (line) => JSON.parse(line) as { user: { username: string }; objectRef?: { namespace?: string }; verb: string },
    );
    const mine = events.filter(({ objectRef }) =>
      [installed.web, installed.namespace].includes(objectRef?.namespace ?? ""),
    );
    assert.ok(mine.some(({ verb }) => verb === "patch") && mine.some(({ verb }) => verb === "watch"));
    const account = `system:serviceaccount:${installed.namespace}:ih-imagehook`;
    assert.deepEqual([...new Set(mine.map(({ user }) => user.username))], [account]);
  });

  it("answers 502 once the Role is taken away", async () => {
    const roles = await cluster().kubectl(["get", "role", "-n", installed.web, "-o", "name"]);
    await cluster().kubectl(["delete", "-n", installed.web, ...roles.trim().split("\n")]);
    const answer = await waitFor(
      () => installed.post(hookPath("app"), customBody("3")),
      ({ status }) => status !== 200,
      { timeoutMs: 10_000, what: "the refusal" },
    );
    assert.equal(answer.status, 502);
    assert.match(answer.text, /lacks the right to patch deployments\.apps "app"/);
    await cluster().kubectl(["delete", "rolebinding", "--all", "-n", installed.web]);
    await cluster()
      .helm(["rollback", "ih", "--namespace", installed.namespace])
      .catch(() => undefined);
    await installed.upgrade(values(installed.web));
  });
});
