import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { apply, useCluster, waitFor } from "../support/cluster.ts";
import {
  eventsOn,
  imageFor,
  imagehook,
  phasesOf,
  pushOf,
  startPost,
  stateOf,
  untilEvent,
  untilPhase,
  type Named,
  type Post,
} from "./ends-kit.ts";
import { failingWorkloads, lock } from "./failing-workloads.ts";
import { hookPath, imageOf, install, logOf, read, TOKEN, type Installation } from "./kit.ts";

// What becomes of each kind, by the reason why its pods do not come up.
const cases = [
  {
    workload: { kind: "deployment", name: "shop" },
    tag: "2-image-pull",
    says: [
      /progress deadline of 3 s/,
      /cannot pull the image \S+:2-image-pull: failed to pull and unpack image .*: not found/,
    ],
  },
  {
    workload: { kind: "statefulset", name: "db" },
    tag: "2-crash-loop",
    says: [
      /not complete after 4 s/,
      /keeps crashing: exit code 1/,
      /again; a StatefulSet keeps pods that never became ready: delete them/,
    ],
  },
  {
    workload: { kind: "daemonset", name: "agent" },
    tag: "2-never-ready",
    says: [/not complete after 4 s/, /not ready/],
  },
] as const;

describe("a rollout that fails, and the image before", function () {
  this.timeout(90_000);
  const cluster = useCluster();
  let installed: Installation;
  let post: Post;
  const pushes = new Map<string, object>();

  const hook = (web: string, { kind, name }: Named, more: object = {}): object => ({
    namespace: web,
    workload: `${kind}/${name}`,
    container: "web",
    repoType: "custom",
    token: TOKEN,
    mailTo: "ops@example.com",
    onFailure: "rollback",
    ...(kind === "deployment" ? {} : { deadline: "4s" }),
    ...more,
  });
  const deployment = (name: string): Named => ({ kind: "deployment", name });
  const imageNow = async ({ kind, name }: Named): Promise<string | undefined> =>
    imageOf(await read(cluster(), installed.web, kind, name));
  const push = async (name: string, body: object): Promise<void> => {
    pushes.set(name, body);
    const answer = await installed.post(hookPath(name), body);
    assert.equal(answer.status, 200, answer.text);
    assert.match(answer.text, /image updated|restarted/);
  };
  const again = async (name: string): Promise<string> => (await installed.post(hookPath(name), pushes.get(name))).text;

  // All of them fail at the same time.
  before(async () => {
    post = await startPost();
    installed = await install(cluster(), {
      values: (web) => ({
        hooks: {
          ...Object.fromEntries(cases.map(({ workload }) => [workload.name, hook(web, workload)])),
          kept: hook(web, deployment("kept"), { onFailure: "keep" }),
          fought: hook(web, deployment("fought")),
          locked: hook(web, deployment("locked")),
          again: hook(web, deployment("again")),
        },
        mail: post.values,
      }),
      prepare: async ({ namespace, web }) => {
        await apply(cluster(), {
          apiVersion: "v1",
          kind: "List",
          items: [...failingWorkloads(web), ...lock(namespace, web)],
        });
        for (const name of ["statefulset/db", "daemonset/agent", "deployment/shop", "deployment/locked"])
          await cluster().kubectl(["rollout", "status", name, "-n", web, "--timeout=30s"]);
      },
    });
    await locked();
    await Promise.all(cases.map(({ workload, tag }) => push(workload.name, pushOf(tag))));
    await push("kept", pushOf("2-image-pull"));
    await push("locked", pushOf("2-image-pull"));
    const digest = `sha256:${"ab".repeat(32)}`;
    await push("again", { ...pushOf("latest-never-ready"), push_data: { tag: "latest-never-ready", digest } });
  });
  after(async () => {
    await cluster().kubectl([
      "delete",
      "validatingadmissionpolicy,validatingadmissionpolicybinding",
      `no-way-back-${installed.web}`,
    ]);
    await installed.remove();
    await post.sink.close();
  });

  // The API server takes policies up a moment after they were stored.
  async function locked(): Promise<void> {
    const account = `system:serviceaccount:${installed.namespace}:ih-imagehook`;
    const words = [
      "annotate",
      "deployment/locked",
      "tried=yes",
      "-n",
      installed.web,
      "--dry-run=server",
      `--as=${account}`,
    ];
    await waitFor(
      () =>
        cluster()
          .kubectl(words)
          .catch((error: unknown) => String(error)),
      (said) => said.includes("version 1 has a hole"),
      { timeoutMs: 20_000, what: "the policy to be in force" },
    );
  }

  for (const { workload, tag, says } of cases)
    it(`sets the exact image before of a ${workload.kind} again, and says why in one mail and an Event`, async () => {
      const { name } = workload;
      await untilPhase(installed, workload, "rolled-back");
      assert.equal(await imageNow(workload), imageFor("1"));
      const [mail] = await post.about(name, /result: /);
      const [line, text] = [String(mail?.subject), String(mail?.text)];
      assert.match(line, /: failed, rolled back$/);
      assert.match(text, /The rollout failed, and the image before was set again\./);
      for (const part of says) assert.match(text, part);
      assert.match(text, /rolled back: web has registry\.example\.com\/team\/app:1 again/);
      const event = await untilEvent(installed, workload, "RolledBack");
      assert.equal(event.type, "Warning");
      for (const part of says) assert.match(event.message, part);
      const cause = (await read(cluster(), installed.web, workload.kind, name)).metadata.annotations;
      assert.equal(cause?.["kubernetes.io/change-cause"], `imagehook ${name}: rolled back to ${imageFor("1")}`);
      const ends = logOf(installed.pod).filter(({ msg, hook: id }) => msg === "rollout ended" && id === name);
      assert.deepEqual(
        ends.map(({ outcome, after }) => [outcome, after]),
        [["rolled-back", imageFor(tag)]],
      );
    });

  for (const { workload } of cases)
    it(`does not bring a ${workload.kind}'s failed push back when it is delivered again`, async () => {
      await untilPhase(installed, workload, "rolled-back");
      const before = await read(cluster(), installed.web, workload.kind, workload.name);
      assert.match(await again(workload.name), /^ignored: the rollout of this push failed and was rolled back; /);
      const after = await read(cluster(), installed.web, workload.kind, workload.name);
      assert.equal(after.metadata.generation, before.metadata.generation);
      assert.equal((await post.about(workload.name, /result: /)).length, 1);
    });

  it("carries the failed push out once more after imagehook release", async () => {
    const shop = deployment("shop");
    await untilPhase(installed, shop, "rolled-back");
    const { code, out } = await imagehook(installed, "release", "deployment/shop", "--namespace", installed.web);
    const line = `${installed.web} deployment/shop released: web ${imageFor("2-image-pull")} (hook shop)\n`;
    assert.deepEqual([code, out], [0, line]);
    assert.match(await again("shop"), /image updated/);
    await untilPhase(installed, shop, "rolled-back");
    assert.equal((await post.about("shop", /rolled back$/, { count: 2 })).length, 2);
  });

  for (const { workload } of cases)
    it(`goes on with a newer push of a ${workload.kind}`, async () => {
      await untilPhase(installed, workload, "rolled-back");
      const answer = await installed.post(hookPath(workload.name), pushOf("3"));
      assert.match(answer.text, /image updated\nweb: .*:1 -> .*:3$/);
      assert.equal(await imageNow(workload), imageFor("3"));
    });

  it("leaves the failed image where the hook keeps it", async () => {
    const [mail] = await post.about("kept", /failed$/);
    assert.match(mail?.text ?? "", /cannot pull the image/);
    assert.doesNotMatch(mail?.text ?? "", /rolled back/);
    assert.equal(await imageNow(deployment("kept")), imageFor("2-image-pull"));
    assert.deepEqual(phasesOf((await stateOf(installed, deployment("kept"))).state), ["failed"]);
    const reasons = (await eventsOn(installed, deployment("kept"))).map(({ reason }) => reason);
    assert.ok(reasons.includes("RolloutFailed") && !reasons.includes("RolledBack"), reasons.join(" "));
  });

  it("says that a redeployment has nothing to roll back to", async () => {
    const [mail] = await post.about("again", /result: /);
    assert.match(mail?.subject ?? "", /failed$/);
    assert.match(mail?.text ?? "", /nothing to roll back to: the image's name was the same before/);
    assert.equal(await imageNow(deployment("again")), imageFor("latest-never-ready"));
    assert.deepEqual(phasesOf((await stateOf(installed, deployment("again"))).state), ["failed"]);
  });

  it("says loudly that the API server refused the rollback", async () => {
    const workload = deployment("locked");
    const [mail] = await post.about("locked", /result: /);
    assert.match(mail?.subject ?? "", /failed$/);
    assert.match(mail?.text ?? "", /cannot pull the image.*THE ROLLBACK FAILED: .*version 1 has a hole/);
    const event = await untilEvent(installed, workload, "RollbackFailed");
    assert.equal(event.type, "Warning");
    assert.match(event.message, /THE ROLLBACK FAILED: .*version 1 has a hole/);
    const line = logOf(installed.pod).find(({ msg }) => msg === "rollback failed");
    assert.equal(line?.["level"], "error");
    assert.equal(await imageNow(workload), imageFor("2-image-pull"));
    assert.deepEqual(phasesOf((await stateOf(installed, workload)).state), ["failed"]);
  });

  // The process stands still from before the failure until someone has set another image: what it learns of first when it
  // goes on is the failure.
  it("leaves what somebody sets between the failure and the rollback", async () => {
    const workload = deployment("fought");
    await push("fought", pushOf("2-image-pull"));
    await untilPhase(installed, workload, "accepted");
    process.kill(installed.pod.pid, "SIGSTOP");
    try {
      await waitFor(
        () => read(cluster(), installed.web, "deployment", "fought"),
        ({ status }) => JSON.stringify(status).includes("ProgressDeadlineExceeded"),
        { timeoutMs: 8_000, what: "the failure" },
      );
      await cluster().kubectl(["set", "image", "deployment/fought", `web=${imageFor("hotfix")}`, "-n", installed.web]);
    } finally {
      process.kill(installed.pod.pid, "SIGCONT");
    }
    await untilPhase(installed, workload, "undone");
    await sleep(500);
    assert.equal(await imageNow(workload), imageFor("hotfix"));
    const [mail] = await post.about("fought", /result: /);
    assert.match(mail?.subject ?? "", /superseded$/);
    assert.match(mail?.text ?? "", /the container web has registry\.example\.com\/team\/app:hotfix now/);
  });
});
