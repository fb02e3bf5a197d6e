import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import PostalMime from "postal-mime";
import { findBinaries } from "../../scripts/control-plane/binaries.ts";
import { run } from "../../scripts/control-plane/run.ts";
import { useCluster, waitFor } from "../support/cluster.ts";
import { found, leftovers, startDemo, type DemoRun } from "./demo-run.ts";

const READY = "Everything is up";
const randomTag = (): string => `t${randomBytes(6).toString("hex")}`;

/** Reads the mails of a demo that stands: the bytes as its SMTP server got them. */
async function mailsIn(printed: string): Promise<readonly Buffer[]> {
  const folder = found(printed, /^ *mails: (\S+)$/m);
  const names = (await readdir(folder)).filter((name) => name.endsWith(".eml")).sort();
  return Promise.all(names.map((name) => readFile(join(folder, name))));
}

interface Read {
  readonly spec: {
    readonly template: { readonly spec: { readonly containers: readonly { readonly image: string }[] } };
  };
  readonly status: { readonly updatedReplicas?: number; readonly availableReplicas?: number };
}

function imageAndPods(text: string): unknown {
  const { spec, status } = JSON.parse(text) as Read;
  return [spec.template.spec.containers[0]?.image, status.updatedReplicas, status.availableReplicas];
}

