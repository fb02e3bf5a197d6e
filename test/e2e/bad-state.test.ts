import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { LocalPod } from "../../scripts/pod/local-pod.ts";
import {
  emptyState,
  parseState,
  printState,
  stateObjectName,
  type RolloutState,
} from "../../src/core/rollout/state.ts";
import type { Target } from "../../src/core/rollout/target.ts";
import { aNotice, aPendingPush, aPush } from "../support/builders.ts";
import { apply, useCluster, waitFor } from "../support/cluster.ts";
import { aDeployment, hookPath, imageOf, install, post, startPod, TOKEN, type Installation, type Live } from "./kit.ts";
import { startMailbox, type Mailbox } from "./mail-kit.ts";
import { ago, APP, live, deedsOf, phasesBecome, timedBody } from "./rollout-kit.ts";

const target = (namespace: string, name: string): Target => ({ kind: "deployment", namespace, name });

/** A state in which everything is still to be done: a push to carry out, one that waits, and a notice to send. */
function busyState(at: Target, hook: string, container = "web"): RolloutState {
  const before = `${APP}:1`;
  const push = aPush({ hook, before, after: `${APP}:2`, generation: 1, acceptedAt: ago(5) });
  const about = aNotice().about;
  return {
    ...emptyState(at),
    containers: { [container]: { pushes: [push], pending: aPendingPush({ hook, acceptedAt: ago(4), until: ago(1) }) } },
    notices: [
      aNotice({ nextAt: ago(5), claimedBy: "", claimedUntil: "", about: about === null ? null : { ...about, hook } }),
    ],
  };
}

