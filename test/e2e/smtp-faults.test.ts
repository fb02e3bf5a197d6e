import assert from "node:assert/strict";
import { inspect } from "node:util";
import { makeAuthority } from "../support/certificate.ts";
import { apply, useCluster, waitFor } from "../support/cluster.ts";
import { startSink } from "../support/smtp-sink.ts";
import type { SmtpFaults } from "../support/smtp-faults.ts";
import {
  allTold,
  datedBody,
  fleet,
  hooksFor,
  LOGIN,
  push,
  pushUntilTaken,
  recordsOf,
  rolloutMails,
  startMailPost,
  stateOf,
  type MailPost,
  type RolloutMail,
} from "./fleet-kit.ts";
import { install, type Installation } from "./kit.ts";

type Rule = Parameters<SmtpFaults["inject"]>[0];

const refuse = (status: number): Rule["fault"] => ({ kind: "refuse", status, text: "the sink says no" });

// What passes: how often each recipient's mail is struck, what of it arrives in the end, and by how many tries.
const passing: readonly {
  readonly name: string;
  readonly at: Rule["at"];
  readonly fault: Rule["fault"];
  readonly times: number;
  readonly mails: number;
  readonly attempts: number;
}[] = [
  { name: "greylisted", at: "recipient", fault: refuse(450), times: 2, mails: 1, attempts: 3 },
  { name: "deferred", at: "recipient", fault: refuse(451), times: 1, mails: 1, attempts: 2 },
  { name: "full", at: "data", fault: refuse(452), times: 1, mails: 1, attempts: 2 },
  { name: "unheard", at: "data", fault: { kind: "cut-before-answer" }, times: 1, mails: 2, attempts: 2 },
  { name: "cut-after", at: "data", fault: { kind: "cut-after-answer" }, times: 1, mails: 1, attempts: 1 },
  { name: "slow", at: "data", fault: { kind: "answer-late", ms: 4_000 }, times: 1, mails: 1, attempts: 1 },
];
// What is refused for good.
const final: readonly { readonly name: string; readonly at: Rule["at"]; readonly status: number }[] = [
  { name: "unknown", at: "recipient", status: 550 },
  { name: "rejected", at: "data", status: 554 },
  { name: "too-large", at: "data", status: 552 },
];
const partly = "partly";
const connections = ["busy", "no-login", "wrong-name", "expired", "other-authority", "away", "mute"] as const;
const names = [...passing, ...final].map(({ name }) => name);
const others = ["meanwhile", "restarted"];

