import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { LocalPod } from "../../scripts/pod/local-pod.ts";
import { apply, useCluster, waitFor } from "../support/cluster.ts";
import {
  allTold,
  APP,
  byRequest,
  datedBody,
  deploymentsOf,
  fleet,
  hooksFor,
  namesOf,
  push,
  recordsOf,
  rolloutMails,
  startMailPost,
  stateOf,
  templateChanges,
  type MailPost,
  type RolloutMail,
} from "./fleet-kit.ts";
import { imageOf, install, logOf, logWritten, type Installation } from "./kit.ts";

const copied = namesOf("copied", 4);
const led = namesOf("led", 30);
const paired = namesOf("paired", 10);
const slow = namesOf("slow", 4);
const released = namesOf("released", 2);
// A second mail would come within the time of a few writes.
const QUIET_MS = 1_500;

const ALWAYS_LEADS = { LEADER_ELECTION: "false" };
const IS_ELECTED = { LEADER_ELECTION: "true" };

describe("several processes of one installation", function () {
  this.timeout(90_000);
  const cluster = useCluster();
  let mail: MailPost;
  let installed: Installation;
  let pods: readonly [LocalPod, LocalPod];

  const mailsOf = async (states: Awaited<ReturnType<typeof allTold>>, container?: string): Promise<RolloutMail[]> => {
    const requests = new Set([...states.values()].flatMap((state) => recordsOf(state, container).map((one) => one.request)));
    return (await rolloutMails(mail.sink.mails)).filter(({ request }) => requests.has(request));
  };
  const leads = async (pod: LocalPod): Promise<boolean> => {
    await logWritten();
    const turns = logOf(pod).filter(({ msg }) => msg === "leads now" || msg === "leads no more");
    return turns.at(-1)?.["msg"] === "leads now";
  };
  const leaderOf = (candidates: readonly LocalPod[], timeoutMs: number): Promise<LocalPod | undefined> =>
    waitFor(
      async () => {
        for (const pod of candidates) if (await leads(pod)) return pod;
        return undefined;
      },
      (pod) => pod !== undefined,
      { timeoutMs, what: "one that leads" },
    );
  const replacePods = async (env: NodeJS.ProcessEnv): Promise<void> => {
    const old = pods;
    pods = await Promise.all([installed.startReplica(env), installed.startReplica(env)]);
    await Promise.all(old.map((pod) => pod.stop()));
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
                allowRepository: APP,
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
    await installed.remove();
    await mail.sink.close();
  });

  for (const [name = "", leaders] of [
    [copied[0], "two that lead"],
    [copied[1], "two that lead"],
    [copied[2], "one that leads"],
    [copied[3], "one that leads"],
  ] as const) {
    it(`takes ten copies of one delivery on each of two processes as one, with ${leaders}: ${name}`, async () => {
      if (leaders === "one that leads" && (await leads(pods[0])) && (await leads(pods[1]))) await replacePods(IS_ELECTED);
      const body = datedBody("2");
      const answers = await Promise.all(pods.flatMap((pod) => Array.from({ length: 10 }, () => push(pod, name, body))));
      assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200], answers.map(({ text }) => text).join("\n"));
      const states = await allTold(installed, [name], 30_000);
      await sleep(QUIET_MS);
      const records = recordsOf(states.get(name));
      assert.deepEqual(records.map(({ phase, after }) => [phase, after]), [["complete", `${APP}:2`]]);
      assert.equal((await mailsOf(states)).length, 1);
      await assertOneChange([name]);
    });
  }

  const assertOneChange = async (names: readonly string[]): Promise<void> => {
    const live = await deploymentsOf(installed);
    const sets = (await cluster().call("GET", `/apis/apps/v1/namespaces/${installed.web}/replicasets`)).body as {
      readonly items: readonly { readonly metadata: { readonly labels: Readonly<Record<string, string>> } }[];
    };
    for (const name of names) {
      const deployment = live.get(name);
      assert.ok(deployment !== undefined);
      assert.equal(imageOf(deployment), `${APP}:2`, name);
      assert.equal(templateChanges(deployment), 1, name);
      assert.equal(sets.items.filter(({ metadata }) => metadata.labels["app"] === name).length, 2, name);
    }
  };
});
