import assert from "node:assert/strict";
import PostalMime from "postal-mime";
import { stateObjectName } from "../../src/core/rollout/state.ts";
import { makeAuthority, type Authority } from "../support/certificate.ts";
import { apply, useCluster, waitFor } from "../support/cluster.ts";
import { startSink, type Sink } from "../support/smtp-sink.ts";
import {
  aDeployment,
  aliyunBody,
  customBody,
  dockerHubBody,
  hookPath,
  imageOf,
  install,
  logOf,
  read,
  TOKEN,
  type Installation,
  logWritten,
} from "./kit.ts";

const PASSWORD = "smtp-canary-6d1f";
const ALIYUN = "registry.cn-shanghai.aliyuncs.com/rancher_cn/webhook";

const hook = (web: string, workload: string, repoType: string, more: object = {}): object => ({
  namespace: web,
  workload: `deployment/${workload}`,
  container: "web",
  repoType,
  token: TOKEN,
  ...more,
});

describe("the main job: helm install, a registry's POST, a real rollout, a mail", function () {
  this.timeout(60_000);
  const cluster = useCluster();
  let authority: Authority;
  let sink: Sink;
  let installed: Installation;

  const values = (web: string): object => ({
    hooks: {
      cnrancher_website: hook(web, "aliyun", "aliyun", { mailTo: "ops@example.com, team@example.com" }),
      vpc: hook(web, "vpc", "aliyun", { netType: "vpc" }),
      iperf: hook(web, "iperf", "dockerhub"),
      app: hook(web, "app", "custom", { responseMessage: "I got the payload!" }),
      broken: hook(web, "broken", "aliyun", { mailTo: "ops@example.com" }),
    },
    mail: {
      from: "imagehook@example.com",
      smtpServer: "127.0.0.1",
      smtpPort: sink.port,
      password: PASSWORD,
      caCert: authority.cert,
    },
  });

  before(async () => {
    authority = makeAuthority();
    const login = { user: "imagehook@example.com", password: PASSWORD };
    sink = await startSink({ tls: "implicit", certificate: authority.issue(), login });
    installed = await install(cluster(), {
      values,
      prepare: async ({ web }) => {
        await apply(cluster(), aDeployment(web, "aliyun", `${ALIYUN}:v1`));
        await apply(cluster(), aDeployment(web, "vpc", `${ALIYUN}:v1`));
        await apply(cluster(), aDeployment(web, "iperf", "hongxiaolu/iperf3/latest"));
        await apply(cluster(), aDeployment(web, "app", "registry.example.com/team/app:1"));
        await apply(cluster(), {
          ...(aDeployment(web, "broken", `${ALIYUN}:v1`) as { spec: object }),
          spec: {
            ...(aDeployment(web, "broken", `${ALIYUN}:v1`) as { spec: object }).spec,
            progressDeadlineSeconds: 3,
          },
        });
      },
    });
  });
  after(async () => {
    await sink.close();
    await installed.remove();
  });

  it("lists the hooks served at the start, with id, file and target, and never a token", async () => {
    await logWritten();
    const served = logOf(installed.pod).filter(({ msg }) => msg === "hook is served");
    assert.deepEqual(served.map(({ hook: id }) => id).sort(), ["app", "broken", "cnrancher_website", "iperf", "vpc"]);
    const website = served.find(({ hook: id }) => id === "cnrancher_website");
    assert.equal(website?.["file"], "hooks.json");
    assert.equal(website["workload"], "deployment/aliyun");
    assert.equal(installed.pod.output().includes(TOKEN), false);
  });

  it("rolls the workload of an Aliyun push forward, follows it to its end and mails how it ended", async () => {
    const before = await read(cluster(), installed.web, "deployment", "aliyun");
    const answer = await installed.post(hookPath("cnrancher_website"), aliyunBody("v2"));

    assert.equal(answer.status, 200, answer.text);
    assert.equal(answer.text, `deployment.apps/aliyun image updated\nweb: ${ALIYUN}:v1 -> ${ALIYUN}:v2`);
    const patched = await read(cluster(), installed.web, "deployment", "aliyun");
    assert.equal(imageOf(patched), `${ALIYUN}:v2`);
    assert.equal(
      patched.metadata.annotations?.["kubernetes.io/change-cause"],
      `imagehook cnrancher_website: ${ALIYUN}:v2`,
    );

    const [mail] = await sink.waitFor(1);
    assert.deepEqual(mail?.to, ["ops@example.com", "team@example.com"]);
    assert.deepEqual([mail.from, mail.user, mail.secure], ["imagehook@example.com", "imagehook@example.com", true]);
    const parsed = await PostalMime.parse(Buffer.from(mail.raw, "latin1"));
    assert.match(parsed.subject ?? "", new RegExp(`${installed.web}.*aliyun.*web.*complete`));
    for (const part of [parsed.text ?? "", parsed.html ?? ""]) {
      for (const fact of [`${ALIYUN}:v1`, `${ALIYUN}:v2`, "cnrancher_website", "deployment/aliyun", "Running", "2/2"]) {
        assert.ok(part.includes(fact), `${fact} is missing in:\n${part}`);
      }
    }
    const done = await read(cluster(), installed.web, "deployment", "aliyun");
    assert.equal(done.status["updatedReplicas"], 2);
    assert.equal(done.status["availableReplicas"], 2);
    const replicaSets = JSON.parse(
      await cluster().kubectl(["get", "rs", "-n", installed.web, "-l", "app=aliyun", "-o", "json"]),
    ) as { items: (typeof done)[] };
    assert.deepEqual(replicaSets.items.map((set) => imageOf(set)).sort(), [`${ALIYUN}:v1`, `${ALIYUN}:v2`]);
    assert.equal(done.metadata.uid, before.metadata.uid);
  });

  it("changes nothing of the object but the image and the change cause", async () => {
    const manifest = aDeployment(installed.web, "aliyun", `${ALIYUN}:v2`) as { spec: object };
    const diff = await cluster().kubectl(["diff", "-f", "-"], JSON.stringify(manifest));
    assert.equal(diff, "");
  });

  it("keeps its intent in a state object of the release's namespace that the service account owns", async () => {
    const name = stateObjectName({ kind: "deployment", namespace: installed.web, name: "aliyun" });
    const object = await waitFor(
      () => read(cluster(), installed.namespace, "configmap", name),
      ({ data }) => (data?.["state.json"] ?? "").includes('"phase":"complete"'),
      { timeoutMs: 10_000, what: "the phase complete in the state object" },
    );
    const account = await read(cluster(), installed.namespace, "serviceaccount", "ih-imagehook");
    assert.deepEqual(
      object.metadata.ownerReferences?.map(({ kind, uid }) => [kind, uid]),
      [["ServiceAccount", account.metadata.uid]],
    );
  });

  it("records an Event on the workload that kubectl describe shows", async () => {
    const described = await waitFor(
      () => cluster().kubectl(["describe", "deployment", "aliyun", "-n", installed.web]),
      (text) => text.includes("ImageUpdated"),
      { timeoutMs: 10_000, what: "the Event ImageUpdated" },
    );
    assert.match(described, /Normal\s+ImageUpdated\s.*imagehook\s+web: .*:v1 -> .*:v2/);
  });

  it("answers a repetition of the same delivery without another change", async () => {
    const before = await read(cluster(), installed.web, "deployment", "aliyun");
    const answer = await installed.post(hookPath("cnrancher_website"), aliyunBody("v2"));
    assert.equal(answer.status, 200);
    assert.equal(answer.text, `deployment.apps/aliyun unchanged: web already runs ${ALIYUN}:v2 (duplicate)`);
    const now = await read(cluster(), installed.web, "deployment", "aliyun");
    assert.equal(now.metadata.generation, before.metadata.generation);
  });

  it("pulls through the network that the hook names", async () => {
    const answer = await installed.post(hookPath("vpc"), aliyunBody("v2"));
    assert.equal(answer.status, 200, answer.text);
    const image = imageOf(await read(cluster(), installed.web, "deployment", "vpc"));
    assert.equal(image, "registry-vpc.cn-shanghai.aliyuncs.com/rancher_cn/webhook:v2");
  });

  it("mends an image that the original tool left as repo/tag, on a Docker Hub push", async () => {
    const answer = await installed.post(hookPath("iperf"), dockerHubBody("3.17"));
    assert.equal(answer.status, 200, answer.text);
    assert.equal(imageOf(await read(cluster(), installed.web, "deployment", "iperf")), "hongxiaolu/iperf3:3.17");
  });

  it("answers with the hook's message where it has one, on a custom push", async () => {
    const answer = await installed.post(hookPath("app"), customBody("2"));
    assert.deepEqual([answer.status, answer.text], [200, "I got the payload!"]);
    assert.equal(imageOf(await read(cluster(), installed.web, "deployment", "app")), "registry.example.com/team/app:2");
  });

  it("mails the failure of a rollout whose pods never become ready, with the pods' state", async () => {
    const seen = sink.mails.length;
    const answer = await installed.post(hookPath("broken"), aliyunBody("v2-image-pull"));
    assert.equal(answer.status, 200, answer.text);
    const mails = await sink.waitFor(seen + 1, 40_000);
    const parsed = await PostalMime.parse(Buffer.from(mails.at(-1)?.raw ?? "", "latin1"));
    assert.match(parsed.subject ?? "", /failed/);
    assert.match(parsed.text ?? "", /progress deadline of 3 s/);
    assert.match(parsed.text ?? "", /ImagePullBackOff/);
    const events = await cluster().kubectl(["get", "events", "-n", installed.web]);
    assert.match(events, /RolloutFailed/);
  });

  it("writes one info line per delivery and per finished rollout, none with a secret", async () => {
    await logWritten();
    const lines = logOf(installed.pod);
    const deliveries = lines.filter(({ msg, hook: id }) => msg === "delivery" && id === "cnrancher_website");
    assert.deepEqual(
      deliveries.map(({ outcome, before, after }) => [outcome, before, after]),
      [
        ["changed", `${ALIYUN}:v1`, `${ALIYUN}:v2`],
        ["skipped", undefined, undefined],
      ],
    );
    const ended = lines.filter(({ msg, hook: id }) => msg === "rollout ended" && id === "cnrancher_website");
    assert.deepEqual(
      ended.map(({ outcome, level }) => [outcome, level]),
      [["complete", "info"]],
    );
    for (const secret of [TOKEN, PASSWORD]) assert.equal(installed.pod.output().includes(secret), false);
  });

  it("serves an edited hook after helm upgrade without a restart of the pod, and its rights with it", async () => {
    await apply(cluster(), aDeployment(installed.web, "late", "registry.example.com/team/app:1"));
    const { hooks, ...rest } = values(installed.web) as { hooks: object };
    const pid = installed.pod.pid;
    const startedMs = Date.now();
    await installed.upgrade({ ...rest, hooks: { ...hooks, late: hook(installed.web, "late", "custom") } });
    const answer = await waitFor(
      () => installed.post(hookPath("late"), customBody("2")),
      // Hooks and tokens are two volumes: for a moment there may be the one without the other.
      ({ status }) => status !== 404 && status !== 403,
      { timeoutMs: 4_000, what: "the new hook" },
    );
    assert.equal(answer.status, 200, answer.text);
    assert.equal(installed.pod.pid, pid);
    assert.ok(Date.now() - startedMs < 60_000);
    assert.equal(
      imageOf(await read(cluster(), installed.web, "deployment", "late")),
      "registry.example.com/team/app:2",
    );
  });
});
