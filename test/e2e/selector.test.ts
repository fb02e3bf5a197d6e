import assert from "node:assert/strict";
import PostalMime from "postal-mime";
import { stateObjectName } from "../../src/core/rollout/state.ts";
import { makeAuthority } from "../support/certificate.ts";
import { apply, useCluster } from "../support/cluster.ts";
import { startSink, type Sink } from "../support/smtp-sink.ts";
import { aDeployment, customBody, hookPath, imageOf, install, read, TOKEN, type Installation } from "./kit.ts";

const APP = "registry.example.com/team/app";
const OTHER = "registry.example.com/team/other";
const PASSWORD = "smtp-canary-9c4e";

const labelled = (namespace: string, name: string, image: string, labels: object): object => {
  const deployment = aDeployment(namespace, name, image) as { metadata: object };
  return { ...deployment, metadata: { ...deployment.metadata, labels } };
};

describe("several workloads by their labels", function () {
  this.timeout(60_000);
  const cluster = useCluster();
  let installed: Installation;
  let sink: Sink;
  const labels = { app: "website", tier: "web" };

  before(async () => {
    const authority = makeAuthority();
    const login = { user: "imagehook@example.com", password: PASSWORD };
    sink = await startSink({ tls: "starttls", certificate: authority.issue(), login });
    installed = await install(cluster(), {
      prepare: async ({ web }) => {
        await apply(cluster(), labelled(web, "shop", `${APP}:1`, labels));
        await apply(cluster(), labelled(web, "blog", `${APP}:1.1`, { ...labels, extra: "yes" }));
        await apply(cluster(), labelled(web, "docs", `${OTHER}:1`, labels));
        await apply(cluster(), labelled(web, "plain", `${APP}:1`, { app: "website" }));
      },
      values: (web) => ({
        hooks: {
          all: { namespace: web, selector: labels, container: "web", repoType: "custom", token: TOKEN },
          none: { namespace: web, selector: { app: "nothing" }, container: "web", repoType: "custom", token: TOKEN },
        },
        mail: {
          from: "imagehook@example.com",
          to: "ops@example.com",
          smtpServer: "127.0.0.1",
          smtpPort: sink.port,
          tlsMode: "starttls",
          password: PASSWORD,
          caCert: authority.cert,
        },
      }),
    });
  });
  after(async () => {
    await sink.close();
    await installed.remove();
  });

  const imagesOf = async (...names: readonly string[]): Promise<readonly (string | undefined)[]> =>
    Promise.all(names.map(async (name) => imageOf(await read(cluster(), installed.web, "deployment", name))));

  it("are rolled forward each for itself, with the rights of the chart's Roles", async () => {
    const answer = await installed.post(hookPath("all"), customBody("2"));
    assert.equal(answer.status, 200, answer.text);
    assert.deepEqual(answer.text.split("\n"), [
      "deployment.apps/blog image updated",
      `web: ${APP}:1.1 -> ${APP}:2`,
      "deployment.apps/docs: ignored: it runs another repository than the pushed one",
      "deployment.apps/shop image updated",
      `web: ${APP}:1 -> ${APP}:2`,
    ]);
    assert.deepEqual(await imagesOf("shop", "blog", "docs", "plain"), [
      `${APP}:2`,
      `${APP}:2`,
      `${OTHER}:1`,
      `${APP}:1`,
    ]);
  });

  it("have a state object each", async () => {
    for (const name of ["shop", "blog"]) {
      const object = stateObjectName({ kind: "deployment", namespace: installed.web, name });
      const { data } = await read(cluster(), installed.namespace, "configmap", object);
      assert.match(data?.["state.json"] ?? "", new RegExp(`"after":"${APP}:2"`));
    }
  });

  it("are told of in a mail each, once their rollout is complete", async () => {
    const mails = await sink.waitFor(2);
    const parsed = await Promise.all(mails.map(({ raw }) => PostalMime.parse(Buffer.from(raw, "latin1"))));
    const subjects = parsed.map(({ subject = "" }) => /deployment\/(\w+) web .*: complete$/.exec(subject)?.[1]);
    assert.deepEqual(subjects.sort(), ["blog", "shop"]);
    assert.equal(new Set(parsed.map(({ messageId }) => messageId)).size, 2);
  });

  it("are duplicates when the push comes again, but for one that has the labels since", async () => {
    const body = { ...customBody("3"), push_data: { tag: "3", pushed_at: new Date().toISOString() } };
    await installed.post(hookPath("all"), body);
    await apply(cluster(), labelled(installed.web, "late", `${APP}:1`, labels));
    const { text } = await installed.post(hookPath("all"), body);
    const firsts = text.split("\n").filter((line) => line.startsWith("deployment.apps/"));
    assert.deepEqual(
      firsts.map((line) => line.split(":")[0]),
      [
        "deployment.apps/blog unchanged",
        "deployment.apps/docs",
        "deployment.apps/late image updated",
        "deployment.apps/shop unchanged",
      ],
    );
    assert.deepEqual(await imagesOf("late", "plain"), [`${APP}:3`, `${APP}:1`]);
  });

  it("are none where no workload has the labels, and the answer says which", async () => {
    const answer = await installed.post(hookPath("none"), customBody("2"));
    const reason = `there is no deployment in namespace "${installed.web}" with the labels app=nothing`;
    assert.deepEqual([answer.status, answer.text], [500, reason]);
  });

  it("are refused with the line that grants the right, once the right to list is taken away", async () => {
    const role = await cluster().kubectl(["get", "role", "-n", installed.web, "-o", "name"]);
    await cluster().kubectl(["delete", role.trim(), "-n", installed.web]);
    const answer = await installed.post(hookPath("all"), customBody("4"));
    assert.equal(answer.status, 502);
    assert.match(answer.text, /lacks the right to list deployments\.apps in namespace .*--verb=get,list,watch,patch/);
    assert.deepEqual(await imagesOf("shop"), [`${APP}:3`]);
  });
});
