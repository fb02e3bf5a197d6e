import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { inspect } from "node:util";
import type { LocalPod } from "../../scripts/pod/local-pod.ts";
import { apply, useCluster, waitFor } from "../support/cluster.ts";
import {
  allTold,
  APP,
  datedBody,
  deploymentsOf,
  fleet,
  hooksFor,
  namesOf,
  pushUntilTaken,
  recordsOf,
  rolloutMails,
  startMailPost,
  stateOf,
  templateChanges,
  type MailPost,
  type RolloutMail,
} from "./fleet-kit.ts";
import { imageOf, install, logOf, logWritten, type Installation } from "./kit.ts";

const copied = namesOf("copied", 8);
const led = namesOf("led", 30);
const paired = namesOf("paired", 10);
const slow = namesOf("slow", 4);
const released = namesOf("released", 1);
// A second mail would come within the time of a few writes.
const QUIET_MS = 1_500;

type States = Awaited<ReturnType<typeof allTold>>;

const ALWAYS_LEADS = { LEADER_ELECTION: "false" };
const IS_ELECTED = { LEADER_ELECTION: "true" };

describe("several processes of one installation", function () {
  this.timeout(90_000);
  const cluster = useCluster();
  let mail: MailPost;
  let installed: Installation;
  let pods: readonly [LocalPod, LocalPod];

  const mailsOf = async (states: States, container?: string): Promise<RolloutMail[]> => {
    const requests = new Set(
      [...states.values()].flatMap((state) => recordsOf(state, container).map((one) => one.request)),
    );
    return (await rolloutMails(mail.sink.mails)).filter(({ request }) => requests.has(request));
  };
  const leads = async (pod: LocalPod): Promise<boolean> => {
    await logWritten();
    const turns = logOf(pod).filter(({ msg }) => msg === "leads now" || msg === "leads no more");
    return turns.at(-1)?.["msg"] === "leads now";
  };
  const leaderOf = async (candidates: readonly LocalPod[], timeoutMs: number): Promise<LocalPod> => {
    const leading = await waitFor(
      () => Promise.all(candidates.map(leads)),
      (are) => are.includes(true),
      { timeoutMs, what: "one that leads" },
    );
    const leader = candidates[leading.indexOf(true)];
    assert.ok(leader !== undefined);
    return leader;
  };

  before(async () => {
    mail = await startMailPost();
    const sidecars = paired.map((name) => `${name}-sidecar`);
    installed = await install(cluster(), {
      env: ALWAYS_LEADS,
      values: (web) => ({
        ...mail.values,
        hooks: {
          ...hooksFor(web, [...copied, ...led, ...paired, ...slow, ...released]),
          ...Object.fromEntries(
            sidecars.map((id, index) => [
              id,
              {
                ...(hooksFor(web, paired) as Record<string, object>)[paired[index] ?? ""],
                container: "web-sidecar",
                image: { repository: APP },
              },
            ]),
          ),
        },
      }),
      prepare: async ({ web }) => {
        await apply(cluster(), fleet(web, [...copied, ...led, ...paired, ...released]));
        await apply(cluster(), fleet(web, slow, { "imagehook.test/ready-after": "6s" }));
      },
    });
    pods = [installed.pod, await installed.startReplica()];
  });
  after(async () => {
    await mail.sink.close();
    await installed.remove();
  });

  const assertOneChange = async (names: readonly string[]): Promise<void> => {
    const live = await deploymentsOf(installed);
    const sets = (await cluster().call("GET", `/apis/apps/v1/namespaces/${installed.web}/replicasets`)).body as {
      readonly items: readonly { readonly metadata: { readonly labels: Readonly<Record<string, string>> } }[];
    };
    for (const name of names) {
      const deployment = live.get(name);
      assert.ok(deployment !== undefined);
      const seen = inspect(await stateOf(installed, name), { depth: 9 });
      assert.deepEqual([imageOf(deployment), templateChanges(deployment)], [`${APP}:2`, 1], `${name}: ${seen}`);
      assert.equal(sets.items.filter(({ metadata }) => metadata.labels["app"] === name).length, 2, name);
    }
  };
  const assertTakenAsOne = async (names: readonly string[]): Promise<void> => {
    for (const name of names) {
      const body = datedBody("2");
      const answers = await Promise.all(
        pods.flatMap((pod) => Array.from({ length: 10 }, () => pushUntilTaken(pod, name, body))),
      );
      const texts = answers.map(({ text }) => text).join("\n");
      assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200], texts);
    }
    await assertToldOnce(names, await allTold(installed, names, 30_000));
  };
  const assertToldOnce = async (names: readonly string[], states: States): Promise<void> => {
    await sleep(QUIET_MS);
    for (const name of names)
      assert.deepEqual(
        recordsOf(states.get(name)).map(({ phase, after }) => [phase, after]),
        [["complete", `${APP}:2`]],
        `${name}: ${inspect(recordsOf(states.get(name)))}`,
      );
    const mails = await mailsOf(states);
    assert.equal(mails.length, names.length, inspect(mails));
    assert.equal(new Set(mails.map(({ messageId }) => messageId)).size, names.length);
    await assertOneChange(names);
  };

  describe("that both lead, on purpose", () => {
    it("take ten copies of one delivery on each as one", async () => {
      await assertTakenAsOne(copied.slice(0, 4));
    });

    it("make of each delivery one change and one mail", async () => {
      const answers = await Promise.all(
        led.map((name, index) => pushUntilTaken(pods[index % 2 === 0 ? 0 : 1], name, datedBody("2"))),
      );
      assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
      await assertToldOnce(led, await allTold(installed, led, 40_000));
      await logWritten();
      for (const pod of pods)
        assert.ok(
          logOf(pod).some(({ msg }) => msg === "notice was sent"),
          "both led",
        );
    });

    it("keep the intents for two containers of one workload", async () => {
      await Promise.all(
        paired.flatMap((name) => [
          pushUntilTaken(pods[0], name, datedBody("2")),
          pushUntilTaken(pods[1], `${name}-sidecar`, datedBody("3")),
        ]),
      ).then((answers) => {
        assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200], inspect(answers));
      });
      const states = await allTold(installed, paired, 40_000);
      const live = await deploymentsOf(installed);
      for (const name of paired) {
        const deployment = live.get(name);
        assert.ok(deployment !== undefined);
        assert.deepEqual([imageOf(deployment), imageOf(deployment, "web-sidecar")], [`${APP}:2`, `${APP}:3`], name);
        for (const container of ["web", "web-sidecar"]) assert.equal(recordsOf(states.get(name), container).length, 1);
      }
      await sleep(QUIET_MS);
      const mails = [...(await mailsOf(states)), ...(await mailsOf(states, "web-sidecar"))];
      assert.equal(new Set(mails.map(({ request }) => request)).size, 2 * paired.length);
      assert.equal(mails.length, 2 * paired.length);
    });
  });

  describe("of which one leads", () => {
    before(async () => {
      const old = pods;
      pods = await Promise.all([installed.startReplica(IS_ELECTED), installed.startReplica(IS_ELECTED)]);
      await Promise.all(old.map((pod) => pod.stop()));
    });

    it("take ten copies of one delivery on each as one", async () => {
      await leaderOf(pods, 20_000);
      assert.equal((await Promise.all(pods.map(leads))).filter(Boolean).length, 1);
      await assertTakenAsOne(copied.slice(4));
    });

    it("lose nothing when the one that leads is killed: the other takes over what is open, and mails", async () => {
      const leader = await leaderOf(pods, 20_000);
      const other = pods.find((pod) => pod !== leader);
      assert.ok(other !== undefined);
      const answers = await Promise.all(
        slow.map((name, index) => pushUntilTaken(pods[index % 2 === 0 ? 0 : 1], name, datedBody("2"))),
      );
      assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
      const seen = mail.sink.mails.length;
      await leader.stop("SIGKILL");
      assert.equal(mail.sink.mails.length, seen, "the rollouts take longer than this");
      await leaderOf([other], 30_000);
      await assertToldOnce(slow, await allTold(installed, slow, 40_000));
      pods = [other, await installed.startReplica(IS_ELECTED)];
    });

    it("hand the lead over at SIGTERM, without waiting for the Lease to lapse", async () => {
      const leader = await leaderOf(pods, 20_000);
      const other = pods.find((pod) => pod !== leader);
      assert.ok(other !== undefined);
      assert.equal(await leader.stop(), 0);
      await leaderOf([other], 5_000);
      const answer = await pushUntilTaken(other, "released0", datedBody("2"));
      assert.equal(answer.status, 200, answer.text);
      await assertToldOnce(["released0"], await allTold(installed, ["released0"], 20_000));
    });
  });
});
