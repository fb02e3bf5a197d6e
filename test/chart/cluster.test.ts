import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { delimiter, dirname } from "node:path";
import { parse, stringify } from "yaml";
import { run } from "../../scripts/control-plane/run.ts";
import { freshNamespace, useCluster } from "../support/cluster.ts";
import { at, chart, hooksOf, secretOf, valuesFile, type Manifest } from "./helm.ts";
import { rightsOf } from "./rights.ts";

interface HookValues extends Record<string, unknown> {
  readonly namespace: string;
}

interface Values extends Record<string, unknown> {
  readonly hooks: Readonly<Record<string, HookValues>>;
}

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
const kinds = "deployments,services,configmaps,secrets,serviceaccounts,roles,rolebindings,ingresses";

describe("the chart on a real API server", function () {
  // One story: each test goes on from where the one before it left the release.
  this.timeout(60_000);
  const cluster = useCluster();
  let home = "";
  let web = "";
  let ops = "";
  let base: Values = { hooks: {} };

  /** Runs helm as a person who is admin of the three namespaces and nothing else. */
  const helm = (args: readonly string[], stdin = ""): Promise<string> =>
    cluster().helm([...args, "--namespace", home, "--kube-as-user", "installer"], stdin);

  const deploy = (command: "install" | "upgrade", values: object): Promise<string> =>
    helm([command, "ih", chart, "-f", "-"], stringify(values));

  async function objects(): Promise<Manifest[]> {
    const mine = ["-l", "app.kubernetes.io/instance=ih", "-o", "json"];
    const lists = await Promise.all(
      [home, web, ops].map((name) => cluster().kubectl(["get", kinds, ...mine, "-n", name])),
    );
    return lists.flatMap((list) => at(JSON.parse(list), "items") as Manifest[]);
  }

  async function deployment(): Promise<unknown> {
    return JSON.parse(await cluster().kubectl(["get", "deployment", "-n", home, "ih-imagehook", "-o", "json"]));
  }

  async function idsServed(): Promise<unknown[]> {
    return (hooksOf(await objects()) as object[]).map((hook) => at(hook, "id"));
  }

  const rights = (account: string, namespace: string): Promise<string[]> =>
    rightsOf(cluster(), `${home}:${account}`, namespace);

  /** Runs the commands of the notes, as a person would paste them, and gives the URLs that they print. */
  async function pasted(notes: string): Promise<string[]> {
    const { kubeconfig, binaries } = cluster();
    const PATH = [dirname(binaries.kubectl), process.env["PATH"] ?? ""].join(delimiter);
    const commands = notes.split("\n").filter((line) => line.startsWith("  echo "));
    const env = { ...process.env, PATH, KUBECONFIG: kubeconfig };
    return (await run("bash", ["-ec", commands.join("\n")], { env })).stdout.trim().split("\n");
  }

  before(async () => {
    [home, web, ops] = [
      await freshNamespace(cluster(), "hooks"),
      await freshNamespace(cluster(), "web"),
      await freshNamespace(cluster(), "ops"),
    ];
    for (const namespace of [home, web, ops]) {
      const binding = ["rolebinding", "installer", "--clusterrole=admin", "--user=installer"];
      await cluster().kubectl(["create", ...binding, "-n", namespace]);
    }
    await cluster().kubectl(["label", "namespace", home, "pod-security.kubernetes.io/enforce=restricted"]);
    await cluster().kubectl([
      "create",
      "secret",
      "generic",
      "builder",
      "-n",
      home,
      "--from-literal=hook-token=canary.b",
    ]);
    const values = parse(await readFile(valuesFile("map"), "utf8")) as Values;
    const places: Readonly<Record<string, string>> = { web, ops };
    const moved = Object.entries(values.hooks).map(([id, hook]) => [
      id,
      { ...hook, namespace: places[hook.namespace] },
    ]);
    base = { ...values, publicUrl: "https://out.example.com", hooks: Object.fromEntries(moved) as Values["hooks"] };
  });

  after(async () => {
    await cluster().kubectl(["delete", "namespace", home, web, ops, "--wait=false"]);
  });

  it("is installed by an admin of its namespaces, and its notes print the trigger URLs", async () => {
    assert.deepEqual(await pasted(await deploy("install", base)), [
      "https://out.example.com/hooks/agent.v2?token=canary.b",
      "https://out.example.com/hooks/api?token=canary-token-of-the-api",
      "https://out.example.com/hooks/cnrancher_website?token=canary-token-of-website",
    ]);
  });

  it("makes a pod that the restricted Pod Security level admits", async () => {
    await cluster().kubectl(["rollout", "status", "-n", home, "deployment/ih-imagehook", "--timeout=40s"]);
  });

  it("gives back the ConfigMap and the tokens as they were rendered", async () => {
    assert.deepEqual(await idsServed(), ["agent.v2", "api", "cnrancher_website"]);
    assert.deepEqual(secretOf(await objects(), "ih-imagehook-tokens"), {
      api: "canary-token-of-the-api",
      cnrancher_website: "canary-token-of-website",
    });
  });

  const workload = "[get list watch patch]";
  const inTargets = ["events [] [] [create list]", "pods [] [] [get list]"];
  const state = (target: string): string =>
    `configmaps [] [imagehook-${sha256(target).slice(0, 16)}] [get update delete]`;
  const golden: { where: string; namespace: () => string; expected: () => string[] }[] = [
    {
      where: "the release's namespace",
      namespace: () => home,
      expected: () => [
        "configmaps [] [] [create list watch]",
        ...[`daemonset/${ops}/agent`, `deployment/${web}/api`, `deployment/${web}/website`].map(state),
        "events [] [] [create]",
        "leases.coordination.k8s.io [] [] [create]",
        "leases.coordination.k8s.io [] [ih-imagehook] [get update]",
      ],
    },
    {
      where: "a namespace with two Deployments",
      namespace: () => web,
      expected: () => [
        `deployments.apps [] [api] ${workload}`,
        `deployments.apps [] [website] ${workload}`,
        ...inTargets,
      ],
    },
    {
      where: "a namespace with a DaemonSet",
      namespace: () => ops,
      expected: () => [`daemonsets.apps [] [agent] ${workload}`, ...inTargets],
    },
    { where: "any other namespace", namespace: () => "default", expected: () => [] },
  ];
  for (const { where, namespace, expected } of golden) {
    it(`gives its account what the golden list names, and nothing else, in ${where}`, async () => {
      const everyone = await rights("nobody", namespace());
      const own = await rights("ih-imagehook", namespace());
      assert.deepEqual(own, [...everyone, ...expected()].sort());
      assert.doesNotMatch(everyone.join("\n"), /configmaps|secrets|pods|events|apps|batch|\*\.\*/);
    });
  }

  it("serves another hook after an upgrade without touching the pod", async () => {
    const earlier = await deployment();
    const hook = { namespace: web, workload: "cj/nightly", container: "job", repoType: "custom" };
    const hooks = { ...base.hooks, "9-a_b.c": { ...hook, token: "canary-token-of-nightly" } };
    const [first] = await pasted(await deploy("upgrade", { ...base, hooks }));
    assert.equal(first, "https://out.example.com/hooks/9-a_b.c?token=canary-token-of-nightly");
    assert.deepEqual(await idsServed(), ["9-a_b.c", "agent.v2", "api", "cnrancher_website"]);
    assert((await rights("ih-imagehook", web)).includes(`cronjobs.batch [] [nightly] ${workload}`));
    const later = await deployment();
    assert.deepEqual(at(later, "spec", "template"), at(earlier, "spec", "template"));
    assert.equal(at(later, "metadata", "generation"), at(earlier, "metadata", "generation"));
  });

  it("takes a hook's rights away with the hook", async () => {
    const { "agent.v2": agent, ...hooks } = base.hooks;
    assert.notEqual(agent, undefined);
    await deploy("upgrade", { ...base, hooks });
    assert.deepEqual(await rights("ih-imagehook", ops), await rights("nobody", ops));
    assert.equal((await rights("ih-imagehook", web)).join("\n").includes("cronjobs"), false);
  });

  it("rolls the pod when the mail's password changes", async () => {
    const mail = { from: "hooks@example.com", smtpServer: "smtp.example.com", password: "canary-password" };
    await deploy("upgrade", { ...base, mail });
    const earlier = await deployment();
    await deploy("upgrade", { ...base, mail: { ...mail, password: "canary-of-today" } });
    const later = await deployment();
    assert.notDeepEqual(at(later, "spec", "template"), at(earlier, "spec", "template"));
    assert.equal(JSON.stringify([earlier, later]).includes("canary"), false);
  });

  it("leaves nothing behind when it is uninstalled", async () => {
    assert.notDeepEqual(await objects(), []);
    await helm(["uninstall", "ih", "--wait"]);
    assert.deepEqual(await objects(), []);
    assert.equal(await cluster().kubectl(["get", "secrets", "-n", home, "-l", "owner=helm", "-o", "name"]), "");
  });
});
