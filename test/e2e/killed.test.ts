import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { inspect } from "node:util";
import type { PushRecord, RolloutState } from "../../src/core/rollout/state.ts";
import { apply, useCluster } from "../support/cluster.ts";
import { createCrowd, randomFrom, type Crowd } from "./crowd.ts";
import {
  allTold,
  APP,
  byRequest,
  deploymentsOf,
  fleet,
  hooksFor,
  namesOf,
  recordsOf,
  rolloutMails,
  startMailPost,
  templateChanges,
  type MailPost,
} from "./fleet-kit.ts";
import { imageOf, install, type Installation } from "./kit.ts";
import { beginSilentRollout, type SilentRollout } from "./silent-rollout.ts";

// KILLED_SEED=… repeats a run's order, places and pauses; the times of a machine cannot be repeated.
const seed = Number(process.env["KILLED_SEED"] ?? randomInt(2 ** 31));
const workloads = namesOf("killed", 40);
const DELIVERIES = 200;
const KILLS = 20;
const PER_ROUND = DELIVERIES / KILLS;
const ROUND_MS = 1_200;
// A watch without a word for two and a half minutes is given up.
const SILENCE_NOTICED_WITHIN_MS = 180_000;
// A Lease lapses after 15 s, and a notice that a killed process was sending after two minutes.
const CONVERGES_WITHIN_MS = 200_000;

describe(`20 kills over 200 deliveries, seed ${String(seed)}`, function () {
  this.timeout(CONVERGES_WITHIN_MS + 120_000);
  const cluster = useCluster();
  let mail: MailPost;
  let installed: Installation;
  let crowd: Crowd;
  let states: ReadonlyMap<string, RolloutState>;
  let silent: SilentRollout;

  before(async () => {
    // It takes minutes too, so it takes them at the same time.
    silent = await beginSilentRollout(cluster());
    mail = await startMailPost();
    installed = await install(cluster(), {
      values: (web) => ({ ...mail.values, hooks: hooksFor(web, workloads) }),
      prepare: ({ web }) => apply(cluster(), fleet(web, workloads)),
    });
    const random = randomFrom(seed);
    // Whoever stands in the second place leads without an election: a kill there strikes one that follows and mails.
    const envOf = (place: number): NodeJS.ProcessEnv => ({ LEADER_ELECTION: place === 0 ? "true" : "false" });
    crowd = createCrowd(installed, [installed.pod, await installed.startReplica(envOf(1))], random);
    const order = Array.from({ length: DELIVERIES }, (_unused, index) => workloads[index % workloads.length] ?? "");
    for (let round = 0; round < KILLS; round++) {
      const sent = order.slice(round * PER_ROUND, (round + 1) * PER_ROUND).map(async (workload, index) => {
        await sleep(random() * ROUND_MS);
        await crowd.deliver(workload, `v${String(round)}-${String(index)}`);
      });
      await sleep(random() * ROUND_MS);
      const place = round % 2;
      // The last one leaves the field to one that must be elected.
      await crowd.kill(place, round === KILLS - 1 ? null : envOf(place));
      await Promise.all(sent);
    }
    states = await allTold(installed, touched(), CONVERGES_WITHIN_MS);
  });
  after(async () => {
    await mail.sink.close();
    await silent.close();
    await installed.remove();
  });

  // Of one that came again after a 503 the first may be on record: tags tell all of them apart.
  const recordOf = ({ workload, tag }: Crowd["deliveries"][number]): PushRecord | undefined =>
    recordsOf(states.get(workload)).find(({ after }) => after === `${APP}:${tag}`);
  const acknowledged = (): Crowd["deliveries"] => crowd.deliveries.filter(({ status }) => status === 200);
  const touched = (): readonly string[] => [...new Set(acknowledged().map(({ workload }) => workload))];

  it("is not void: enough was acknowledged, and kills came while requests and mails were under way", async () => {
    const mails = byRequest(await rolloutMails(mail.sink.mails));
    const between = crowd.kills.filter(({ pid, atMs }) =>
      acknowledged().some(
        (one) =>
          one.pid === pid &&
          one.answeredAtMs < atMs &&
          (mails.get(recordOf(one)?.request ?? "")?.[0]?.atMs ?? 0) > atMs,
      ),
    );
    const during = crowd.kills.filter(({ underWay }) => underWay > 0);
    const facts = {
      acknowledged: acknowledged().length,
      broken: crowd.deliveries.filter(({ status }) => status === 0).length,
      kills: crowd.kills.length,
      during: during.length,
      between: between.length,
      toldTwice: [...mails.values()].filter((told) => told.length > 1).length,
    };
    process.stderr.write(`    ${inspect(facts)}\n`);
    assert.equal(facts.kills, KILLS);
    assert.equal(crowd.deliveries.length, DELIVERIES);
    assert.ok(facts.acknowledged >= 150 && facts.during >= 10 && facts.between >= 5, inspect(facts));
  });

  it("has every acknowledged push on record, at its end, or told the sender that a newer one was there", () => {
    for (const delivery of acknowledged()) {
      const { workload, tag, text } = delivery;
      const records = recordsOf(states.get(workload));
      if (text.startsWith("ignored: older than ")) {
        assert.ok(records.length > 0, `${workload}: ${text}`);
        continue;
      }
      const shown = `${workload} ${tag} ${text}: ${inspect(records)}`;
      const record = recordOf(delivery);
      assert.ok(record !== undefined, shown);
      assert.ok(["complete", "superseded"].includes(record.phase), shown);
    }
  });

  it("runs the newest push of each workload", async () => {
    const live = await deploymentsOf(installed);
    for (const name of touched()) {
      const records = recordsOf(states.get(name));
      const shown = `${name}: ${inspect(records)}`;
      const newest = records.reduce((a, b) => ((a.pushedAt ?? "") > (b.pushedAt ?? "") ? a : b));
      const deployment = live.get(name);
      assert.ok(deployment !== undefined);
      assert.deepEqual([imageOf(deployment), newest.phase], [newest.after, "complete"], shown);
      assert.ok(templateChanges(deployment) <= records.length, shown);
    }
  });

  it("has told the owners of every rollout, and what it told twice bears the same Message-ID", async () => {
    const mails = byRequest(await rolloutMails(mail.sink.mails));
    const records = touched().flatMap((name) => recordsOf(states.get(name)));
    for (const record of records) {
      const told = mails.get(record.request) ?? [];
      assert.ok(told.length >= 1, `nobody was told of ${inspect(record)}`);
      assert.equal(new Set(told.map(({ messageId }) => messageId)).size, 1);
    }
    const all = [...mails.values()].flat();
    assert.equal(new Set(all.map(({ messageId }) => messageId)).size, mails.size);
    for (const { state } of touched().flatMap((name) => states.get(name)?.notices ?? [])) assert.equal(state, "sent");
  });
  it("meanwhile came to the end of a rollout whose watch had fallen silent", async () => {
    await silent.finish(SILENCE_NOTICED_WITHIN_MS);
  });
});
