import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { printReview, reviewFor } from "../../src/core/admission/review-for.ts";

const program = join(import.meta.dirname, "../../src/main.ts");

interface Place {
  readonly directory: string;
  readonly env: Readonly<Record<string, string>>;
}

async function imagehook(
  place: string | Place,
  ...args: string[]
): Promise<{ code: number; out: string; err: string }> {
  const { directory, env } = typeof place === "string" ? { directory: place, env: {} } : place;
  const child = spawn(process.execPath, [program, "admission", ...args], {
    cwd: directory,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [out, err, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number>((resolve) => child.once("close", resolve)),
  ]);
  return { code, out, err };
}

const RULES = `
images: [{name: own-registry, match: {namespaces: ["sh*"]}, allow: [registry.example.com/*]}]
defaults: [{name: who, match: {resources: [deployments.apps]}, set: {/metadata/labels/by: "\${user}"}}]
fields: [{name: replicas, match: {resources: [deployments.apps], operations: [UPDATE]}, path: /spec/replicas, max: 20}]
`;
const deployment = (image: string, replicas: number): string => `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec: {replicas: ${String(replicas)}, template: {spec: {containers: [{name: web, image: ${image}}]}}}
`;

describe("imagehook admission", function () {
  this.timeout(20_000);
  let directory = "";
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "imagehook-admission-"));
    const write = (name: string, content: string): Promise<void> => writeFile(join(directory, name), content);
    await write("rules.yaml", RULES);
    await write("broken.yaml", "images: [{name: a}]\n");
    await write("good.yaml", deployment("registry.example.com/team/app:v1", 1));
    await write("bad.yaml", deployment("nginx", 21));
  });
  after(() => rm(directory, { recursive: true }));

  it("test allows an object, and shows what would be changed", async () => {
    const { code, out } = await imagehook(
      directory,
      "test",
      "good.yaml",
      "--rules",
      "rules.yaml",
      "--user",
      "ada@example.com",
    );
    assert.equal(code, 0, out);
    assert.match(out, /^CREATE deployments\.apps default\/web: allowed\n {2}rules that are for it: who\n/);
    assert.match(out, /\n {4}\+ metadata\.labels\.by: "ada-example\.com"\n/);
    assert.match(out, /patch: \{"op":"add","path":"\/metadata\/labels","value":\{\}\}/);
    assert.match(out, /"value":"ada-example\.com"/);
  });

  it("test refuses an object, by the namespace and the object before", async () => {
    const args = ["test", "bad.yaml", "--rules", "rules.yaml", "--namespace", "shop"];
    const refused = await imagehook(directory, ...args);
    assert.equal(refused.code, 1);
    assert.match(refused.out, /default|shop\/web: refused/);
    assert.match(refused.out, /own-registry/);
    const updated = await imagehook(directory, ...args, "--old", "good.yaml", "--json");
    const [explained] = JSON.parse(updated.out) as [
      { allowed: boolean; webhooks: { path: string; allowed: boolean }[] },
    ];
    assert.equal(explained.allowed, false);
    const refusing = explained.webhooks.filter(({ allowed }) => !allowed).map(({ path }) => path);
    assert.deepEqual(refusing, ["/validate-images", "/validate-fields"]);
  });

  for (const operation of ["DELETE", "CONNECT"])
    it(`test lets ${operation} through`, async () => {
      const { code, out } = await imagehook(
        directory,
        "test",
        "bad.yaml",
        "--rules",
        "rules.yaml",
        "--operation",
        operation,
      );
      assert.equal(code, 0, out);
    });

  it("test takes what kubectl get prints of several objects, and reviews", async () => {
    const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "a" }, spec: { containers: [{ image: "nginx" }] } };
    const review = JSON.parse(printReview(reviewFor(pod).create({ namespace: "shop" }))) as object;
    await writeFile(join(directory, "list.json"), JSON.stringify({ kind: "List", items: [pod, review] }));
    const { code, out } = await imagehook(directory, "test", "list.json", "--rules", "rules.yaml");
    assert.equal(code, 1);
    assert.deepEqual(out.match(/^\w.*$/gm), ["CREATE pods default/a: allowed", "CREATE pods shop/a: refused"]);
    assert.match(out, /\n {4}own-registry \(images\): namespace default is none of sh\*\n/);
  });

  it("test lets hooks run commands only where the service would", async () => {
    const data = { "hooks.yaml": "- {id: a, execute-command: /bin/true}\n" };
    const metadata = { name: "hooks", labels: { "imagehook.dev/hooks": "true" } };
    await writeFile(
      join(directory, "hooks.json"),
      JSON.stringify({ apiVersion: "v1", kind: "ConfigMap", metadata, data }),
    );
    const args = ["test", "hooks.json", "--rules", "rules.yaml"];
    const { code, out } = await imagehook(directory, ...args);
    assert.equal(code, 1);
    assert.match(out, /hooks\.yaml:1:28: error: a: execute-command: .* commands are switched off/);
    const { out: allowed } = await imagehook({ directory, env: { COMMANDS_ENABLED: "true" } }, ...args);
    assert.doesNotMatch(allowed, /commands are switched off/);
  });

  it("check says what can be served, and every fault with its place", async () => {
    const good = await imagehook(directory, "check", "rules.yaml");
    assert.deepEqual([good.code, good.out], [0, "the rules can be served: 1 of images, 1 of defaults, 1 of fields\n"]);
    const bad = await imagehook(directory, "check", ".");
    assert.equal(bad.code, 1);
    assert.match(bad.out, /(?:^|\n)broken\.yaml:1:17: error: a: name: the rule asks for nothing/);
  });

  for (const { args, code, says } of [
    { args: ["test", "nothing.yaml"], code: 2, says: /nothing\.yaml: cannot be read: ENOENT/ },
    { args: ["test", "good.yaml", "--rules", "broken.yaml"], code: 2, says: /broken\.yaml:1:17: error/ },
    { args: ["test", "good.yaml", "--old", "nothing.yaml"], code: 2, says: /nothing\.yaml: cannot be read/ },
    { args: ["test", "good.yaml", "--rules", "no"], code: 2, says: /^no:1:1: error: cannot be read: ENOENT$/m },
    {
      args: ["test", "good.yaml", "--rules", "rules.yaml", "--operation", "UPDATE"],
      code: 2,
      says: /Deployment default\/web is updated: give it with --old as it is stored/,
    },
    { args: ["test", "good.yaml", "--operation", "PATCH"], code: 2, says: /--operation is CREATE, UPDATE/ },
    { args: ["test"], code: 2, says: /missing required argument 'file'/ },
    { args: ["check"], code: 2, says: /name a rules file/ },
    { args: ["try", "a"], code: 2, says: /say check or test/ },
    { args: [], code: 2, says: /missing required argument 'action'/ },
    { args: ["--help"], code: 0, says: /imagehook admission test deployment\.yaml --rules rules\.yaml/ },
    { args: ["check", "good.yaml/x"], code: 1, says: /^good\.yaml\/x:1:1: error: cannot be read: ENOTDIR$/m },
    { args: ["check", "rules.yaml", "no"], code: 1, says: /^no:1:1: error: cannot be read: ENOENT$/m },
  ])
    it(`says what is wrong with ${JSON.stringify(args)}`, async () => {
      const { code: ended, out, err } = await imagehook(directory, ...args);
      assert.match(`${out}${err}`, says);
      assert.equal(ended, code);
    });
});
