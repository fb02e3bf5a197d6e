import assert from "node:assert/strict";
import PostalMime from "postal-mime";
import { makeAuthority } from "../support/certificate.ts";
import { apply, useCluster } from "../support/cluster.ts";
import { startSink, type Sink } from "../support/smtp-sink.ts";
import { aDeployment, customBody, hookPath, install, read, TOKEN, type Installation, type Live } from "./kit.ts";

const APP = "registry.example.com/team/app";
const SIDECAR = "docker.io/library/busybox:1";
const PASSWORD = "smtp-canary-31bd";

/** A Deployment of which two containers and an init container run one repository, beside a sidecar. */
const mixed = (namespace: string): object =>
  aDeployment(namespace, "website", `${APP}:1`, {
    containers: [
      { name: "web", image: `${APP}:1`, env: [{ name: "MODE", value: "production" }] },
      { name: "web-sidecar", image: SIDECAR },
      { name: "worker", image: `${APP}:0.9` },
    ],
    initContainers: [
      { name: "wait", image: SIDECAR },
      { name: "migrate", image: `${APP}:1` },
    ],
  });

interface Containers {
  readonly containers: readonly { readonly name: string; readonly image: string }[];
  readonly initContainers: readonly { readonly name: string; readonly image: string }[];
}

const specOf = (workload: Live): Containers => workload.spec.template.spec as unknown as Containers;

function imagesOf(workload: Live): Readonly<Record<string, string>> {
  const { containers, initContainers } = specOf(workload);
  return Object.fromEntries([...containers, ...initContainers].map(({ name, image }) => [name, image]));
}

describe("all containers of a workload that run the repository", function () {
  this.timeout(60_000);
  const cluster = useCluster();
  let installed: Installation;
  let sink: Sink;

  before(async () => {
    const authority = makeAuthority();
    const login = { user: "imagehook@example.com", password: PASSWORD };
    sink = await startSink({ tls: "starttls", certificate: authority.issue(), login });
    installed = await install(cluster(), {
      prepare: ({ web }) => apply(cluster(), mixed(web)),
      values: (web) => ({
        hooks: {
          all: { namespace: web, workload: "deploy/website", container: "*", repoType: "custom", token: TOKEN },
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

  const workload = (): Promise<Live> => read(cluster(), installed.web, "deployment", "website");

  it("are rolled forward by one patch, and the others stay byte for byte", async () => {
    const before = await workload();
    const answer = await installed.post(hookPath("all"), customBody("2"));
    assert.equal(answer.status, 200, answer.text);
    assert.deepEqual(answer.text.split("\n"), [
      "deployment.apps/website image updated",
      `web: ${APP}:1 -> ${APP}:2`,
      `worker: ${APP}:0.9 -> ${APP}:2`,
      `migrate: ${APP}:1 -> ${APP}:2`,
    ]);
    const after = await workload();
    assert.equal(after.metadata.generation, before.metadata.generation + 1);
    const [webBefore, sidecarBefore] = specOf(before).containers;
    assert.deepEqual(specOf(after).containers.slice(0, 2), [{ ...webBefore, image: `${APP}:2` }, sidecarBefore]);
    assert.deepEqual(imagesOf(after), {
      web: `${APP}:2`,
      "web-sidecar": SIDECAR,
      worker: `${APP}:2`,
      wait: SIDECAR,
      migrate: `${APP}:2`,
    });
  });

  it("are told of in one mail, once the rollout is complete", async () => {
    const mails = await sink.waitFor(1);
    const parsed = await PostalMime.parse(Buffer.from(mails[0]?.raw ?? "", "latin1"));
    assert.match(parsed.subject ?? "", /deployment\/website web, worker, migrate .*: complete$/);
    for (const name of ["web", "worker", "migrate"])
      assert.match(parsed.text ?? "", new RegExp(`^Container: +${name}$`, "m"));
    assert.equal(mails.length, 1);
  });

  it("leaves a container alone that someone moved to another repository", async () => {
    const set = ["set", "image", "deployment/website", "worker=nginx:1", "-n", installed.web];
    await cluster().kubectl(set);
    const answer = await installed.post(hookPath("all"), customBody("3"));
    assert.deepEqual(answer.text.split("\n").slice(1), [`web: ${APP}:2 -> ${APP}:3`, `migrate: ${APP}:2 -> ${APP}:3`]);
    assert.equal(imagesOf(await workload())["worker"], "nginx:1");
  });

  it("refuses a push of a repository that none runs, and changes nothing", async () => {
    const before = await workload();
    const body = {
      ...customBody("4"),
      repository: { repo_url: "registry.example.com", namespace: "team", name: "ap" },
    };
    const answer = await installed.post(hookPath("all"), body);
    assert.equal(answer.status, 403);
    assert.match(
      answer.text,
      /^the push brings registry\.example\.com\/team\/ap, of which no container has an image: web/,
    );
    assert.equal((await workload()).metadata.generation, before.metadata.generation);
  });
});
