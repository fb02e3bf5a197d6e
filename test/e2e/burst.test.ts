import assert from "node:assert/strict";
import { Agent, request } from "node:http";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import type { Target } from "../../src/core/rollout/target.ts";
import { apply, useCluster, waitFor } from "../support/cluster.ts";
import { randomFrom, shuffled } from "../support/random.ts";
import { aDeployment, hookPath, imageOf, install, TOKEN, type Installation } from "./kit.ts";
import { startMailbox, type Mailbox } from "./mail-kit.ts";
import { ago, APP, live, deedsOf, recordedPushes, timedBody } from "./rollout-kit.ts";

const PUSHES = 500;
const MAX_CHANGES = 5;
// They share what one of them has read.
const MAX_READS = 20;
// On a machine that is busy the API server may take longer than a delivery waits: so few may be sent again.
const MAX_RESENT = 10;

const bursts = [
  { name: "at-once", withinMs: 0, isShuffled: true },
  { name: "spread", withinMs: 1_500, isShuffled: true },
  // Each is the newest when it comes.
  { name: "rising", withinMs: 1_500, isShuffled: false },
] as const;

describe("a burst of pushes for one workload", function () {
  this.timeout(120_000);
  const cluster = useCluster();
  let installed: Installation;
  let mailbox: Mailbox;

  before(async () => {
    mailbox = await startMailbox();
    installed = await install(cluster(), {
      prepare: async ({ web }) => {
        for (const { name } of bursts) await apply(cluster(), aDeployment(web, name, `${APP}:0`));
      },
      values: (web) => ({
        mail: mailbox.values,
        hooks: Object.fromEntries(
          bursts.map(({ name }) => [
            name,
            {
              namespace: web,
              workload: `deployment/${name}`,
              container: "web",
              repoType: "custom",
              token: TOKEN,
              mailTo: `${name}@example.com`,
            },
          ]),
        ),
      }),
    });
  });
  after(async () => {
    await mailbox.sink.close();
    await installed.remove();
  });

  for (const { name, withinMs, isShuffled } of bursts)
    it(`ends on the newest of ${String(PUSHES)} after a few changes, answers each and mails no more: ${name}`, async () => {
      const target: Target = { kind: "deployment", namespace: installed.web, name };
      const bodies = Array.from({ length: PUSHES }, (_unused, index) =>
        JSON.stringify(timedBody(`b${String(index + 1)}`, ago(600 - index / 10))),
      );
      const { generation } = (await live(cluster(), target)).metadata;
      const { answers, resent, sentWithinMs, tookMs } = await sendAll(
        { origin: installed.pod.url, path: hookPath(name), withinMs },
        isShuffled ? shuffled(bodies, randomFrom(20261122)) : bodies,
      );
      const now = await live(cluster(), target);
      const changes = now.metadata.generation - generation;
      process.stderr.write(
        `    ${String(changes)} changes, ${String(resent)} sent again; sent within ${sentWithinMs.toFixed()} ms, answered within ${tookMs.toFixed()} ms\n`,
      );
      assert.ok(sentWithinMs < 2_000, `the last was sent after ${String(sentWithinMs)} ms: no burst`);

      assert.ok(resent <= MAX_RESENT, `${String(resent)} answers were 503`);

      const updated = answers.filter((answer) =>
        /^200 \S+ (image updated\nweb: \S+ -> \S+|unchanged: .* \(duplicate\))$/.test(answer),
      );
      const older = answers.filter((answer) => /^200 ignored: older than \S+:b\d+, pushed at \S+Z$/.test(answer));
      const others = answers.filter((answer) => !updated.includes(answer) && !older.includes(answer));
      assert.deepEqual(others, []);
      assert.equal(answers.length, PUSHES);
      assert.ok(changes >= 1 && changes <= MAX_CHANGES, `${String(changes)} changes`);
      // What was answered 503 may have been carried out.
      if (resent === 0) assert.equal(updated.length, changes);
      assert.equal(imageOf(now), `${APP}:b${String(PUSHES)}`);
      assert.equal((await deedsOf(installed, "patch")).get(`deployment/${name}`), changes);

      const reads = (await deedsOf(installed, "get")).get(`deployment/${name}`) ?? 0;
      assert.ok(reads <= MAX_READS, `${String(reads)} reads`);

      const pushes = await waitFor(
        () => recordedPushes(installed, target),
        (all) => all.every(({ phase }) => ["complete", "superseded", "undone"].includes(phase)),
        { timeoutMs: 30_000, what: "the ends of the burst" },
      );
      assert.ok(pushes.length >= changes && pushes.length <= changes + resent);
      const mails = await waitFor(
        () => mailbox.mailsTo(`${name}@example.com`),
        ({ length }) => length >= changes,
        { timeoutMs: 20_000, what: "the mails of the burst" },
      );
      assert.ok(mails.length <= changes + resent, `${String(mails.length)} mails`);
    });
});

interface Sending {
  readonly origin: string;
  readonly path: string;
  /** The time over which they are spread. */
  readonly withinMs: number;
}

interface Sent {
  /** Status and text. */
  readonly answers: readonly string[];
  /** How many were answered 503 at first. */
  readonly resent: number;
  /** When the last body had left. */
  readonly sentWithinMs: number;
  readonly tookMs: number;
}

// Over connections that stand before it begins: each waits for its answer, and there are as many pushes as waiters.
async function sendAll({ origin, path, withinMs }: Sending, bodies: readonly string[]): Promise<Sent> {
  const agent = new Agent({ keepAlive: true, maxSockets: bodies.length });
  await Promise.all(bodies.map(() => send({ agent, url: `${origin}/healthz` })));
  const startedMs = performance.now();
  let sentWithinMs = 0;
  const onSent = (): void => {
    sentWithinMs = performance.now() - startedMs;
  };
  const first = await Promise.all(
    bodies.map(async (body, index) => {
      await sleep((withinMs * index) / bodies.length);
      return send({ agent, url: `${origin}${path}`, body, onSent });
    }),
  );
  const tookMs = performance.now() - startedMs;
  const answers: string[] = [];
  for (const [index, answer] of first.entries()) {
    let last = answer;
    for (let tries = 0; last.startsWith("503 ") && tries < 5; tries++)
      last = await send({ agent, url: `${origin}${path}`, body: bodies[index] ?? "" });
    answers.push(last);
  }
  agent.destroy();
  const resent = first.filter((answer) => answer.startsWith("503 ")).length;
  return { answers, resent, sentWithinMs, tookMs };
}

interface Request {
  readonly agent: Agent;
  readonly url: string;
  readonly body?: string;
  readonly onSent?: () => void;
}

const send = ({ agent, url, body, onSent = () => undefined }: Request): Promise<string> =>
  new Promise((resolve, reject) => {
    const options = {
      agent,
      method: body === undefined ? "GET" : "POST",
      headers: { "content-type": "application/json" },
    };
    const sending = request(url, options, (response) => {
      text(response).then((answer) => {
        resolve(`${String(response.statusCode)} ${answer}`);
      }, reject);
    });
    sending.on("error", reject).on("finish", onSent);
    sending.end(body);
  });
