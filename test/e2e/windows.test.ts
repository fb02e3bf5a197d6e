import assert from "node:assert/strict";
import type { LocalPod } from "../../scripts/pod/local-pod.ts";
import { pendingOf } from "../../src/core/rollout/state.ts";
import { apply, useCluster, waitFor } from "../support/cluster.ts";
import { eventsOn, imageFor, imagehook, pushOf, stateOf, untilEvent, untilPhase, type Named } from "./ends-kit.ts";
import { aDeployment, hookPath, imageOf, install, post, read, TOKEN, type Answer, type Installation } from "./kit.ts";

const deployment = (name: string): Named => ({ kind: "deployment", name });
// A window opens with a minute.
const OPENS_IN_MS = 25_000;
// What a hook is frozen for is looked at so often.
const THAWED_WITHIN_MS = 40_000;

describe("pushes that wait for their time", function () {
  this.timeout(120_000);
  const cluster = useCluster();
  let opensAt: Date;
  let installed: Installation;
  let pod: LocalPod;
  let killedAt = Infinity;
  const kept: { body: object; answer: Answer } = { body: {}, answer: {} as Answer };

  const values = (web: string, frozen: object): object => {
    const hook = (name: string, more: object): object => ({
      namespace: web,
      workload: `deployment/${name}`,
      container: "web",
      repoType: "custom",
      token: TOKEN,
      ...more,
    });
    const [from, to] = [opensAt, new Date(opensAt.getTime() + 600_000)].map((time) => time.toISOString().slice(11, 16));
    return {
      hooks: {
        frozen: hook("frozen", frozen),
        iced: hook("iced", { freeze: true }),
        young: hook("young", { minimumAge: "3s" }),
        windowed: hook("windowed", { window: [{ from, to }] }),
      },
    };
  };
  const push = (name: string, body: object): Promise<Answer> => post(pod, hookPath(name), body);
  const imageNow = async (name: string): Promise<string | undefined> =>
    imageOf(await read(cluster(), installed.web, "deployment", name));
  const untilImage = (name: string, tag: string, timeoutMs: number): Promise<unknown> =>
    waitFor(
      () => imageNow(name),
      (image) => image === imageFor(tag),
      { timeoutMs, what: `${name} to run ${tag}` },
    );
  const waiting = async (name: string): Promise<string | undefined> =>
    pendingOf((await stateOf(installed, deployment(name))).state, "web")?.image;
  const generationOf = async (name: string): Promise<number> =>
    (await read(cluster(), installed.web, "deployment", name)).metadata.generation;

  before(async () => {
    opensAt = new Date(Math.ceil((Date.now() + OPENS_IN_MS) / 60_000) * 60_000);
    installed = await install(cluster(), {
      values: (web) => values(web, { freeze: true }),
      prepare: async ({ web }) => {
        const items = ["frozen", "iced", "young", "windowed"].map((name) => aDeployment(web, name, imageFor("1")));
        await apply(cluster(), { apiVersion: "v1", kind: "List", items });
      },
    });
    ({ pod } = installed);
    kept.body = pushOf("2", new Date(Date.now() - 60_000));
    kept.answer = await push("windowed", kept.body);
  });
  after(async () => {
    await installed.remove();
  });

  it("holds the push of a frozen hook, changes nothing and says so", async () => {
    const before = await generationOf("frozen");
    const answer = await push("frozen", pushOf("2", new Date(Date.now() - 50_000)));
    assert.deepEqual([answer.status, answer.text], [200, "held for now: the hook is frozen"]);
    assert.equal(await waiting("frozen"), imageFor("2"));
    assert.equal(await imageNow("frozen"), imageFor("1"));
    assert.equal(await generationOf("frozen"), before);
    const event = await untilEvent(installed, deployment("frozen"), "ImageHeld");
    assert.deepEqual(
      [event.type, event.message.slice(0, event.message.indexOf(" ("))],
      ["Normal", `${imageFor("2")} waits: the hook is frozen`],
    );
    const { out } = await imagehook(installed, "status", "--hook", "frozen");
    assert.match(out, /deployment\/frozen +web +\S+:2 +pending +\d+s +the hook is frozen\n/);
  });

  it("keeps the newest of those that wait, says so to a redelivery and writes nothing for it", async () => {
    const newest = pushOf("4", new Date(Date.now() - 20_000));
    assert.match((await push("frozen", pushOf("3", new Date(Date.now() - 30_000)))).text, /^held for now: /);
    assert.match((await push("frozen", newest)).text, /^held for now: /);
    const { version } = await stateOf(installed, deployment("frozen"));
    assert.equal((await push("frozen", newest)).text, "held for now: the hook is frozen");
    const older = await push("frozen", pushOf("3.5", new Date(Date.now() - 25_000)));
    assert.match(older.text, /^ignored: older than registry\.example\.com\/team\/app:4, pushed at /);
    assert.equal((await stateOf(installed, deployment("frozen"))).version, version);
    assert.equal(await waiting("frozen"), imageFor("4"));
  });

  it("carries a push out by itself as soon as it is old enough", async () => {
    const pushedAt = new Date();
    const answer = await push("young", pushOf("2", pushedAt));
    const until = new Date(pushedAt.getTime() + 3_000).toISOString();
    assert.equal(answer.status, 200);
    assert.equal(answer.text, `held until ${until}: the push is younger than the hook's minimum-age of 3s`);
    assert.equal(await imageNow("young"), imageFor("1"));
    await untilImage("young", "2", 6_000);
    assert.ok(Date.now() >= pushedAt.getTime() + 3_000, "it was carried out too early");
    await untilPhase(installed, deployment("young"), "complete");
    assert.equal(await waiting("young"), undefined);
    assert.match((await push("young", pushOf("2", pushedAt))).text, /already runs .* \(duplicate\)$/);
  });

  it("goes on with what waits after the process that took it was killed", async () => {
    assert.match((await push("iced", pushOf("2"))).text, /^held for now: /);
    await installed.pod.stop("SIGKILL");
    killedAt = Date.now();
    pod = await installed.startReplica();
    assert.equal(await waiting("windowed"), imageFor("2"));
  });

  it("carries the newest out, and no other, as soon as the hook is thawed", async () => {
    const before = await generationOf("frozen");
    await installed.upgrade(values(installed.web, {}));
    await untilImage("frozen", "4", THAWED_WITHIN_MS);
    await untilPhase(installed, deployment("frozen"), "complete");
    assert.equal(await generationOf("frozen"), before + 1);
    assert.equal(await waiting("frozen"), undefined);
    const updates = (await eventsOn(installed, deployment("frozen"))).filter(({ reason }) => reason === "ImageUpdated");
    assert.deepEqual(
      updates.map(({ message }) => message.includes(`${imageFor("1")} -> ${imageFor("4")}`)),
      [true],
    );
    assert.deepEqual(Object.keys((await stateOf(installed, deployment("frozen"))).state.containers), ["web"]);
  });

  it("carries out at the opening of the window what that process took, and leaves what is still frozen", async () => {
    const why = "outside of the hook's window (";
    assert.equal(kept.answer.status, 200);
    assert.ok(kept.answer.text.startsWith(`held until ${opensAt.toISOString()}: ${why}`), kept.answer.text);
    assert.ok(killedAt < opensAt.getTime(), "the window was open before the process was killed");
    await untilImage("windowed", "2", Math.max(0, opensAt.getTime() - Date.now()) + 25_000);
    assert.ok(Date.now() >= opensAt.getTime());
    await untilPhase(installed, deployment("windowed"), "complete");
    assert.match((await push("windowed", kept.body)).text, /already runs .* \(duplicate\)$/);
    assert.equal(await waiting("iced"), imageFor("2"));
    assert.equal(await imageNow("iced"), imageFor("1"));
  });
});
