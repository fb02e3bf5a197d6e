import assert from "node:assert/strict";
import { z } from "zod";
import {
  deleteImage,
  pullImage,
  pushAgain,
  pushByDigest,
  pushImage,
  pushIndex,
} from "../../scripts/registry/images.ts";
import { startRegistry, type Registry } from "../../scripts/registry/registry.ts";
import { stateObjectName } from "../../src/core/rollout/state.ts";
import { REDEPLOYED_AT } from "../../src/core/rollout/workload.ts";
import { apply, useCluster, waitFor } from "../support/cluster.ts";
import { aDeployment, hookPath, imageOf, install, read, TOKEN, type Installation, type Live } from "./kit.ts";
import {
  startNotificationProxy,
  type Notification,
  type NotificationProxy,
  type RegistryEvent,
} from "./notification-proxy.ts";

const REPOSITORY = "team/app";
const MEDIA_TYPE = "application/vnd.docker.distribution.events.v2+json";
const stateSchema = z.looseObject({
  containers: z.looseObject({ web: z.looseObject({ pushes: z.array(z.looseObject({ after: z.string() })) }) }),
});
type PushRecord = z.infer<typeof stateSchema>["containers"]["web"]["pushes"][number];
type Matches = (event: RegistryEvent) => boolean;

const isPushOf =
  (tag: string): Matches =>
  ({ action, target }) =>
    action === "push" && target.tag === tag;