/** What is wrong with the text of a state object that nobody can read, with a workload's state in it where it has one. */
const unreadable: readonly (readonly [name: string, text: (state: RolloutState) => string])[] = [
  ["no-json", () => "{"],
  ["empty", () => ""],
  ["null", () => "null"],
  ["list", () => "[]"],
  ["deep-list", () => "[".repeat(400_000)],
  ["deep-addition", (state) => `${printState(state).slice(0, -1)},"new":${"[".repeat(200_000)}${"]".repeat(200_000)}}`],
  ["other-version", (state) => printState(state).replace('"v":1', '"v":2')],
  ["huge-and-wrong", (state) => printState(state).replace('"v":1', `"v":"${"x".repeat(700_000)}"`)],
  ["other-kind", (state) => printState(state).replace('"kind":"deployment"', '"kind":"secret"')],
  ["containers-are-a-list", () => '{"v":1,"containers":[],"notices":[]}'],
  ["pushes-are-a-text", (state) => printState(state).replace(/"pushes":\[.*?\],"pending"/, '"pushes":"all","pending"')],
  ["time-is-none", (state) => printState(state).replace(/"acceptedAt":"[^"]+"/g, '"acceptedAt":"yesterday"')],
  ["of-another-workload", printState],
];

/** States of workloads that name no hook which is there for them. */
const orphans: Readonly<Record<string, (at: Target) => string>> = {
  gone: (at) => printState(busyState(at, "vanished")),
  borrowed: (at) => printState(busyState(at, "fine")),
  huge: (at) => printState(busyState(at, "h".repeat(200_000))),
  proto: (at) =>
    printState(busyState(at, "constructor", "constructor")).replace(
      '"constructor":{"pushes"',
      '"__proto__":{"pushes":[]},"constructor":{"pushes"',
    ),
  rolled: (at) =>
    printState(busyState(at, "vanished"))
      .replace('"rollback":null', '"rollback":"it failed"')
      .replace('"phase":"accepted"', '"phase":"progressing"'),
  // The chart gives no right to what no hook names.
  "no-rights": (at) => printState(busyState(at, "vanished")),
};

const closed = Object.keys(orphans).filter((name) => name !== "no-rights");
const CONTAINERS: Readonly<Record<string, string>> = { proto: "constructor" };
const served = ["fine", "victim", "blocked"];

describe("state objects that nobody can read, or whose hook is gone", function () {
  this.timeout(120_000);
  const cluster = useCluster();
  let installed: Installation;
  let mailbox: Mailbox;
  let restarted: LocalPod | undefined;
  let restartedAtMs: number;

  const stateObject = (namespace: string, name: string, text: string): object => ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name, namespace, labels: { "imagehook.dev/state": "rollout" } },
    data: { "state.json": text },
  });
  const createAll = async (namespace: string, web: string): Promise<void> => {
    const victim = busyState(target(web, "victim"), "victim");
    const objects = [
      ...unreadable.map(([name, text]) => stateObject(namespace, `bad-${name}`, text(victim))),
      stateObject(namespace, stateObjectName(target(web, "blocked")), "not a state"),
      ...Object.entries(orphans).map(([name, text]) =>
        stateObject(namespace, stateObjectName(target(web, name)), text(target(web, name))),
      ),
    ];
    for (const object of objects) {
      const { status, body } = await cluster().call("POST", `/api/v1/namespaces/${namespace}/configmaps`, object);
      assert.equal(status, 201, JSON.stringify(body).slice(0, 300));
    }
  };
  const events = async (namespace: string, reason: string): Promise<readonly string[]> => {
    const { body } = await cluster().call(
      "GET",
      `/api/v1/namespaces/${namespace}/events?fieldSelector=reason%3D${reason}`,
    );
    const { items } = body as { items: readonly { involvedObject: { kind: string; name: string } }[] };
    return [...new Set(items.map(({ involvedObject: { kind, name } }) => `${kind}/${name}`))].sort();
  };
  const stateOf = async (name: string): Promise<RolloutState> => {
    const object = stateObjectName(target(installed.web, name));
    const { body } = await cluster().call("GET", `/api/v1/namespaces/${installed.namespace}/configmaps/${object}`);
    const state = parseState((body as Live).data?.["state.json"] ?? "");
    return state.kind === "ok" ? state.value : assert.fail(state.error);
  };
  const deploy = async (name: string, tag: string): Promise<void> => {
    const answer = await waitFor(
      () => post(restarted ?? installed.pod, hookPath(name), timedBody(tag, ago(1))),
      ({ status }) => status === 200,
      { timeoutMs: 20_000, what: `a delivery to ${name}` },
    );
    assert.match(answer.text, /image updated|\(duplicate\)/);
    assert.equal(imageOf(await live(cluster(), target(installed.web, name))), `${APP}:${tag}`);
  };

  before(async () => {
    mailbox = await startMailbox();
    installed = await install(cluster(), {
      prepare: async ({ namespace, web }) => {
        const items = [...served, ...Object.keys(orphans)].map((name) => aDeployment(web, name, `${APP}:1`));
        await apply(cluster(), { apiVersion: "v1", kind: "List", items });
        await createAll(namespace, web);
      },
      values: (web) => ({
        mail: { ...mailbox.values, to: "ops@example.com" },
        rbac: { targets: closed.map((name) => ({ namespace: web, workload: `deployment/${name}` })) },
        hooks: Object.fromEntries(
          served.map((name) => [
            name,
            {
              namespace: web,
              workload: `deployment/${name}`,
              container: "web",
              repoType: "custom",
              token: TOKEN,
              onFailure: "rollback",
            },
          ]),
        ),
      }),
    });
  });
  after(async () => {
    await restarted?.stop();
    await mailbox.sink.close();
    await installed.remove();
  });

  it("says on each object that cannot be read that nothing is done by it", async () => {
    const blocked = stateObjectName(target(installed.web, "blocked"));
    const expected = [...unreadable.map(([name]) => `ConfigMap/bad-${name}`), `ConfigMap/${blocked}`].sort();
    const seen = await waitFor(
      () => events(installed.namespace, "StateUnreadable"),
      ({ length }) => length >= expected.length,
      { timeoutMs: 20_000, what: "the Events StateUnreadable" },
    );
    assert.deepEqual(seen, expected);
  });

  it("says in the answer to a delivery which object is to be deleted, and carries it out afterwards", async () => {
    const name = stateObjectName(target(installed.web, "blocked"));
    const answer = await installed.post(hookPath("blocked"), timedBody("2", ago(1)));
    assert.equal(answer.status, 502, answer.text);
    assert.match(answer.text, new RegExp(`the state object ${name} .* cannot be read .*delete it to start anew`));
    await cluster().kubectl(["delete", "configmap", name, "-n", installed.namespace]);
    await deploy("blocked", "2");
    await phasesBecome(installed, target(installed.web, "blocked"), ["complete"]);
  });

  it("rolls other workloads forward and mails their owners, before a restart and after it", async () => {
    await deploy("fine", "2");
    await phasesBecome(installed, target(installed.web, "fine"), ["complete"]);
    assert.equal(await installed.pod.stop(), 0);
    const { namespace, folder } = installed;
    const pod = await startPod(cluster(), { namespace, deployment: "ih-imagehook", folder, env: {} });
    restartedAtMs = Date.now();
    restarted = pod;
    await deploy("fine", "3");
    await phasesBecome(installed, target(installed.web, "fine"), ["complete", "complete"]);
    await waitFor(
      () => mailbox.mailsTo("ops@example.com"),
      ({ length }) => length >= 3,
      { timeoutMs: 20_000, what: "the mails" },
    );
  });

  it("closes what names a hook that is gone for a minute, with an Event", async () => {
    await sleep(Math.max(0, restartedAtMs + 60_000 - Date.now()));
    for (const name of closed) await phasesBecome(installed, target(installed.web, name), ["failed"], CONTAINERS[name]);
    const expected = closed.map((name) => `Deployment/${name}`).sort();
    const seen = await waitFor(
      () => events(installed.web, "RolloutFailed"),
      ({ length }) => length >= expected.length,
      { timeoutMs: 20_000, what: "the Events RolloutFailed" },
    );
    assert.deepEqual(seen, expected);
    for (const name of closed)
      await waitFor(
        () => stateOf(name),
        ({ containers }) => Object.values(containers).every(({ pending }) => pending === null),
        { timeoutMs: 40_000, what: `${name}: no push waits any more` },
      );
  });

  it("says on the object itself that nothing is done by it where the rights went with the hook, and does not insist", async () => {
    const name = stateObjectName(target(installed.web, "no-rights"));
    assert.deepEqual(await events(installed.namespace, "RolloutFailed"), [`ConfigMap/${name}`]);
    const refused = (await readFile(cluster().auditLog, "utf8"))
      .split("\n")
      .filter((line) => line.includes(`"name":"${name}"`) && line.includes('"code":403'));
    assert.ok(refused.length > 0 && refused.length < 40, `asked ${String(refused.length)} times`);
  });

  it("has mailed, patched and rolled back nothing by any of them", async () => {
    for (const name of ["victim", ...closed, "no-rights"]) {
      const workload = await live(cluster(), target(installed.web, name));
      assert.deepEqual([imageOf(workload), workload.metadata.generation], [`${APP}:1`, 1], name);
    }
    assert.deepEqual([...(await deedsOf(installed, "patch"))].sort(), [
      ["deployment/blocked", 1],
      ["deployment/fine", 2],
    ]);
    assert.equal((await mailbox.mailsTo("ops@example.com")).length, 3);
    // Each look at a notice without a hook is a minute after the last.
    for (const name of closed) {
      const [notice] = (await stateOf(name)).notices;
      assert.deepEqual([notice?.state === "sent", notice?.attempts], [false, 0], name);
    }
  });
});
