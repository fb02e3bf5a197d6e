import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { countSignatures, secretOf, startReceiver, type Receiver } from "../channels/receiver.ts";
import { apply, useCluster, waitFor } from "../support/cluster.ts";
import {
  eventsOn,
  imageFor,
  operationsOf,
  pushOf,
  startPost,
  stateOf,
  untilEvent,
  type Named,
  type Post,
} from "./ends-kit.ts";
import { aDeployment, hookPath, install, TOKEN, type Installation } from "./kit.ts";

const KEY = "a key of thirty-two bytes, or so";
const RANCHER = "https://rancher.example.com";
const shop: Named = { kind: "deployment", name: "shop" };

// The owners' annotation of a Deployment.
const owned = (namespace: string, name: string, owners: string): object => {
  const manifest = aDeployment(namespace, name, imageFor("1")) as { metadata: object };
  return { ...manifest, metadata: { ...manifest.metadata, annotations: { "imagehook.dev/owners": owners } } };
};

describe("telling people how a rollout ended", function () {
  this.timeout(60_000);
  const cluster = useCluster();
  let installed: Installation;
  let post: Post;
  let receiver: Receiver;
  let folder: string;

  before(async () => {
    [post, receiver] = await Promise.all([startPost(), startReceiver()]);
    folder = await mkdtemp(join(tmpdir(), "imagehook-telling-"));
    await writeFile(join(folder, "ca.crt"), receiver.hosts.ca);
    const hook = (web: string, name: string, more: object): object => ({
      namespace: web,
      workload: `deployment/${name}`,
      container: "web",
      repoType: "custom",
      token: TOKEN,
      ...more,
    });
    installed = await install(cluster(), {
      env: { OUTGOING_CA: join(folder, "ca.crt") },
      values: (web) => ({
        hooks: {
          shop: hook(web, "shop", { mailTo: "ops@example.com", notify: { channels: ["desk"] } }),
          owned: hook(web, "owned", {}),
          zh: hook(web, "zh", { mailTo: "ops@example.com", notify: { language: "zh" } }),
        },
        mail: { ...post.values, ownerDomains: ["example.com"] },
        channels: {
          desk: {
            type: "webhook",
            url: `https://${receiver.hosts.direct}/rollouts`,
            secretRef: { name: "desk", key: "secret" },
          },
        },
        global: { cattle: { url: RANCHER, clusterId: "c-m-4x7z" } },
      }),
      prepare: async ({ namespace, web }) => {
        const owners = "Dev@example.com, dev@example.com mallory@example.org";
        const items = [
          aDeployment(web, "shop", imageFor("1")),
          owned(web, "owned", owners),
          aDeployment(web, "zh", imageFor("1")),
        ];
        await apply(cluster(), { apiVersion: "v1", kind: "List", items });
        await cluster().kubectl([
          "create",
          "secret",
          "generic",
          "desk",
          "-n",
          namespace,
          `--from-literal=secret=${secretOf(KEY)}`,
        ]);
      },
    });
    for (const [name, tag] of [
      ["shop", "2"],
      ["owned", "2"],
      ["zh", "2"],
    ] as const) {
      const answer = await installed.post(hookPath(name), pushOf(tag));
      assert.equal(answer.status, 200, answer.text);
    }
  });
  after(async () => {
    await installed.remove();
    await Promise.all([post.sink.close(), receiver.hosts.close(), rm(folder, { recursive: true })]);
  });

  it("threads the mails about one workload, each with an id of its own", async () => {
    await post.about("shop", /: complete$/);
    assert.equal((await installed.post(hookPath("shop"), pushOf("3"))).status, 200);
    const [first, second] = await post.about("shop", /: complete$/, { count: 2 });
    const [zh] = await post.about("zh", /成功$/);
    assert.ok(first?.references !== undefined && first.references !== "", "it stands alone");
    assert.equal(second?.references, first.references);
    assert.equal(second.inReplyTo, first.inReplyTo);
    assert.notEqual(second.messageId, first.messageId);
    assert.notEqual(zh?.references, first.references);
    assert.match(String(first.messageId), /^<[0-9a-f]{32}@example\.com>$/);
  });

  it("writes in the language of the hook, and links to the workload's page in Rancher", async () => {
    const [zh] = await post.about("zh", /^Webhooks通知: .* 更新结果/);
    assert.match(zh?.text ?? "", /升级已完成。/);
    const [shopMail] = await post.about("shop", /: complete$/);
    const page = `${RANCHER}/dashboard/c/c-m-4x7z/explorer/apps.deployment/${installed.web}/`;
    const [text, html] = [String(shopMail?.text), String(shopMail?.html)];
    assert.ok(text.includes(`Workload in Rancher: ${page}shop#pods`), text);
    assert.ok(html.includes(`href="${page}shop#pods"`), html);
    assert.ok(zh?.text?.includes(`${page}zh#pods`), zh?.text);
  });

  it("mails the owners that the workload's annotation names in the domains of the configuration alone", async () => {
    await post.about("owned", /: complete$/);
    const to = post.sink.mails.filter(({ raw }) => /Subject:.*owned/.test(raw)).map((mail) => mail.to);
    assert.equal(to.length, 1);
    assert.deepEqual(
      to[0]?.map((address) => address.toLowerCase()),
      ["dev@example.com"],
    );
    assert.equal(JSON.stringify(post.sink.mails.map((mail) => mail.to)).includes("mallory"), false);
  });

  it("posts to the channel that the chart names, signed by Standard Webhooks", async () => {
    const [got] = await waitFor(
      () => Promise.resolve(receiver.received),
      ({ length }) => length > 0,
      { timeoutMs: 15_000, what: "the post to the channel" },
    );
    assert.ok(got !== undefined);
    assert.equal(got.path, "/rollouts");
    assert.equal(countSignatures(got, KEY), 1);
    assert.equal(countSignatures(got, `${KEY}!`), 0);
    assert.equal(countSignatures({ ...got, body: got.body.replace("shop", "shoq") }, KEY), 0);
    assert.partialDeepStrictEqual(JSON.parse(got.body), {
      type: "rollout.complete",
      data: {
        hook: "shop",
        namespace: installed.web,
        workload: "deployment/shop",
        changes: [{ container: "web", before: imageFor("1"), after: imageFor("2"), change: "image" }],
        result: "complete",
        link: `${RANCHER}/dashboard/c/c-m-4x7z/explorer/apps.deployment/${installed.web}/shop#pods`,
      },
    });
  });

  it("tells each channel once, and keeps that on record", async () => {
    const { state } = await waitFor(
      () => stateOf(installed, shop),
      ({ state: { notices } }) => notices.length === 4 && notices.every((notice) => notice.state === "sent"),
      { timeoutMs: 15_000, what: "both notices of both rollouts to be sent" },
    );
    assert.deepEqual(state.notices.map(({ channel }) => channel).sort(), ["desk", "desk", "mail", "mail"]);
    assert.equal(new Set(receiver.received.map(({ headers }) => headers["webhook-id"])).size, 2);
    assert.equal(receiver.received.length, 2);
    const metrics = await (await fetch(`${await operationsOf(installed.pod)}/metrics`)).text();
    assert.ok(metrics.includes('imagehook_notices_total{channel="desk",result="sent"} 2\n'), metrics);
    assert.ok(metrics.includes('imagehook_notices_total{channel="mail",result="sent"} 4\n'), metrics);
  });

  it("leaves its story on the workload: Events that kubectl shows, and the cause in the rollout's history", async () => {
    await untilEvent(installed, shop, "Notified");
    const events = await eventsOn(installed, shop);
    const reasons = new Set(events.map(({ reason }) => reason));
    for (const reason of ["ImageAccepted", "ImageUpdated", "RolloutComplete", "Notified"])
      assert.ok(reasons.has(reason), `${reason} is missing: ${[...reasons].join(" ")}`);
    const described = await cluster().kubectl(["describe", "deployment", "shop", "-n", installed.web]);
    for (const line of [
      /Normal +ImageAccepted .* imagehook +\S+:2 was accepted \(hook shop, request /,
      /Normal +ImageUpdated .* imagehook +web: \S+:1 -> \S+:2 \(hook shop, request /,
      /Normal +RolloutComplete .* imagehook +web: \S+:2: /,
      /Normal +Notified .* imagehook +the owners were told by mail: complete \(hook shop, request /,
      /Normal +Notified .* imagehook +the owners were told by desk: complete /,
    ])
      assert.match(described, line);
    const history = await cluster().kubectl(["rollout", "history", "deployment/shop", "-n", installed.web]);
    assert.match(history, /\n2 +imagehook shop: registry\.example\.com\/team\/app:2\n3 +imagehook shop: \S+:3\n/);
  });
});