describe("scripts/demo", function () {
  // The first run on a machine may have to build the binaries.
  this.timeout(30 * 60_000);
  const runs: DemoRun[] = [];
  const start = (args: readonly string[], env: NodeJS.ProcessEnv = {}): DemoRun => {
    const demo = startDemo(args, env);
    runs.push(demo);
    return demo;
  };

  // A demo that a failed test left standing.
  afterEach(async () => {
    for (const demo of runs.splice(0)) {
      demo.interrupt();
      await demo.ended;
    }
  });

  it("rolls the Deployment to the tag that it was given, and mails it", async () => {
    const tag = randomTag();
    const image = `registry.cn-hangzhou.aliyuncs.com/acme/website:${tag}`;
    const demo = start(["--tag", tag]);
    await demo.until(READY);
    const printed = demo.printed();
    assert.match(printed, new RegExp(` 200 OK\n +deployment.apps/website image updated\n.* -> ${image}\n`));

    const { kubectl } = await findBinaries(() => undefined);
    const KUBECONFIG = found(printed, /export KUBECONFIG=(\S+)/);
    const read = await run(kubectl, ["get", "deployment", "website", "-n", "web", "-o", "json"], {
      env: { ...process.env, KUBECONFIG },
    });
    assert.deepEqual(imageAndPods(read.stdout), [image, 3, 3]);

    const mails = await mailsIn(printed);
    assert.equal(mails.length, 1);
    const mail = await PostalMime.parse(mails[0] ?? "");
    assert.deepEqual(
      [mail.from?.address, mail.to?.map(({ address }) => address)],
      ["imagehook@example.com", ["ops@example.com"]],
    );
    assert.match(mail.text ?? "", new RegExp(`${image}\\b`));
    assert.match(mail.html ?? "", new RegExp(`${image}\\b`));

    demo.interrupt();
    const { code, stderr } = await demo.ended;
    assert.deepEqual([code, stderr, await leftovers(printed)], [0, "", []]);
  });

  it("shows what a person does next: the push script, another mail and an edited hook", async () => {
    const tag = randomTag();
    const demo = start([]);
    await demo.until(READY);
    const printed = demo.printed();
    await run("sh", [found(printed, /^ +(\S+\/push\.sh) v3$/m), tag]);
    await demo.until(`acme/website:${tag}`);
    await demo.until("a mail arrived:");
    const mails = await mailsIn(printed);
    assert.deepEqual(
      mails.map((mail) => mail.includes(`acme/website:${tag}`)),
      [false, true],
    );

    const values = found(printed, /--values (\S+)/);
    const [PATH, KUBECONFIG] = [found(printed, /export PATH=(\S+):\$PATH/), found(printed, /export KUBECONFIG=(\S+)/)];
    const env = { ...process.env, PATH: [PATH, process.env["PATH"] ?? ""].join(delimiter), KUBECONFIG };
    const upgrade = found(printed, /^ +(helm upgrade .*)$/m);
    await run("bash", ["-ec", `sed -i 's/^  website:/  shop:/' ${values} && ${upgrade}`], { env });
    await demo.until("hook=shop");
    demo.interrupt();
    assert.equal((await demo.ended).code, 0);
  });

  it("ends by itself with --once, and leaves nothing", async () => {
    const tag = randomTag();
    const { code, stdout, stderr } = await start(["--once", "--tag", tag]).ended;
    assert.deepEqual([code, stderr, await leftovers(stdout)], [0, "", []], stdout);
    assert.match(stdout, new RegExp(`^ +Image after: +registry.cn-hangzhou.aliyuncs.com/acme/website:${tag}$`, "m"));
    assert.doesNotMatch(stdout, /NOT OK|token=[0-9a-f]/);
    assert.equal(stdout.includes("\u001b"), false, "colours in a pipe");
  });

  it("fails with --once, the mail shown and nothing left, when the rollout fails", async () => {
    const { code, stdout, stderr } = await start(["--once", "--tag", `${randomTag()}-never-ready`]).ended;
    assert.deepEqual([code, await leftovers(stdout)], [1, []], stdout + stderr);
    assert.match(stdout, /Subject: .*failed/);
    assert.match(stderr, /not as it should be:\nthe rollout did not complete\n[^]*log ends with:\n[^]*rollout ended/);
  });

  it("stops at Ctrl-C in the middle", async () => {
    const demo = start([]);
    await demo.until("3. The chart");
    demo.interrupt();
    const { code, stdout, stderr } = await demo.ended;
    assert.deepEqual([code, stderr, await leftovers(stdout)], [130, "", []], stdout);
    assert.match(stdout, /SIGINT: stopping\n/);
  });

  it("stops when nobody reads its output any more", async () => {
    const demo = start([]);
    await demo.until("2. A workload");
    demo.closeOutput();
    const { code, stdout, stderr } = await demo.ended;
    assert.deepEqual([code, stderr, await leftovers(stdout)], [130, "", []], stdout);
  });

  const refusals = [
    { when: "an unknown option", args: ["--bogus"], says: /Unknown option '--bogus'[^]*usage: scripts\/demo/ },
    { when: "a tag that is none", args: ["--tag", "a b"], says: /--tag a b: not a tag[^]*usage: scripts\/demo/ },
    { when: "an empty context", args: ["--context", ""], says: /--context: is empty[^]*usage: scripts\/demo/ },
  ];
  for (const { when, args, says } of refusals) {
    it(`refuses ${when}`, async () => {
      const { code, stdout, stderr } = await start(args).ended;
      assert.deepEqual([code, stdout], [1, ""]);
      assert.match(stderr, says);
    });
  }

  it("prints its usage with --help", async () => {
    const { code, stdout } = await start(["--help"]).ended;
    assert.equal(code, 0);
    assert.match(stdout, /usage: scripts\/demo/);
  });

  describe("with --context", () => {
    const cluster = useCluster();
    const NAMESPACES = ["imagehook-demo", "imagehook-demo-web"];
    const env = (): NodeJS.ProcessEnv => {
      const { kubeconfig, binaries } = cluster();
      const folders = [dirname(binaries.kubectl), dirname(binaries.helm), process.env["PATH"] ?? ""];
      return { KUBECONFIG: kubeconfig, PATH: folders.join(delimiter) };
    };
    const statuses = (): Promise<number[]> =>
      Promise.all(NAMESPACES.map(async (name) => (await cluster().call("GET", `/api/v1/namespaces/${name}`)).status));

    it("does the same on a cluster that is there, and removes its namespaces", async () => {
      const demo = start(["--context", "imagehook-test"], env());
      await demo.until(READY);
      const printed = demo.printed();
      const read = ["get", "deployment", "website", "-n", "imagehook-demo-web", "-o", "json"];
      assert.deepEqual(imageAndPods(await cluster().kubectl(read)), ["nginx:1.29", 3, 3]);
      assert.match(String((await mailsIn(printed))[0]), /nginx:1\.29/);
      demo.interrupt();
      const { code, stderr } = await demo.ended;
      assert.deepEqual([code, stderr, await leftovers(printed)], [0, "", []]);
      assert.deepEqual(await statuses(), [404, 404]);
    });

    it("removes its namespaces at Ctrl-C in the middle", async () => {
      const demo = start(["--context", "imagehook-test"], env());
      await demo.until("3. The chart");
      demo.interrupt();
      const { code, stdout, stderr } = await demo.ended;
      assert.deepEqual([code, stderr, await leftovers(stdout)], [130, "", []], stdout);
      assert.deepEqual(await statuses(), [404, 404]);
    });

    it("refuses a cluster that has such a namespace, and leaves it alone", async () => {
      const [name = ""] = NAMESPACES;
      await cluster().kubectl(["create", "namespace", name]);
      const { code, stderr } = await start(["--once", "--context", "imagehook-test"], env()).ended;
      assert.equal(code, 1);
      assert.match(
        stderr,
        /has a namespace imagehook-demo already[^]*kubectl --context imagehook-test delete namespace/,
      );
      assert.deepEqual(await statuses(), [200, 404]);
      await cluster().kubectl(["delete", "namespace", name]);
      await waitFor(statuses, ([status]) => status === 404, { timeoutMs: 30_000, what: "the namespace's end" });
    });

    it("names the contexts that there are when it is given another", async () => {
      const { code, stderr } = await start(["--once", "--context", "elsewhere"], env()).ended;
      assert.equal(code, 1);
      assert.match(stderr, /--context elsewhere: kubectl knows no such context; it knows: imagehook-test/);
    });
  });
});
