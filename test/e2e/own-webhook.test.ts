import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { parseAllDocuments } from "yaml";
import { freePort } from "../../scripts/control-plane/network.ts";
import { run } from "../../scripts/control-plane/run.ts";
import { apply, useCluster, waitFor } from "../support/cluster.ts";
import { installPackage } from "../support/packed-package.ts";
import { leadTo } from "../support/webhook-service.ts";

const example = join(import.meta.dirname, "../../examples/own-webhook");
const NAME = "own-webhook";
const IMAGE = "registry.example.com/team/own-webhook:1";

interface Manifest {
  readonly kind: string;
  readonly spec?: object;
}

describe("examples/own-webhook, by the steps of its README", function () {
  this.timeout(180_000);
  const cluster = useCluster();
  let project: string;
  let blocks: readonly string[];
  let program: ChildProcess | undefined;

  before(async () => {
    project = await mkdtemp(join(tmpdir(), "imagehook-own-webhook-"));
    await cp(example, project, { recursive: true });
    await installPackage(project);
    const readme = await readFile(join(example, "README.md"), "utf8");
    blocks = [...readme.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, body = ""]) => body.trim());
  });
  after(async () => {
    await cluster().kubectl(["delete", "validatingwebhookconfiguration,namespace", NAME, "--ignore-not-found"]);
    program?.kill("SIGKILL");
    await rm(project, { recursive: true, force: true });
  });

  /** Runs a block of the README in the project, with the cluster's own kubectl. */
  const runBlock = async (start: string): Promise<string> => {
    const block = blocks.find((text) => text.startsWith(start)) ?? assert.fail(`no block begins with ${start}`);
    const { binaries, kubeconfig, folder } = cluster();
    const env = { ...process.env, KUBECTL: binaries.kubectl, KUBECONFIG: kubeconfig, KUBECACHEDIR: folder };
    const script = `set -e\nkubectl() { "$KUBECTL" "$@"; }\n${block}`;
    const { stdout, stderr } = await run("bash", ["-c", script], { cwd: project, env });
    return stdout + stderr;
  };

  it("has steps of which all run here but those that need npm's or an image's registry", () => {
    assert.deepEqual(
      blocks.map((text) => text.split(/\s/).slice(0, 2).join(" ")),
      ["npm init", "npm test", "docker build", "openssl req", "node manifests.ts", "kubectl apply", "kubectl delete"],
    );
  });

  it("passes its own test", async () => {
    assert.match(await runBlock("npm test"), /^# pass [1-9]\d*$|^ℹ pass [1-9]\d*$/m);
  });

  it("type-checks as the strict project that it is", async () => {
    const strict = ["--noEmit", "--strict", "--target", "es2024", "--module", "nodenext", "--types", "node"];
    const files = ["server.ts", "manifests.ts", "team-label.test.ts"];
    const flags = ["--allowImportingTsExtensions", "--erasableSyntaxOnly", "--ignoreConfig"];
    await run("tsc", [...strict, ...flags, ...files], { cwd: project });
  });

  it("makes manifests that the API server takes as they are", async () => {
    await runBlock("openssl");
    const said = await cluster().kubectl(["apply", "--dry-run=server", "-f", "-"], await printedManifests());
    assert.equal(said.trim().split("\n").length, 4, said);
  });

  it("refuses what belongs to no team, with the words of the README, and stores nothing", async () => {
    const port = await freePort();
    await installWithoutNode(port);
    program = await startServer(port);
    const refused = await waitFor(
      () => runBlock("kubectl apply").then(String, (error: unknown) => String(error)),
      (said) => said.includes("denied the request"),
      { timeoutMs: 20_000, what: "the refusal" },
    );
    const readme = await readFile(join(example, "README.md"), "utf8");
    const [, told = ""] = /^```text\n([\s\S]*?)^```$/m.exec(readme) ?? [];
    assert.ok(told.includes("denied the request") && refused.includes(told.trim()), refused);
    const stored = ["get", "deployment", "nobodys", "-n", "default", "-o", "name", "--ignore-not-found"];
    assert.equal(await cluster().kubectl(stored), "");
  });

  it("stores what belongs to one, with the warning", async () => {
    const manifest = await readFile(join(project, "refused.yaml"), "utf8");
    const owned = manifest.replace("  name: nobodys\n", "  name: nobodys\n  labels:\n    team: search\n");
    const args = ["apply", "--kubeconfig", cluster().kubeconfig, "-f", "-"];
    const { stderr } = await run(cluster().binaries.kubectl, args, { stdin: owned });
    assert.match(stderr, /^Warning: spec\.replicas: a single replica is away whenever its node is$/m);
    const remove = ["delete", "deployment", "nobodys", "-n", "default"];
    assert.match(await cluster().kubectl(remove), /deleted/);
  });

  it("is away again after the last step", async () => {
    await runBlock("kubectl delete");
    const left = await cluster().kubectl(["get", "validatingwebhookconfigurations", "-o", "name"]);
    assert.doesNotMatch(left, new RegExp(NAME));
    program?.kill("SIGTERM");
    assert.deepEqual(await once(program ?? assert.fail("it did not start"), "exit"), [0, null]);
    program = undefined;
  });

  async function printedManifests(): Promise<string> {
    await run(process.execPath, ["manifests.ts", IMAGE, "tls.crt"], { cwd: project });
    return readFile(join(project, "manifests.yaml"), "utf8");
  }

  // No node runs the image here: the program runs on this host, and the Service leads to it by an EndpointSlice.
  async function installWithoutNode(port: number): Promise<void> {
    const manifests = parseAllDocuments(await printedManifests()).map((document) => document.toJS() as Manifest);
    const items = manifests
      .filter(({ kind }) => kind !== "Deployment")
      .map((each) => (each.kind === "Service" ? { ...each, spec: { ...each.spec, selector: null } } : each));
    await apply(cluster(), { apiVersion: "v1", kind: "List", items });
    await leadTo(cluster(), { service: NAME, namespace: NAME, portName: "https", port });
  }

  async function startServer(port: number): Promise<ChildProcess> {
    const env = { PATH: process.env["PATH"], PORT: String(port), CERT_DIR: project };
    const child = spawn(process.execPath, ["server.ts"], { cwd: project, env, stdio: ["ignore", "pipe", "inherit"] });
    for await (const line of createInterface({ input: child.stdout })) if (line.includes("listens")) break;
    child.stdout.resume();
    return child;
  }
});
