import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startRegistry, type Registry } from "../../scripts/registry/registry.ts";
import type { RemoteHosts } from "../support/remote-hosts.ts";
import { apply, useCluster } from "../support/cluster.ts";
import { makeBundle, makeSigningKey } from "../support/signed-bundle.ts";
import {
  aDeployment,
  hookPath,
  imageOf,
  install,
  logOf,
  logWritten,
  read,
  TOKEN,
  type Answer,
  type Installation,
} from "./kit.ts";
import { putBlob, putManifest, startRegistryFront } from "./registry-front.ts";

const REPOSITORY = "team/app";
const OCI_IMAGE = "application/vnd.oci.image.manifest.v1+json";
const OCI_INDEX = "application/vnd.oci.image.index.v1+json";
const BUNDLE = "application/vnd.dev.sigstore.bundle.v0.3+json";
const LOGIN = "robot:canary-password";

describe("images are looked up in a CNCF distribution registry, behind TLS and a login, before they are set", function () {
  this.timeout(60_000);
  const cluster = useCluster();
  const key = makeSigningKey();
  let registry: Registry;
  let front: RemoteHosts;
  let installed: Installation;
  let folder: string;

  const image = (tag: string): string => `${front.direct}/${REPOSITORY}:${tag}`;
  const push = async (tag: string, architecture = "amd64"): Promise<string> => {
    const config = Buffer.from(JSON.stringify({ os: "linux", architecture, config: { Labels: { tag } } }));
    const digest = await putBlob(registry, REPOSITORY, config);
    const described = { mediaType: "application/vnd.oci.image.config.v1+json", digest, size: config.length };
    const manifest = { schemaVersion: 2, mediaType: OCI_IMAGE, config: described, layers: [] };
    return (await putManifest(registry, { repository: REPOSITORY, tag }, manifest)).digest;
  };
  const tell = (tag: string, digest = "", hook = "checked"): Promise<Answer> =>
    installed.post(hookPath(hook), {
      push_data: { tag, ...(digest !== "" && { digest }) },
      repository: { repo_url: front.direct, namespace: "team", name: "app" },
    });
  const running = async (): Promise<string | undefined> =>
    imageOf(await read(cluster(), installed.web, "deployment", "app"));

  before(async function startAll() {
    // Where it was not prepared the registry is built now.
    this.timeout(30 * 60_000);
    folder = await mkdtemp(join(tmpdir(), "imagehook-vetting-"));
    registry = await startRegistry({ say: (line) => process.stderr.write(`    ${line}\n`) });
    front = await startRegistryFront(registry, LOGIN);
    const [ca, keys] = [join(folder, "ca.pem"), join(folder, "cosign.pub")];
    await writeFile(ca, front.ca);
    await writeFile(keys, key.publicKey);
    const target = (web: string): object => ({ namespace: web, workload: "deployment/app", container: "web" });
    const checked = { repoType: "custom", token: TOKEN, image: { check: { wait: "3s", pullSecret: "login" } } };
    const check = { platform: false, "pull-secret": "login" };
    const signed = (web: string): string =>
      JSON.stringify([
        {
          id: "signed",
          "image-upgrade": {
            ...target(web),
            registry: "custom",
            image: { digest: "pin", check, signature: { key: { file: keys } } },
          },
          "trigger-rule": { match: { type: "value", value: TOKEN, parameter: { source: "url", name: "token" } } },
        },
      ]);
    installed = await install(cluster(), {
      values: (web) => ({ hooks: { checked: { ...target(web), ...checked } }, existingConfigMap: "more" }),
      prepare: async ({ namespace, web }) => {
        const auths = { [front.direct]: { auth: Buffer.from(LOGIN).toString("base64") } };
        await apply(cluster(), {
          apiVersion: "v1",
          kind: "List",
          items: [
            aDeployment(web, "app", image("v0")),
            {
              apiVersion: "v1",
              kind: "Secret",
              type: "kubernetes.io/dockerconfigjson",
              metadata: { name: "login", namespace: web },
              stringData: { ".dockerconfigjson": JSON.stringify({ auths }) },
            },
            {
              apiVersion: "v1",
              kind: "ConfigMap",
              metadata: { name: "more", namespace },
              data: { "more.json": signed(web) },
            },
          ],
        });
      },
      env: { OUTGOING_CA: ca },
    });
  });
  after(async () => {
    await installed.remove();
    await front.close();
    await registry.stop();
    await rm(folder, { recursive: true });
  });

  it("sets an image that is there, with its digest, for the node's platform", async () => {
    const digest = await push("v1");
    const { status, text } = await tell("v1", digest);
    assert.deepEqual([status, await running()], [200, image("v1")], text);
  });

  it("refuses one that is not there, after the time that the hook waits", async () => {
    const { status, text, tookMs } = await tell("v404");
    assert.deepEqual([status, text], [403, `image.check: ${image("v404")} is not there after 3 s`]);
    assert.ok(tookMs > 2_900 && tookMs < 6_000, String(tookMs));
    assert.equal(await running(), image("v1"));
  });

  it("sets one that comes while the hook waits", async () => {
    const told = tell("v2");
    await sleep(1_000);
    await push("v2");
    const { status, text } = await told;
    assert.deepEqual([status, await running()], [200, image("v2")], text);
  });

  it("refuses one with another digest than the push says", async () => {
    await push("v3");
    const { status, text } = await tell("v3", `sha256:${"b".repeat(64)}`);
    assert.equal(status, 403);
    assert.match(
      text,
      /^image\.check\.digest: \S+:v3: it is sha256:[0-9a-f]{64} at its registry, and the push says sha256:b{64}$/,
    );
    assert.equal(await running(), image("v2"));
  });

  it("refuses one that no node can run", async () => {
    const { status, text } = await tell("v4", await push("v4", "s390x"));
    const why = "it is for linux/s390x, and the nodes of the cluster are linux/amd64";
    assert.deepEqual([status, text], [403, `image.check.platform: ${image("v4")}: ${why}`]);
    assert.equal(await running(), image("v2"));
  });

  it("refuses an image without a signature, and sets it by its digest once it has one", async () => {
    const digest = await push("v5");
    const refused = await tell("v5", "", "signed");
    assert.equal(refused.status, 403);
    assert.match(refused.text, /^image\.signature: .* is not signed by a key of .*; it has 0 attached bundles$/);
    const bundle = Buffer.from(JSON.stringify(makeBundle({ key, digest })));
    const layer = { mediaType: BUNDLE, digest: await putBlob(registry, REPOSITORY, bundle), size: bundle.length };
    const empty = Buffer.from("{}");
    const config = {
      mediaType: "application/vnd.oci.empty.v1+json",
      digest: await putBlob(registry, REPOSITORY, empty),
      size: empty.length,
    };
    const artifact = { schemaVersion: 2, mediaType: OCI_IMAGE, artifactType: BUNDLE, config, layers: [layer] };
    const place = { repository: REPOSITORY, tag: "signature-of-v5" };
    const attached = { mediaType: OCI_IMAGE, artifactType: BUNDLE, ...(await putManifest(registry, place, artifact)) };
    const tag = digest.replace(":", "-");
    const list = { schemaVersion: 2, mediaType: OCI_INDEX, manifests: [attached] };
    await putManifest(registry, { repository: REPOSITORY, tag }, list);
    const { status, text } = await tell("v5", "", "signed");
    assert.deepEqual([status, await running()], [200, `${image("v5")}@${digest}`], text);
  });

  it("leaves neither the login nor the Secret in the log", async () => {
    await logWritten();
    assert.ok(logOf(installed.pod).length > 0);
    assert.doesNotMatch(installed.pod.output(), /canary-password|cm9ib3Q6/);
  });
});
