import assert from "node:assert/strict";
import { createNodes } from "../../src/kube/nodes.ts";
import { createPullSecrets } from "../../src/kube/pull-secrets.ts";
import { kubeconfigCredentials } from "../../src/kube/credentials.ts";
import { createKubeClient, type KubeClient } from "../../src/kube/client.ts";
import { describeFailure } from "../../src/core/rollout/cluster-failure.ts";
import { createFakeClock } from "../support/fake-log.ts";
import { apply, freshNamespace, useCluster } from "../support/cluster.ts";
import { useMisbehavingServer } from "./misbehaving-server.ts";

const soon = (): AbortSignal => AbortSignal.timeout(10_000);
const nodeOf = (operatingSystem: string, architecture: string): object => ({
  status: { nodeInfo: { operatingSystem, architecture } },
});

describe("createNodes(client, clock), of a server that tells what is wanted", () => {
  const server = useMisbehavingServer();

  it("reads all pages, each platform once, and leaves out nodes that do not say theirs", async () => {
    const asked: string[] = [];
    server.answerWith(({ url = "" }, response) => {
      asked.push(url);
      const isLast = url.includes("continue=");
      const items = isLast ? [nodeOf("linux", "arm64")] : [nodeOf("linux", "amd64"), nodeOf("linux", "amd64"), {}];
      response.end(JSON.stringify({ metadata: isLast ? {} : { continue: "a/b" }, items }));
    });
    const platforms = await createNodes(server.client(), createFakeClock()).platforms(soon());
    assert.deepEqual(platforms, {
      kind: "ok",
      value: [
        { os: "linux", architecture: "amd64" },
        { os: "linux", architecture: "arm64" },
      ],
    });
    assert.deepEqual(asked, ["/api/v1/nodes?limit=100", "/api/v1/nodes?limit=100&continue=a%2Fb"]);
  });

  it("asks again after five minutes, and at once after a failure", async () => {
    let asked = 0;
    server.answerWith((_request, response) => {
      asked++;
      if (asked === 1) response.writeHead(500).end("{}");
      else response.end(JSON.stringify({ items: [nodeOf("linux", "amd64")] }));
    });
    const clock = createFakeClock();
    const nodes = createNodes(server.client(), clock);
    assert.equal((await nodes.platforms(soon())).kind, "error");
    assert.equal((await nodes.platforms(soon())).kind, "ok");
    clock.advance(299_000);
    await nodes.platforms(soon());
    assert.equal(asked, 2);
    clock.advance(2_000);
    await nodes.platforms(soon());
    assert.equal(asked, 3);
  });

  it("comes to an end where the pages do not", async () => {
    let asked = 0;
    server.answerWith((_request, response) => {
      asked++;
      response.end(JSON.stringify({ metadata: { continue: "more" }, items: [nodeOf("linux", "amd64")] }));
    });
    assert.equal((await createNodes(server.client(), createFakeClock()).platforms(soon())).kind, "ok");
    assert.equal(asked, 20);
  });
});

describe("createNodes(client, clock) and createPullSecrets(client), of a real API server", function () {
  this.timeout(60_000);
  const cluster = useCluster();
  let namespace: string;
  let admin: KubeClient;
  let account: KubeClient;
  before(async () => {
    namespace = await freshNamespace(cluster(), "vet");
    const { server, tls, authorization } = await kubeconfigCredentials(cluster().kubeconfig, "");
    const token = await cluster().kubectl(["create", "token", "default", "-n", namespace]);
    admin = createKubeClient({ server, tls, authorization });
    account = createKubeClient({
      server,
      tls: { ...(tls.ca !== undefined && { ca: tls.ca }) },
      authorization: () => Promise.resolve(`Bearer ${token.trim()}`),
    });
    const auths = JSON.stringify({ auths: { "registry.example.com": { auth: "cm9ib3Q6cGFzc3dvcmQ=" } } });
    await apply(cluster(), {
      apiVersion: "v1",
      kind: "List",
      items: [
        {
          apiVersion: "v1",
          kind: "Secret",
          type: "kubernetes.io/dockerconfigjson",
          metadata: { name: "login", namespace },
          stringData: { ".dockerconfigjson": auths },
        },
        { apiVersion: "v1", kind: "Secret", metadata: { name: "other", namespace }, stringData: { password: "x" } },
      ],
    });
  });
  after(async () => {
    await Promise.all([admin.close(), account.close()]);
  });

  it("reads the platform of the node", async () => {
    const platforms = await createNodes(admin, createFakeClock()).platforms(soon());
    assert.deepEqual(platforms, { kind: "ok", value: [{ os: "linux", architecture: "amd64" }] });
  });

  it("names the right that is missing to list nodes", async () => {
    const refused = await createNodes(account, createFakeClock()).platforms(soon());
    assert.ok(refused.kind === "error");
    assert.match(describeFailure(refused.error), /create clusterrole imagehook-nodes --verb=list --resource=nodes &&/);
  });

  it("reads the login of a Secret, and nothing of one that is of another type", async () => {
    const secrets = createPullSecrets(admin);
    const login = await secrets.read(namespace, "login", soon());
    assert.ok(login.kind === "ok");
    assert.match(login.value.toString(), /^\{"auths":\{"registry\.example\.com":/);
    assert.deepEqual(await secrets.read(namespace, "other", soon()), { kind: "ok", value: Buffer.alloc(0) });
  });

  it("names the right that is missing to read the Secret", async () => {
    const refused = await createPullSecrets(account).read(namespace, "login", soon());
    assert.ok(refused.kind === "error");
    assert.match(describeFailure(refused.error), /lacks the right to get secrets "login" in namespace/);
  });
});
