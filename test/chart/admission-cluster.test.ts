import assert from "node:assert/strict";
import { stringify } from "yaml";
import { apply, freshNamespace, useCluster, waitFor } from "../support/cluster.ts";
import { startAnswerer, type Answerer } from "./admission-kit.ts";
import { at, chart } from "./helm.ts";
import { rightsOf } from "./rights.ts";

const CONFIGURATIONS = ["mutatingwebhookconfiguration", "validatingwebhookconfiguration"];
const SERVICE = "ih-imagehook-admission";
const SECRET = "ih-imagehook-admission-tls";

const template = { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "web", image: "nginx" }] } };
const spec = { replicas: 0, selector: { matchLabels: { app: "web" } }, template };
const deployment = (name: string): object => ({ apiVersion: "apps/v1", kind: "Deployment", metadata: { name }, spec });
const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "one" }, spec: template.spec };
const map = (labels: object): object => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "more", labels } });
const labelled = map({ "imagehook.dev/hooks": "true" });

for (const serverSide of ["true", "false"]) {
  describe(`the chart's admission on a real API server (helm --server-side=${serverSide})`, function () {
    // One story: each test goes on from where the one before it left the release.
    this.timeout(60_000);
    const cluster = useCluster();
    let home = "";
    let app = "";
    let name = "";
    let answerer: Answerer;

    const helm = (args: readonly string[], stdin = ""): Promise<string> =>
      cluster().helm([...args, "--namespace", home], stdin);

    /** The pod finds no node, so that nothing but the test stands behind the Service. */
    function deploy(command: "install" | "upgrade", webhooks: object): Promise<string> {
      const image = { repository: "registry.example.com/team/imagehook" };
      const values = { image, nodeSelector: { nowhere: "true" }, admission: { enabled: true, ...webhooks } };
      return helm([command, "ih", chart, `--server-side=${serverSide}`, "-f", "-"], stringify(values));
    }

    const get = async (...args: string[]): Promise<unknown> =>
      JSON.parse(await cluster().kubectl(["get", ...args, "-o", "json"]));

    const asAccount = (): string => `--as=system:serviceaccount:${home}:ih-imagehook`;

    /** Creates an object without storing it; gives the paths at which the API server asked about it. */
    async function asked(object: object, namespace: string, ...as: string[]): Promise<string[]> {
      answerer.paths.length = 0;
      await cluster().kubectl(
        ["create", "--dry-run=server", "-f", "-", "-n", namespace, ...as],
        JSON.stringify(object),
      );
      return [...new Set(answerer.paths)].sort();
    }

    /** Each webhook's name and authority. */
    async function authorities(): Promise<Readonly<Record<string, unknown>>> {
      const found = await Promise.all(CONFIGURATIONS.map((kind) => get(kind, name)));
      const webhooks = found.flatMap((configuration) => at(configuration, "webhooks") as unknown[]);
      return Object.fromEntries(
        webhooks.map((webhook) => [String(at(webhook, "name")), at(webhook, "clientConfig", "caBundle")]),
      );
    }

    const namespaceSelector = { matchLabels: { asked: "here" } };
    const resources = ["deployments.apps", "deployments.apps/scale"];
    const fields = (max: number, more: object = {}): object => ({
      namespaceSelector,
      rules: [{ name: "replicas", match: { resources }, path: "/spec/replicas", max }],
      ...more,
    });
    const images = { namespaceSelector, rules: [{ name: "tags", forbidTags: ["latest"] }] };
    const defaults = (): object => {
      const match = { namespaces: [app], resources: ["deployments.apps"], operations: ["CREATE"] };
      return { rules: [{ name: "who", match, set: { "/metadata/labels/who": "${user}" } }] };
    };

    before(async () => {
      [home, app] = [await freshNamespace(cluster(), "hooks"), await freshNamespace(cluster(), "app")];
      await cluster().kubectl(["label", "namespace", home, app, "kube-system", "asked=here", "--overwrite"]);
      await apply(cluster(), { ...deployment("web"), metadata: { name: "web", namespace: app } });
    });

    after(async () => {
      answerer.stop();
      await helm(["uninstall", "ih", "--ignore-not-found"]);
      await cluster().kubectl(["label", "namespace", "kube-system", "asked-"]);
      await cluster().kubectl(["delete", "namespace", home, app, "--wait=false"]);
    });

    it("is installed with an empty Secret and no authority", async () => {
      const notes = await deploy("install", { fields: fields(20), defaults: defaults() });
      name = /webhookconfigurations (\S+) --ignore-not-found/.exec(notes)?.[1] ?? "not in the notes";
      answerer = await startAnswerer(cluster(), SERVICE, home);
      const secret = await get("secret", SECRET, "-n", home);
      assert.deepEqual([at(secret, "type"), at(secret, "data")], ["Opaque", undefined]);
      assert.deepEqual(await authorities(), {
        "defaults.imagehook.dev": undefined,
        "fields.imagehook.dev": undefined,
        "hooks.imagehook.dev": undefined,
      });
    });

    it("lets its account, and no other, fill them", async () => {
      const secret = (await get("secret", SECRET, "-n", home, asAccount())) as object;
      const data = { "tls.crt": Buffer.from("canary of the certificate").toString("base64") };
      await cluster().kubectl(["replace", "-f", "-", asAccount()], JSON.stringify({ ...secret, data }));
      const bundle = Buffer.from(answerer.authority.cert).toString("base64");
      for (const kind of CONFIGURATIONS) {
        const { length } = at(await get(kind, name, asAccount()), "webhooks") as unknown[];
        const patch = Array.from({ length }, (_, index) => ({
          op: "add",
          path: `/webhooks/${String(index)}/clientConfig/caBundle`,
          value: bundle,
        }));
        const change = ["patch", kind, name, "--type=json", "-p", JSON.stringify(patch)];
        await assert.rejects(cluster().kubectl([...change, `--as=system:serviceaccount:${home}:default`]), /forbidden/);
        await cluster().kubectl([...change, asAccount()]);
      }
      assert.deepEqual(Object.values(await authorities()), [bundle, bundle, bundle]);
    });

    it("gives its account these rights beside the others, and nothing else", async () => {
      const everyone = new Set(await rightsOf(cluster(), `${home}:nobody`, app));
      const own = await rightsOf(cluster(), `${home}:ih-imagehook`, app);
      const configurations = ["mutatingwebhookconfigurations", "validatingwebhookconfigurations"];
      assert.deepEqual(
        own.filter((right) => !everyone.has(right)),
        configurations.map((kind) => `${kind}.admissionregistration.k8s.io [] [${name}] [get patch]`),
      );
      const atHome = await rightsOf(cluster(), `${home}:ih-imagehook`, home);
      assert.deepEqual(
        atHome.filter((right) => right.startsWith("secrets")),
        [`secrets [] [${SECRET}] [get watch update]`],
      );
    });

    it("has the API server ask about what the rules are for, with five seconds' time", async () => {
      const mutate = "/mutate-fields?timeout=5s";
      const look = (): Promise<string[]> => asked(deployment("new"), app);
      const paths = await waitFor(look, (seen) => seen.length > 1, { timeoutMs: 10_000, what: "a review" });
      assert.deepEqual(paths, [mutate, "/validate-fields?timeout=5s"]);
      answerer.paths.length = 0;
      await cluster().kubectl(["scale", "deployment/web", "--replicas=2", "--dry-run=server", "-n", app]);
      assert.deepEqual(answerer.paths, ["/validate-fields?timeout=5s"]);
      assert.deepEqual(await asked(labelled, home), ["/validate-hooks?timeout=5s"]);
    });

    it("keeps the Secret's data and every authority through an upgrade that adds a webhook", async () => {
      const [before, pods] = [await authorities(), await get("deployment", "ih-imagehook", "-n", home)];
      const secret = await get("secret", SECRET, "-n", home);
      await deploy("upgrade", { fields: fields(5, { timeoutSeconds: 2 }), defaults: defaults(), images });
      assert.deepEqual(await authorities(), { ...before, "images.imagehook.dev": undefined });
      assert.deepEqual(at(await get("secret", SECRET, "-n", home), "data"), at(secret, "data"));
      assert.equal(
        at(await get("deployment", "ih-imagehook", "-n", home), "metadata", "generation"),
        at(pods, "metadata", "generation"),
      );
      const rules = String(at(await get("configmap", "ih-imagehook-admission", "-n", home), "data", "rules.yaml"));
      assert.equal(at(JSON.parse(rules), "fields", 0, "max"), 5);
      const look = (): Promise<string[]> => asked(deployment("new"), app);
      const isNew = (seen: string[]): boolean => seen.includes("/validate-fields?timeout=2s");
      await waitFor(look, isNew, { timeoutMs: 10_000, what: "a review with the new timeout" });
    });

    it("asks about no other namespace, no kubelet and no cleanup, and at home about hooks alone", async () => {
      await patchImages();
      const look = (): Promise<string[]> => asked(pod, app);
      const paths = await waitFor(look, (seen) => seen.length > 0, { timeoutMs: 10_000, what: "a review of a pod" });
      assert.deepEqual(paths, ["/validate-images?timeout=5s"]);
      for (const namespace of [home, "kube-system", "default"]) {
        assert.deepEqual(await asked(pod, namespace), [], namespace);
        assert.deepEqual(await asked(deployment("new"), namespace), [], namespace);
      }
      assert.deepEqual(await asked(map({}), home), []);
      assert.deepEqual(await asked(labelled, app), []);
      const as = "--as=system:serviceaccount:kube-system:generic-garbage-collector";
      assert.deepEqual(await asked(pod, app, as, "--as-group=system:masters"), []);
      const groups = ["--as-group=system:masters", "--as-group=system:nodes"];
      assert.deepEqual(await asked(pod, app, "--as=system:node:one", ...groups), []);
      assert.deepEqual(await asked(pod, app, "--as=system:node:one", "--as-group=system:masters"), paths);
    });

    it("takes a webhook away with its rules, and keeps the others' authorities", async () => {
      const before = await authorities();
      const { "images.imagehook.dev": images, ...others } = before;
      assert.notEqual(images, undefined);
      await deploy("upgrade", { fields: fields(5), defaults: defaults() });
      assert.deepEqual(await authorities(), others);
    });

    it("lets everything through while nobody answers, and its own upgrade as well under Fail", async () => {
      answerer.stop();
      const make = (): Promise<string[]> => asked(deployment("new"), app);
      assert.deepEqual(await make(), []);
      const failurePolicy = "Fail";
      const closed = { fields: fields(5, { failurePolicy }), hooks: { failurePolicy }, images, defaults: defaults() };
      await deploy("upgrade", closed);
      const refusal = await waitFor(
        () => make().then(String, String),
        (text) => text !== "",
        {
          timeoutMs: 10_000,
          what: "a refusal",
        },
      );
      assert.match(refusal, /failed calling webhook "fields\.imagehook\.dev"/);
      await assert.rejects(asked(labelled, home), /failed calling webhook "hooks\.imagehook\.dev"/);
      await deploy("upgrade", closed);
      const hook = { namespace: app, workload: "deploy/web", container: "web", repoType: "custom" };
      const token = "canary-token-of-website";
      await helm([
        "upgrade",
        "ih",
        chart,
        "--reuse-values",
        "--set-json",
        `hooks.web=${JSON.stringify({ ...hook, token })}`,
      ]);
      const hooks = await get("configmap", "ih-imagehook-hooks", "-n", home);
      assert.match(String(at(hooks, "data", "hooks.json")), /deployment\/web|deploy\/web/);
    });

    it("is switched off by the command of the notes, until the next upgrade", async () => {
      const notes = await helm(["get", "notes", "ih"]);
      const command = notes.split("\n").find((line) => line.startsWith("  kubectl delete ")) ?? "";
      await cluster().kubectl(command.trim().split(" ").slice(1));
      const make = (): Promise<string> => asked(deployment("new"), app).then(String, String);
      await waitFor(make, (text) => text === "", { timeoutMs: 10_000, what: "a deployment without a webhook" });
      await deploy("upgrade", { fields: fields(5) });
      const left = await cluster().kubectl(["get", CONFIGURATIONS.join(","), name, "-o", "name", "--ignore-not-found"]);
      assert.equal(left.trim(), `validatingwebhookconfiguration.admissionregistration.k8s.io/${name}`);
    });

    it("leaves nothing behind when it is uninstalled", async () => {
      await helm(["uninstall", "ih", "--wait"]);
      const kinds = [...CONFIGURATIONS, "clusterrole", "clusterrolebinding", "secret", "configmap", "service"];
      const mine = ["-l", "app.kubernetes.io/instance=ih", "-n", home, "-o", "name"];
      assert.equal(await cluster().kubectl(["get", [...kinds, "role", "rolebinding"].join(","), ...mine]), "");
      assert.equal(await cluster().kubectl(["get", "secret", SECRET, "-n", home, "--ignore-not-found"]), "");
    });

    /** Tells the API server the authority of the webhook that came with the upgrade, as the service would. */
    async function patchImages(): Promise<void> {
      const webhooks = at(await get("validatingwebhookconfiguration", name), "webhooks") as unknown[];
      const index = webhooks.findIndex((webhook) => at(webhook, "name") === "images.imagehook.dev");
      const value = Buffer.from(answerer.authority.cert).toString("base64");
      const patch = [{ op: "add", path: `/webhooks/${String(index)}/clientConfig/caBundle`, value }];
      const change = ["patch", "validatingwebhookconfiguration", name, "--type=json", "-p", JSON.stringify(patch)];
      await cluster().kubectl([...change, asAccount()]);
    }
  });
}
