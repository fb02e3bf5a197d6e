import assert from "node:assert/strict";
import type { Mail, MailFailure, MailReceipt } from "../../../src/core/notice/mail.ts";
import { fail, ok, type Result } from "../../../src/core/result.ts";
import type { ClusterFailure } from "../../../src/core/rollout/cluster-failure.ts";
import type { EndedChange } from "../../../src/flow/follow.ts";
import type { RefusedChange } from "../../../src/flow/upgrade.ts";
import { createNotifier, type Notifier, type NotifyParts } from "../../../src/flow/notify.ts";
import {
  aChange,
  aContainer,
  aHook,
  anAcceptedPush,
  aPush,
  aTarget,
  aWorkload,
  deploymentFacts,
} from "../../support/builders.ts";
import { createFakeCluster, type FakeCluster } from "../../support/fake-cluster.ts";
import { createFakeClock, createFakeLog, type FakeClock, type FakeLog } from "../../support/fake-log.ts";
import { REFUSED, UNREACHABLE } from "./upgrade-kit.ts";

const DEFAULT_TO = ["ops@example.com"];
const pod = {
  name: "website-6d4b7c9f5-x2x7k",
  phase: "Running",
  ready: "1/1",
  restarts: 0,
  image: "registry.example.com/shop/website:2.0",
  state: "Running",
  message: "",
  node: "node-1",
};

const accepted = anAcceptedPush();
const toOwn = anAcceptedPush({ hook: aHook({ upgrade: { mailTo: ["shop@example.com", "web@example.com"] } }) });

const anEnd = (over: Partial<EndedChange> = {}, by = accepted): EndedChange => ({
  change: { accepted: by, changes: [aChange()], workload: aWorkload() },
  result: { kind: "complete" },
  finishedAt: new Date("2026-11-22T08:01:31.000Z"),
  last: { workload: aWorkload(), rollout: deploymentFacts(), podSelector: "app=website" },
  ...over,
});

const aRefusal = (failure: ClusterFailure, by = accepted): RefusedChange => ({
  accepted: by,
  target: aTarget,
  changes: [aChange()],
  failure,
});

