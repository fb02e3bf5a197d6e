import assert from "node:assert/strict";
import type { Mail, MailFailure, MailReceipt } from "../../../src/core/notice/mail.ts";
import type { Notice } from "../../../src/core/notice/notice.ts";
import { fail, ok, type Result } from "../../../src/core/result.ts";
import type { NoticeAbout } from "../../../src/core/rollout/state.ts";
import type { Telling, Told } from "../../../src/flow/notify.ts";
import { createChannelsOf, createTell, type TellParts } from "../../../src/flow/tell.ts";
import { aHook, aTarget } from "../../support/builders.ts";
import { createFakeCluster, type FakeCluster } from "../../support/fake-cluster.ts";
import { createFakeLog } from "../../support/fake-log.ts";
import { image, UNREACHABLE } from "./upgrade-kit.ts";

const pod = {
  name: "website-6d4b7c9f5-x2x7k",
  phase: "Running",
  ready: "1/1",
  restarts: 0,
  image: image("2.0"),
  state: "Running",
  message: "",
  node: "node-1",
};
const anAbout = (over: Partial<NoticeAbout> = {}): NoticeAbout => ({
  hook: "website",
  changes: [{ container: "web", before: image("1.0"), after: image("2.0"), redeploys: false }],
  result: { kind: "complete", reason: "all run it" },
  acceptedAt: "2026-11-22T08:00:05.000Z",
  finishedAt: "2026-11-22T08:01:31.000Z",
  request: "request-1",
  ...over,
});

