import assert from "node:assert/strict";
import { pushTimeOf } from "../../src/core/rollout/order.ts";
import type { Target } from "../../src/core/rollout/target.ts";
import { apply, useCluster, waitFor } from "../support/cluster.ts";
import { aDeployment, hookPath, imageOf, install, TOKEN, type Answer, type Installation } from "./kit.ts";
import { randomFrom, shuffled } from "../support/random.ts";
import { startMailbox, type Mailbox } from "./mail-kit.ts";
import { ago, APP, live, recordedPushes, timedBody } from "./rollout-kit.ts";

const SIDECAR = "docker.io/library/busybox";
const ROUNDS = 10;
const WORKLOADS = 6;
const PUSHES = 6;

// A 503 of a machine that is busy may have carried it out.
const CARRIED_OUT = /^deployment\.apps\/\S+ (image updated\n|unchanged: .* \(duplicate\)$)/;

const DUPLICATE = /^deployment\.apps\/\S+ unchanged: web already runs \S+ \(duplicate\)$/;

const names = Array.from({ length: WORKLOADS }, (_unused, index) => `order-${String(index)}`);

describe("the newest push wins per container, whatever order they come in and however many", function () {
  this.timeout(120_000);
  const cluster = useCluster();
  let installed: Installation;
  let mailbox: Mailbox;
  const deployment = (name: string): Target => ({ kind: "deployment", namespace: installed.web, name });
  const imagesOf = async (name: string): Promise<readonly (string | undefined)[]> => {
    const workload = await live(cluster(), deployment(name));
    return [imageOf(workload), imageOf(workload, "web-sidecar")];
  };
  // Sends as registries do: again after a 503.
  const deliver = (id: string, body: object): Promise<Answer> =>
    waitFor(
      () => installed.post(hookPath(id), body),
      ({ status }) => status === 200,
      { timeoutMs: 20_000, what: `an answer of ${id} other than 503` },
    );

  before(async () => {
    mailbox = await startMailbox();
    const hook = (web: string, workload: string, container = "web"): object => ({
      namespace: web,
      workload: `deployment/${workload}`,
      container,
      repoType: "custom",
      token: TOKEN,
      mailTo: `${workload}-${container}@example.com`,
    });
    installed = await install(cluster(), {
      prepare: async ({ web }) => {
        const all = ["pair", "future", ...names];
        const items = all.map((name) => aDeployment(web, name, `${APP}:0`));
        await apply(cluster(), { apiVersion: "v1", kind: "List", items });
      },
      values: (web) => ({
        mail: mailbox.values,
        hooks: {
          "pair-web": hook(web, "pair"),
          "pair-sidecar": hook(web, "pair", "web-sidecar"),
          future: hook(web, "future"),
          ...Object.fromEntries(names.map((name) => [name, hook(web, name)])),
        },
      }),
    });
  });
  after(async () => {
    await mailbox.sink.close();
    await installed.remove();
  });

  it(`keeps both images, both intents and both mails of two containers that are pushed at once, ${String(ROUNDS)} times`, async () => {
    for (let round = 1; round <= ROUNDS; round++) {
      const tag = `r${String(round)}`;
      const at = ago(600 - round);
      const answers = await Promise.all([
        deliver("pair-web", timedBody(tag, at)),
        deliver("pair-sidecar", timedBody(tag, at, SIDECAR)),
      ]);
      for (const answer of answers) assert.match(answer.text, CARRIED_OUT);
      assert.deepEqual(await imagesOf("pair"), [`${APP}:${tag}`, `${SIDECAR}:${tag}`]);
    }
    for (const [container, repository] of [
      ["web", APP],
      ["web-sidecar", SIDECAR],
    ] as const) {
      const pushes = await waitFor(
        () => recordedPushes(installed, deployment("pair"), container),
        (all) => all.at(-1)?.phase === "complete",
        { timeoutMs: 30_000, what: `the end of the last push of ${container}` },
      );
      const tags = Array.from({ length: ROUNDS }, (_unused, index) => `${repository}:r${String(index + 1)}`);
      assert.deepEqual(
        pushes.map(({ after }) => after),
        tags,
      );
      const owner = `pair-${container}@example.com`;
      const mails = await waitFor(
        () => mailbox.mailsTo(owner),
        ({ length }) => length >= ROUNDS,
        { timeoutMs: 20_000, what: `the mails to ${owner}` },
      );
      assert.equal(new Set(mails.map(({ messageId }) => messageId)).size, ROUNDS);
      assert.equal(mails.length, ROUNDS);
    }
  });

  it(`ends on the newest of ${String(PUSHES)} pushes in any order and number, on ${String(WORKLOADS)} workloads at once`, async () => {
    const seed = Number(process.env["SEED"] ?? Date.now() % 2 ** 31);
    process.stderr.write(`    SEED=${String(seed)}\n`);
    const random = randomFrom(seed);
    const times = Array.from({ length: PUSHES }, (_unused, index) => ago(600 - index));
    const bodies = times.map((at, index) => timedBody(String(index + 1), at));
    const endsOnNewest = async (name: string, order: readonly number[]): Promise<void> => {
      const told = `SEED=${String(seed)} ${name}: ${order.join()}`;
      assert.equal((await imagesOf(name))[0], `${APP}:${String(PUSHES)}`, told);
      const pushes = await waitFor(
        () => recordedPushes(installed, deployment(name)),
        (all) => all.at(-1)?.phase === "complete",
        { timeoutMs: 30_000, what: `the end of the newest push (${told})` },
      );
      const accepted = pushes.map(({ pushedAt }) => pushedAt ?? "");
      assert.deepEqual(accepted, accepted.toSorted(), told);
    };
    const play = async (name: string, order: readonly number[]): Promise<void> => {
      let newest = -1;
      for (const index of order) {
        const answer = await deliver(name, bodies[index] ?? {});
        const older = `ignored: older than ${APP}:${String(newest + 1)}, pushed at ${times[newest] ?? ""}`;
        const told = `SEED=${String(seed)} ${name}: ${order.join()}`;
        if (index < newest) assert.equal(answer.text, older, told);
        else assert.match(answer.text, index > newest ? CARRIED_OUT : DUPLICATE, told);
        newest = Math.max(newest, index);
      }
      await endsOnNewest(name, order);
    };
    const playAtOnce = async (name: string, order: readonly number[]): Promise<void> => {
      await Promise.all(order.map((index) => deliver(name, bodies[index] ?? {})));
      await endsOnNewest(name, order);
    };
    const indices = [...bodies.keys()];
    await Promise.all(
      names.map((name, index) => {
        const copies = indices.filter(() => random() < 0.5);
        const order = shuffled([...indices, ...copies], random);
        return index % 2 === 0 ? play(name, order) : playAtOnce(name, order);
      }),
    );
  });

  it("lets a later push win over one whose registry's clock is in the year 2099", async () => {
    const wrong = await deliver("future", timedBody("wrong-clock", "2099-01-01T00:00:00Z"));
    assert.match(wrong.text, CARRIED_OUT);
    const [recorded] = await recordedPushes(installed, deployment("future"));
    assert.ok(recorded);
    assert.equal(pushTimeOf(recorded), recorded.acceptedAt);
    const later = await deliver("future", timedBody("later", new Date().toISOString()));
    assert.match(later.text, CARRIED_OUT);
    assert.equal((await imagesOf("future"))[0], `${APP}:later`);
    const again = await deliver("future", timedBody("wrong-clock", "2099-01-01T00:00:00Z"));
    assert.match(again.text, /^ignored: older than /);
    assert.equal((await imagesOf("future"))[0], `${APP}:later`);
  });
});