describe("createNotifier(parts)", () => {
  let mails: Mail[];
  let log: FakeLog;
  let clock: FakeClock;
  let cluster: FakeCluster;
  let receipt: Result<MailReceipt, MailFailure>;

  const notifier = (over: Partial<NotifyParts> = {}): Notifier =>
    createNotifier({
      mailer: {
        send: (mail) => {
          mails.push(mail);
          return Promise.resolve(receipt);
        },
      },
      sender: "imagehook@example.com",
      defaultTo: DEFAULT_TO,
      language: "en",
      workloads: cluster.workloads,
      clock,
      log,
      ...over,
    });

  beforeEach(() => {
    mails = [];
    log = createFakeLog();
    clock = createFakeClock();
    cluster = createFakeCluster();
    cluster.pods = ok([pod]);
    receipt = ok({ response: "250 ok", rejected: [] });
  });

  it("writes what happened, with the table of pods", async () => {
    await notifier().ended(anEnd());
    const [mail] = mails;
    assert.equal(mails.length, 1);
    assert.deepEqual(mail?.to, DEFAULT_TO);
    assert.match(mail.subject, /shop\/deployment\/website web/);
    for (const text of [mail.text, mail.html]) {
      for (const piece of ["shop/website:1.0", "shop/website:2.0", pod.name, "request-1"]) {
        assert.ok(text.includes(piece), `${piece} is not in ${text}`);
      }
    }
    assert.deepEqual(log.factsOf("mail was sent"), [
      { hook: "website", requestId: "request-1", result: "complete", recipients: 1, response: "250 ok" },
    ]);
  });

  it("sends to the hook's own recipients where it has some, else to the default ones", async () => {
    await notifier().ended(anEnd({}, toOwn));
    await notifier().ended(anEnd());
    assert.deepEqual(
      mails.map(({ to }) => to),
      [["shop@example.com", "web@example.com"], DEFAULT_TO],
    );
  });

  it("gives one change the same Message-ID always, in the sender's domain, and another change another", async () => {
    const other = anEnd();
    await notifier().ended(anEnd());
    await notifier().ended(anEnd({ finishedAt: new Date() }));
    await notifier().ended({
      ...other,
      change: { ...other.change, changes: [aChange({ push: aPush({ key: "other" }) })] },
    });
    const [first, again, another] = mails.map(({ messageId }) => messageId);
    assert.match(first ?? "", /^<[0-9a-f]+@example\.com>$/);
    assert.equal(again, first);
    assert.notEqual(another, first);
  });

  it("gives the changes of several workloads by one push a Message-ID each", async () => {
    const end = anEnd();
    const workload = aWorkload({ target: { ...aTarget, name: "api" } });
    await notifier().ended(end);
    await notifier().ended({ ...end, change: { ...end.change, workload } });
    assert.equal(new Set(mails.map(({ messageId }) => messageId)).size, 2);
    assert.match(mails[1]?.subject ?? "", /shop\/deployment\/api web/);
  });

  it("writes in the language that is set", async () => {
    await notifier({ language: "zh" }).ended(anEnd());
    assert.match(mails[0]?.subject ?? "", /^Webhooks通知: shop-deployment\/website-web 更新结果/);
  });

  it("tells a redeploy from a new image", async () => {
    const end = anEnd();
    const push = aPush({ before: aPush().after });
    await notifier().ended({ ...end, change: { ...end.change, changes: [aChange({ push, redeploys: true })] } });
    await notifier().ended(end);
    assert.notEqual(mails[0]?.text.includes("shop/website:1.0"), mails[1]?.text.includes("shop/website:1.0"));
  });

  it("writes one mail of all containers that were changed", async () => {
    const end = anEnd();
    const worker = aChange({ container: aContainer({ name: "worker" }), push: aPush({ before: "a:2", after: "a:2" }) });
    await notifier().ended({ ...end, change: { ...end.change, changes: [aChange(), worker] } });
    assert.equal(mails.length, 1);
    assert.match(mails[0]?.text ?? "", /Container: +web\n(.*\n)+Container: +worker\n.*a:2\n.*a:2\nNote:/);
  });

  it("asks for no pods and sends nothing when there is no mailer", async () => {
    await notifier({ mailer: null }).ended(anEnd());
    await notifier({ mailer: null }).refused(aRefusal(REFUSED));
    assert.deepEqual([mails, cluster.calls, log.lines], [[], [], []]);
  });

  it("asks for no pods and sends nothing when there is nobody to tell, and says so once a hook", async () => {
    const tell = notifier({ defaultTo: [] });
    for (const by of [accepted, anAcceptedPush({ hook: aHook({ id: "other" }) }), accepted]) {
      await tell.ended(anEnd({}, by));
      await tell.refused(aRefusal(REFUSED, by));
    }
    assert.deepEqual([mails, cluster.calls], [[], []]);
    assert.deepEqual(
      log.lines.map(({ level, facts }) => [level, facts["hook"]]),
      [
        ["info", "website"],
        ["info", "other"],
      ],
    );
  });

  it("asks for no pods where there are none to be seen", async () => {
    await notifier().ended(anEnd({ last: null, result: { kind: "failed", reason: "deleted" } }));
    await notifier().ended(anEnd({ last: { workload: aWorkload(), rollout: deploymentFacts(), podSelector: "" } }));
    assert.deepEqual([mails.length, cluster.calls], [2, []]);
  });

  it("says in the mail why the table of pods is missing", async () => {
    const right = { verb: "list", resource: "pods", namespace: "shop", name: "" };
    cluster.pods = fail({ kind: "forbidden", message: "no", right });
    await notifier().ended(anEnd());
    assert.match(mails[0]?.text ?? "", /lacks the right to list pods in namespace "shop"/);
  });

  const failure: MailFailure = { kind: "authentication", code: "535", message: "login failed", hint: "use a code" };
  it("logs a mail that fails, with the hint, and lives on", async () => {
    receipt = fail(failure);
    await notifier().ended(anEnd());
    assert.deepEqual(log.lines, [
      {
        level: "error",
        message: "mail could not be sent",
        facts: {
          hook: "website",
          requestId: "request-1",
          result: "complete",
          recipients: 1,
          failure: "authentication",
          code: "535",
          reason: "login failed",
          hint: "use a code",
        },
      },
    ]);
  });

  it("names the recipients that the server did not take", async () => {
    receipt = ok({ response: "250 ok", rejected: ["web@example.com"] });
    await notifier().ended(anEnd({}, toOwn));
    assert.deepEqual(
      log.lines.map(({ level, message, facts }) => [level, message, facts["rejected"]]),
      [
        ["info", "mail was sent", undefined],
        ["error", "mail was refused for some recipients", ["web@example.com"]],
      ],
    );
  });

  describe("refused(change)", () => {
    const times = async (tell: Notifier, failures: readonly ClusterFailure[], by = accepted): Promise<number> => {
      const before = mails.length;
      for (const refusal of failures) await tell.refused(aRefusal(refusal, by));
      return mails.length - before;
    };

    it("tells of it with the API server's reason and without pods", async () => {
      assert.equal(await times(notifier(), [REFUSED]), 1);
      assert.match(mails[0]?.text ?? "", /denied by a policy/);
      assert.deepEqual(cluster.calls, []);
    });

    it("tells at most once an hour of one hook and reason", async () => {
      const tell = notifier();
      assert.equal(await times(tell, [REFUSED, REFUSED, REFUSED]), 1);
      clock.advance(3_599_999);
      assert.equal(await times(tell, [REFUSED]), 0);
      clock.advance(1);
      assert.equal(await times(tell, [REFUSED, REFUSED]), 1);
    });

    it("tells of another workload all the same", async () => {
      const tell = notifier();
      await tell.refused(aRefusal(REFUSED));
      await tell.refused({ ...aRefusal(REFUSED), target: { ...aTarget, name: "api" } });
      assert.equal(mails.length, 2);
    });

    it("tells of another reason and of another hook all the same", async () => {
      const tell = notifier();
      assert.equal(await times(tell, [REFUSED, UNREACHABLE]), 2);
      assert.equal(await times(tell, [REFUSED], anAcceptedPush({ hook: aHook({ id: "other" }) })), 1);
    });
  });
});