describe("faults of the mail server", function () {
  this.timeout(60_000);
  const cluster = useCluster();
  let mail: MailPost;
  let installed: Installation;

  before(async () => {
    mail = await startMailPost();
    const all = [...names, ...connections, ...others, partly];
    installed = await install(cluster(), {
      values: (web) => ({
        ...mail.values,
        notify: { retryFirst: "1s" },
        hooks: Object.fromEntries(
          Object.entries(hooksFor(web, all)).map(([name, hook]) => [
            name,
            { ...(hook as object), mailTo: `${name}@example.com${name === partly ? ", gone@example.com" : ""}` },
          ]),
        ),
      }),
      prepare: ({ web }) => apply(cluster(), fleet(web, all)),
    });
  });
  after(async () => {
    await mail.sink.close();
    await installed.remove();
  });

  const begin = async (name: string): Promise<void> => {
    const got = await pushUntilTaken(installed.pod, name, datedBody("2"));
    assert.equal(got.status, 200, got.text);
    assert.ok(got.tookMs < 2_500, `took ${String(got.tookMs)} ms`);
  };
  const outcomeOf = async (
    name: string,
  ): Promise<{ readonly state: string; readonly attempts: number; readonly mails: readonly RolloutMail[] }> => {
    const states = await allTold(installed, [name], 40_000);
    const [record] = recordsOf(states.get(name));
    assert.equal(record?.phase, "complete", inspect(states));
    const [notice] = states.get(name)?.notices ?? [];
    const mails = (await rolloutMails(mail.sink.mails)).filter(({ request }) => request === record.request);
    assert.ok(new Set(mails.map(({ messageId }) => messageId)).size <= 1, inspect(mails));
    return { state: notice?.state ?? "", attempts: notice?.attempts ?? 0, mails };
  };
  const eventsOf = (name: string): Promise<string> =>
    cluster().kubectl(["get", "events", "-n", installed.web, "--field-selector", `involvedObject.name=${name}`]);
  const assertSent = async (
    name: string,
    tries: { readonly attempts: number; readonly mails: number },
  ): Promise<void> => {
    const { state, attempts, mails } = await outcomeOf(name);
    assert.deepEqual({ state, attempts, mails: mails.length }, { state: "sent", ...tries }, name);
  };

  it("are passed over by later tries where they are for now, and each mail arrives once, or twice as one", async () => {
    const rules = passing.map(({ name, at, fault, times }) =>
      mail.sink.inject({ at, fault, times, when: (...whom) => whom.includes(`${name}@example.com`) }),
    );
    await Promise.all(passing.map(({ name }) => begin(name)));
    for (const [index, { name, times, mails, attempts }] of passing.entries()) {
      await assertSent(name, { attempts, mails });
      assert.equal(rules[index]?.injected(), times, name);
    }
  });

  it("end the trying where they are for good, with an Event, and change nothing of the rollout", async () => {
    const rules = final.map(({ name, at, status }) =>
      mail.sink.inject({ at, fault: refuse(status), when: (...whom) => whom.includes(`${name}@example.com`) }),
    );
    await Promise.all(final.map(({ name }) => begin(name)));
    for (const [index, { name, status }] of final.entries()) {
      const { state, attempts, mails } = await outcomeOf(name);
      assert.deepEqual({ state, attempts, mails: mails.length }, { state: "failed", attempts: 1, mails: 0 }, name);
      assert.equal(rules[index]?.injected(), 1);
      const events = await waitFor(
        () => eventsOf(name),
        (text) => text.includes("NotifyFailed"),
        { timeoutMs: 5_000, what: "the Event NotifyFailed" },
      );
      assert.match(events, new RegExp(`Warning +NotifyFailed .*${String(status)} the sink says no`));
    }
  });

  it("leave the other recipients their mail, and say who was refused", async () => {
    const gone = mail.sink.inject({ at: "recipient", fault: refuse(550), when: (to) => to === "gone@example.com" });
    await begin(partly);
    await assertSent(partly, { attempts: 1, mails: 1 });
    assert.equal(gone.injected(), 1);
    assert.deepEqual(mail.sink.mails.at(-1)?.to, [`${partly}@example.com`]);
    assert.match(await eventsOf(partly), /NotifyFailed/);
  });

  const atConnections = [
    { name: "busy", at: "connect", status: 421 },
    { name: "no-login", at: "login", status: 535 },
  ] as const;
  for (const { name, at, status } of atConnections) {
    it(`are waited for: ${String(status)} at ${at}`, async () => {
      const rule = mail.sink.inject({ at, fault: refuse(status), times: 2 });
      await begin(name);
      await assertSent(name, { attempts: 3, mails: 1 });
      assert.equal(rule.injected(), 2);
    });
  }

  const certificates = [
    { name: "wrong-name", make: () => mail.authority.issue({ names: ["mail.example.com"] }) },
    { name: "expired", make: () => mail.authority.issue({ notAfter: new Date(Date.now() - 3_600_000) }) },
    { name: "other-authority", make: () => makeAuthority("another authority").issue() },
  ] as const;
  for (const { name, make } of certificates) {
    it(`are waited for: a certificate that is no proof (${name}), to which nothing is sent`, async () => {
      const [before, logins] = [mail.sink.connections(), mail.sink.logins.length];
      mail.sink.present(make());
      await begin(name);
      await waitFor(
        () => Promise.resolve(mail.sink.connections()),
        (count) => count > before,
        { timeoutMs: 20_000, what: "a connection" },
      );
      await waitFor(
        async () => (await stateOf(installed, name))?.notices[0]?.attempts ?? 0,
        (attempts) => attempts > 0,
        { timeoutMs: 20_000, what: "a failed try" },
      );
      assert.equal(mail.sink.logins.length, logins);
      mail.sink.present(mail.authority.issue());
      const { state, attempts, mails } = await outcomeOf(name);
      assert.deepEqual([state, mails.length], ["sent", 1]);
      assert.ok(attempts >= 2);
    });
  }

  it("are waited for: a server that is away, while pushes are taken and rollouts come to their ends", async () => {
    const { port } = mail.sink;
    await mail.sink.close();
    await Promise.all(["away", "meanwhile"].map(begin));
    for (const name of ["away", "meanwhile"])
      await waitFor(
        async () => (await stateOf(installed, name))?.notices[0],
        (notice) => notice?.state === "waiting" && notice.attempts > 0,
        { timeoutMs: 20_000, what: `a failed try to tell of ${name}` },
      );
    mail = {
      ...mail,
      sink: await startSink({ tls: "implicit", certificate: mail.authority.issue(), login: LOGIN, port }),
    };
    for (const name of ["away", "meanwhile"]) {
      const { state, attempts, mails } = await outcomeOf(name);
      assert.deepEqual([state, mails.length], ["sent", 1]);
      assert.ok(attempts >= 2);
    }
  });

  it("are waited for: a server that never greets, while pushes are taken", async () => {
    const rule = mail.sink.inject({ at: "connect", fault: { kind: "never-answer" }, times: 1 });
    await begin("mute");
    await waitFor(
      () => Promise.resolve(rule.injected()),
      (struck) => struck === 1,
      { timeoutMs: 20_000, what: "it" },
    );
    const again = await push(installed.pod, "mute", datedBody("2"));
    assert.equal(again.status, 200, again.text);
    assert.ok(again.tookMs < 2_500);
    await assertSent("mute", { attempts: 2, mails: 1 });
  });

  it("and an end of the process in the middle of a mail: it is told once, or twice as one", async () => {
    const rule = mail.sink.inject({ at: "data", fault: { kind: "never-answer" }, times: 1 });
    await begin("restarted");
    await waitFor(
      () => Promise.resolve(rule.injected()),
      (struck) => struck === 1,
      { timeoutMs: 20_000, what: "it" },
    );
    const startedMs = performance.now();
    const exit = await installed.pod.stop();
    assert.equal(exit, 0);
    assert.ok(performance.now() - startedMs < 25_000, "within the pod's grace");
    await installed.startReplica();
    const { state, mails } = await outcomeOf("restarted");
    assert.equal(state, "sent");
    assert.ok(mails.length === 1 || mails.length === 2, inspect(mails));
  });
});