describe("a CNCF distribution registry notifies, crane pushes, the Deployment changes", function () {
  this.timeout(60_000);
  const cluster = useCluster();
  let proxy: NotificationProxy;
  let registry: Registry;
  let installed: Installation;

  const image = (tag: string): string => `${registry.host}/${REPOSITORY}:${tag}`;
  const push = (tag: string, content = `content of ${tag}`): Promise<string> =>
    pushImage(registry, { repository: REPOSITORY, tag, content });
  const deployment = (): Promise<Live> => read(cluster(), installed.web, "deployment", "app");
  const pushes = async (): Promise<readonly PushRecord[]> => {
    const name = stateObjectName({ kind: "deployment", namespace: installed.web, name: "app" });
    const { data } = await read(cluster(), installed.namespace, "configmap", name);
    return stateSchema.parse(JSON.parse(data?.["state.json"] ?? "")).containers.web.pushes;
  };

  /** What the registry said of an act until its last event was answered; all of it came from the registry's process. */
  async function said(act: () => Promise<unknown>, isLast: Matches): Promise<readonly Notification[]> {
    const before = proxy.seen.length;
    await act();
    const notifications = await waitFor(
      () => Promise.resolve(proxy.seen.slice(before)),
      (seen) => seen.some(({ event, delivered }) => delivered && isLast(event)),
      { timeoutMs: 20_000, what: "an answer to the registry's last notification of this act" },
    );
    for (const { senders, contentType } of notifications) {
      assert.deepEqual(senders, [registry.pid]);
      assert.equal(contentType, MEDIA_TYPE);
    }
    return notifications;
  }

  const only = (notifications: readonly Notification[], matches: Matches): Notification => {
    const found = notifications.filter(({ event }) => matches(event));
    assert.equal(found.length, 1, JSON.stringify(notifications));
    return found[0] ?? assert.fail();
  };

  const assertIgnored = (notifications: readonly Notification[]): void => {
    for (const { event, status, answer } of notifications) {
      assert.equal(status, 200, JSON.stringify({ event, answer }));
      assert.match(answer, /^ignored: \S/, JSON.stringify(event));
    }
  };

  before(async function startAll() {
    // Where they were not prepared the registry and crane are built now.
    this.timeout(30 * 60_000);
    proxy = await startNotificationProxy();
    registry = await startRegistry({
      notifyUrl: `${proxy.url}${hookPath("app")}`,
      say: (line) => process.stderr.write(`    ${line}\n`),
    });
    const hook = { workload: "deployment/app", container: "web", repoType: "distribution", token: TOKEN };
    installed = await install(cluster(), {
      values: (web) => ({ hooks: { app: { namespace: web, ...hook } } }),
      prepare: ({ web }) => apply(cluster(), aDeployment(web, "app", image("v0"))),
    });
    proxy.forwardTo(installed.pod.url);
  });
  after(async () => {
    await registry.stop();
    proxy.stop();
    await installed.remove();
  });

  it("rolls the Deployment forward to the pushed tag and keeps the id of the registry's event", async () => {
    let digest = "";
    const notifications = await said(async () => {
      digest = await push("v1");
    }, isPushOf("v1"));

    const { event, status, answer } = only(notifications, isPushOf("v1"));
    assert.equal(status, 200, answer);
    assert.equal(answer, `deployment.apps/app image updated\nweb: ${image("v0")} -> ${image("v1")}`);
    assert.equal(event.target.digest, digest);
    assert.equal(imageOf(await deployment()), image("v1"));
    const [record, ...others] = await pushes();
    assert.deepEqual(others, []);
    assert.partialDeepStrictEqual(record, { delivery: event.id, digest, before: image("v0"), after: image("v1") });

    const parts = notifications.filter((notification) => notification.event !== event);
    assert.ok(parts.length >= 2, "the layer and the configuration are pushed before the manifest");
    assertIgnored(parts);
  });

  it("runs the last of several pushes in a row", async () => {
    const tags = ["v2", "v3", "v4"];
    const notifications = await said(async () => {
      for (const tag of tags) await push(tag);
    }, isPushOf("v4"));

    const answered = tags.map((tag) => only(notifications, isPushOf(tag)));
    assert.deepEqual(
      answered.map(({ status }) => status),
      [200, 200, 200],
    );
    assert.equal(imageOf(await deployment()), image("v4"));
    const records = (await pushes()).slice(-3);
    assert.partialDeepStrictEqual(
      records,
      answered.map(({ event }, index) => ({ delivery: event.id, after: image(tags[index] ?? "") })),
    );
    const done = await waitFor(pushes, (all) => all.at(-1)?.["phase"] === "complete", {
      timeoutMs: 20_000,
      what: "the end of the last rollout",
    });
    // A rollout may end before the next push comes.
    for (const { phase } of done.slice(-3, -1)) assert.match(String(phase), /^(superseded|complete)$/);
    const sets = await cluster().kubectl([
      ...["get", "replicasets", "-n", installed.web, "-o"],
      'jsonpath={range .items[?(@.spec.replicas>0)]}{.spec.template.spec.containers[?(@.name=="web")].image}{"\\n"}{end}',
    ]);
    assert.equal(sets, `${image("v4")}\n`);
  });

  const ignored: readonly {
    readonly when: string;
    /** Gets a tag that the registry has. */
    readonly act: (tag: string) => Promise<unknown>;
    readonly isLast: Matches;
  }[] = [
    {
      when: "a push by digest",
      act: () => pushByDigest(registry, { repository: REPOSITORY, content: "part of an index" }),
      isLast: ({ action, target }) =>
        action === "push" && target.tag === undefined && String(target["mediaType"]).includes("manifest"),
    },
    {
      when: "a pull",
      act: (tag) => pullImage(registry, `${REPOSITORY}:${tag}`),
      isLast: ({ action, target }) => action === "pull" && target.tag !== undefined,
    },
    {
      when: "the deletion of a tag",
      act: (tag) => deleteImage(registry, `${REPOSITORY}:${tag}`),
      isLast: ({ action, target }) => action === "delete" && target.tag !== undefined,
    },
    {
      when: "a push of another repository",
      act: () => pushImage(registry, { repository: "team/other", tag: "v9", content: "of the neighbours" }),
      isLast: isPushOf("v9"),
    },
  ];
  for (const { when, act, isLast } of ignored) {
    it(`ignores ${when}, leaves the workload alone and holds up no push after it`, async () => {
      const tag = `before-${when.replaceAll(" ", "-")}`;
      await said(() => push(tag), isPushOf(tag));
      const before = await deployment();
      const notifications = await said(() => act(tag), isLast);
      only(notifications, isLast);
      assertIgnored(notifications);
      assert.deepEqual((await deployment()).spec, before.spec);

      const next = tag.replace("before", "after");
      await said(() => push(next), isPushOf(next));
      assert.equal(imageOf(await deployment()), image(next));
    });
  }

  it("takes an index of two images for one push", async () => {
    let digest = "";
    const notifications = await said(async () => {
      digest = await pushIndex(registry, { repository: REPOSITORY, tag: "index", contents: ["arm64", "amd64"] });
    }, isPushOf("index"));

    const { event, status, answer } = only(notifications, isPushOf("index"));
    assert.equal(status, 200, answer);
    assert.equal(event.target["mediaType"], "application/vnd.oci.image.index.v1+json");
    assertIgnored(notifications.filter((notification) => notification.event !== event));
    assert.equal(imageOf(await deployment()), image("index"));
    const records = await pushes();
    assert.partialDeepStrictEqual(records.at(-1), { delivery: event.id, digest, after: image("index") });
    assert.notEqual(records.at(-2)?.after, image("index"));
  });

  it("deploys a tag again that now holds something else", async () => {
    await said(() => push("moving", "one"), isPushOf("moving"));
    const before = await deployment();
    let digest = "";
    const notifications = await said(async () => {
      digest = await push("moving", "two");
    }, isPushOf("moving"));

    const { event, status, answer } = only(notifications, isPushOf("moving"));
    assert.equal(status, 200, answer);
    const now = await deployment();
    assert.deepEqual([imageOf(before), imageOf(now)], [image("moving"), image("moving")]);
    const mark = now.spec.template.metadata.annotations?.[REDEPLOYED_AT] ?? "";
    assert.notEqual(mark, before.spec.template.metadata.annotations?.[REDEPLOYED_AT] ?? "");
    const record = (await pushes()).at(-1);
    assert.partialDeepStrictEqual(record, { delivery: event.id, digest, acceptedAt: mark });
  });

  it("does nothing when a tag is pushed again that holds the same", async () => {
    await said(() => push("still"), isPushOf("still"));
    const [before, recorded] = [await deployment(), await pushes()];
    const notifications = await said(() => pushAgain(registry, REPOSITORY, "still"), isPushOf("still"));

    const { event, status, answer } = only(notifications, isPushOf("still"));
    assert.equal(status, 200, answer);
    assert.match(answer, /^deployment\.apps\/app unchanged: /);
    assert.deepEqual((await deployment()).spec, before.spec);
    assert.notEqual(event.id, recorded.at(-1)?.["delivery"]);
    assert.equal((await pushes()).at(-1)?.["delivery"], recorded.at(-1)?.["delivery"]);
  });

  it("does nothing when the registry sends an event again whose answer it did not get", async () => {
    proxy.loseAnswerTo(isPushOf("twice"));
    const notifications = await said(() => push("twice"), isPushOf("twice"));

    const [first, second, ...others] = notifications.filter(({ event }) => isPushOf("twice")(event));
    assert.deepEqual(others, []);
    assert.deepEqual([first?.delivered, second?.delivered], [false, true]);
    assert.equal(second?.event.id, first?.event.id);
    assert.match(first?.answer ?? "", /^deployment\.apps\/app image updated\n/);
    assert.equal(second?.status, 200);
    assert.match(second.answer, /^deployment\.apps\/app unchanged: .*\(duplicate\)$/);
    assert.equal((await pushes()).filter(({ after }) => after === image("twice")).length, 1);
  });
});