describe("createTell(parts)", () => {
  let cluster: FakeCluster;
  let mails: Mail[];
  let receipt: Result<MailReceipt, MailFailure>;
  const log = createFakeLog();
  const never = new AbortController().signal;
  const partsOf = (over: Partial<TellParts> = {}): TellParts => ({
    mailer: {
      send: (mail) => {
        mails.push(mail);
        return Promise.resolve(receipt);
      },
    },
    sender: "imagehook@example.com",
    defaultTo: ["ops@example.com"],
    language: "en",
    channel: () => null,
    ownerDomains: [],
    rancher: null,
    publicUrl: "",
    diagnosis: { crashLog: () => null },
    workloads: cluster.workloads,
    log,
    ...over,
  });
  const tell = (telling: Partial<Telling> = {}, over: Partial<TellParts> = {}): Promise<Told> =>
    createTell(partsOf(over))(
      { id: "0123456789abcdef", channel: "mail", hook: aHook(), target: aTarget, about: anAbout(), ...telling },
      never,
    );
  const annotate = (owners: string): void => {
    cluster.edit(aTarget, (object) => {
      object.metadata.annotations = { "imagehook.dev/owners": owners };
    });
  };

  beforeEach(async () => {
    cluster = createFakeCluster();
    cluster.pods = ok([pod]);
    mails = [];
    receipt = ok({ response: "250 ok", rejected: [] });
    log.clear();
    await cluster.deploy(aTarget, { web: image("2.0") });
    cluster.edit(aTarget, (object) => Object.assign(object.spec, { selector: { matchLabels: { app: "website" } } }));
  });

  it("writes what happened, with the table of pods", async () => {
    assert.deepEqual(await tell(), ok({ response: "250 ok", rejected: [] }));
    assert.deepEqual(
      mails.map(({ subject }) => subject.includes("shop/deployment/website web")),
      [true],
    );
    for (const text of mails.flatMap((mail) => [mail.text, mail.html]))
      for (const piece of ["shop/website:1.0", "shop/website:2.0", pod.name, "request-1"])
        assert.ok(text.includes(piece), `${piece} is not in ${text}`);
  });

  it("gives one notice the same Message-ID always, and the mails of one workload one thread", async () => {
    await tell();
    await tell();
    await tell({ id: "another" });
    await tell({ target: { ...aTarget, kind: "cronjob" } });
    const [first, again, another, elsewhere] = mails;
    assert.ok(first && again && another && elsewhere);
    assert.equal(first.messageId, again.messageId);
    assert.notEqual(first.messageId, another.messageId);
    assert.match(first.messageId, /^<[0-9a-f]{32}@example\.com>$/);
    assert.deepEqual([another.threadId === first.threadId, elsewhere.threadId === first.threadId], [true, false]);
  });

  const own = aHook({ upgrade: { mailTo: ["web@example.com"], language: "zh" } });
  it("goes to the hook's recipients in its language, else to the default ones", async () => {
    await tell({ hook: own });
    await tell();
    assert.deepEqual(
      mails.map(({ to }) => to),
      [["web@example.com"], ["ops@example.com"]],
    );
    assert.match(mails[0]?.subject ?? "", /^Webhooks通知/);
    assert.doesNotMatch(mails[1]?.subject ?? "", /通知/);
  });

  it("goes to the owners that the workload names, of the domains that are set, once each", async () => {
    annotate("team@example.com, OPS@example.com, someone@elsewhere.example");
    await tell();
    await tell({}, { ownerDomains: ["example.com"] });
    assert.deepEqual(mails[0]?.to, ["ops@example.com"]);
    assert.deepEqual([...(mails[1]?.to ?? [])].map((address) => address.toLowerCase()).sort(), [
      "ops@example.com",
      "team@example.com",
    ]);
  });

  it("asks the watch on after a failure before it says who is told", async () => {
    annotate("team@example.com");
    const { watch } = cluster.workloads;
    const workloads: TellParts["workloads"] = {
      ...cluster.workloads,
      watch: async function* (target, signal) {
        yield { kind: "failure", failure: UNREACHABLE };
        yield* watch(target, signal);
      },
    };
    assert.equal((await tell({}, { workloads, defaultTo: [], ownerDomains: ["example.com"] })).kind, "ok");
    assert.equal(cluster.watchers(aTarget), 0);
  });

  it("tells a redeploy from a new image, and writes one mail of all containers", async () => {
    const redeployed = { container: "worker", before: "a:2", after: "a:2", redeploys: true };
    await tell({ about: anAbout({ changes: [...anAbout().changes, redeployed] }) });
    assert.match(mails[0]?.text ?? "", /Container: +web\n(.*\n)+Container: +worker\n.*a:2\n.*a:2\n/);
  });

  it("says in the mail why the table of pods is missing", async () => {
    const right = { verb: "list", resource: "pods", namespace: "shop", name: "" };
    cluster.pods = fail({ kind: "forbidden", message: "no", right });
    await tell();
    assert.match(mails[0]?.text ?? "", /lacks the right to list pods in namespace "shop"/);
  });

  it("asks for no pods where none are of it", async () => {
    await tell({ about: anAbout({ result: { kind: "refused", reason: "denied by a policy" } }) });
    cluster.remove(aTarget);
    await tell({ about: anAbout({ result: { kind: "failed", reason: "the workload was deleted" } }) });
    assert.ok(!cluster.calls.includes("pods"));
    assert.match(mails[0]?.text ?? "", /denied by a policy/);
    assert.match(mails[1]?.text ?? "", /the workload was deleted/);
  });

  it("shows what a container printed in the mail of a failure alone", async () => {
    const crashLog = () => ({ pod: pod.name, container: "web", image: image("2.0"), lines: ["boom", "bang"] });
    for (const kind of ["failed", "complete"] as const)
      await tell({ about: anAbout({ result: { kind, reason: "it crashed" } }) }, { diagnosis: { crashLog } });
    assert.deepEqual(
      mails.map(({ text }) => text.includes("bang")),
      [true, false],
    );
  });

  it("links to the service's own page and to Rancher's where they are known", async () => {
    await tell({}, { publicUrl: "https://hooks.example.com" });
    assert.match(mails[0]?.text ?? "", /https:\/\/hooks\.example\.com\//);
  });

  const failures: readonly (readonly [MailFailure["kind"], "permanent" | "temporary"])[] = [
    ["permanent", "permanent"],
    ["temporary", "temporary"],
    ["authentication", "temporary"],
    ["tls", "temporary"],
    ["unreachable", "temporary"],
  ];
  for (const [kind, is] of failures) {
    it(`gives a mail that fails as ${kind} back as ${is}`, async () => {
      receipt = fail({ kind, code: "535", message: "login failed", hint: "use a code" });
      const error = { kind: is, code: "535", message: "login failed", hint: "use a code", retryAfterSeconds: null };
      assert.deepEqual(await tell(), { kind: "error", error });
    });
  }

  it("fails for good where nobody is to be told any more", async () => {
    for (const over of [{ mailer: null }, { defaultTo: [] }]) {
      const told = await tell({}, over);
      assert.equal(told.kind === "error" && told.error.kind, "permanent");
    }
    assert.deepEqual(mails, []);
  });

  it("hands other notices to their channels, with their ids and no container's output", async () => {
    const sent: (readonly [Notice, string])[] = [];
    const channel: TellParts["channel"] = (name) =>
      name !== "chat"
        ? null
        : {
            send: (notice, id) => {
              sent.push([notice, id]);
              return Promise.resolve(sent.length === 1 ? ok("200 OK") : fail(refused));
            },
          };
    const refused = { kind: "temporary", code: "503", message: "busy", hint: "", retryAfterSeconds: 9 } as const;
    const diagnosis = { crashLog: () => assert.fail("it is for mails alone") };
    const about = anAbout({ result: { kind: "failed", reason: "it crashed" } });
    const first = await tell({ channel: "chat", about }, { channel, diagnosis });
    assert.deepEqual(first, ok({ response: "200 OK", rejected: [] }));
    assert.deepEqual(await tell({ channel: "chat" }, { channel }), fail(refused));
    const [[notice, id] = []] = sent;
    assert.partialDeepStrictEqual(
      [notice, id],
      [
        {
          hook: "website",
          namespace: "shop",
          workload: "deployment/website",
          changes: [{ container: "web", before: image("1.0"), after: image("2.0"), change: "image" }],
          result: { kind: "failed", reason: "it crashed" },
          requestId: "request-1",
          pods: [pod],
          podsNote: "",
        },
        "0123456789abcdef",
      ],
    );
    const unknown = await tell({ channel: "other" }, { channel });
    assert.equal(unknown.kind === "error" && unknown.error.code, "ECHANNEL");
  });

  describe("createChannelsOf(parts)", () => {
    it("names mail and the hook's channels, each once", () => {
      const hook = aHook({ upgrade: { channels: ["chat", "chat", "pager"] } });
      assert.deepEqual(createChannelsOf(partsOf())(hook, ""), ["mail", "chat", "pager"]);
      assert.deepEqual(createChannelsOf(partsOf({ mailer: null }))(hook, ""), ["chat", "pager"]);
      assert.deepEqual(log.lines, []);
    });

    it("names mail where only the workload's owners are told", () => {
      const channelsOf = createChannelsOf(partsOf({ defaultTo: [], ownerDomains: ["example.com"] }));
      assert.deepEqual(channelsOf(aHook(), "team@example.com"), ["mail"]);
      assert.deepEqual(channelsOf(aHook(), "team@elsewhere.example"), []);
    });

    it("says once of a hook that nobody is told by mail", () => {
      const channelsOf = createChannelsOf(partsOf({ defaultTo: [] }));
      for (const id of ["website", "other", "website"]) assert.deepEqual(channelsOf(aHook({ id }), ""), []);
      channelsOf(aHook({ id: "loud", upgrade: { channels: ["chat"] } }), "");
      assert.deepEqual(
        log.lines.map(({ level, facts }) => [level, facts["hook"]]),
        [
          ["info", "website"],
          ["info", "other"],
        ],
      );
    });
  });
});
