import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import type { ControlPlane } from "../../scripts/control-plane/control-plane.ts";
import type { Target } from "../../src/core/rollout/target.ts";
import { createSlots } from "../../src/flow/slots.ts";
import { waitFor } from "../support/cluster.ts";
import { DEEDS, type Way } from "./deeds.ts";
import { hookPath, imageOf, install, TOKEN, type Answer, type Installation } from "./kit.ts";
import { startMailbox, type Mailbox } from "./mail-kit.ts";
import { ago, APP, live, deedsOf, phasesBecome, recordedPushes, timedBody } from "./rollout-kit.ts";

/** A workload, and what a person does to it at which moment of the rollout of a push. */
export interface Story {
  readonly kind: "deployment" | "statefulset" | "daemonset";
  readonly way: Way;
  /** `at-once`: right after the answer; `middle`: the new pods never become ready; `paused`: the Deployment is. */
  readonly moment: "at-once" | "middle" | "paused" | "after";
  /** The push is released afterwards, and sent again. */
  readonly isReleased?: boolean;
}

/** The stories of one installation: all run at once, and each is asked for its end. */
export interface Stories {
  readonly end: (story: Story) => Promise<void>;
  /** That no workload was patched more often, and nobody was mailed more often, than pushes were accepted. */
  readonly assertNothingMore: () => Promise<void>;
  readonly remove: () => Promise<void>;
}

/** What a story is called. */
export const nameOf = ({ kind, way, moment }: Story): string => `${kind.slice(0, 4)}-${way}-${moment}`;

const program = join(import.meta.dirname, "../../src/main.ts");
// Two cores are shared with the control plane.
const COMMANDS_AT_A_TIME = 2;
const STORIES_AT_A_TIME = 8;
// A push that was accepted and is not applied is carried out by the leader after five seconds.
const CARRIED_OUT_WITHIN_MS = 6_000;

interface Stage {
  readonly cluster: ControlPlane;
  readonly installed: Installation;
  readonly mailbox: Mailbox;
  /** Runs kubectl, helm and imagehook, a few at a time. */
  readonly command: <T>(task: () => Promise<T>) => Promise<T>;
}

/** Installs imagehook with a hook for each story, and begins them. */
export async function startStories(cluster: ControlPlane, stories: readonly Story[]): Promise<Stories> {
  const mailbox = await startMailbox();
  const { run: command } = createSlots(COMMANDS_AT_A_TIME);
  const installed = await install(cluster, {
    values: (web) => ({
      mail: mailbox.values,
      hooks: Object.fromEntries(
        stories.map((story) => [
          nameOf(story),
          {
            namespace: web,
            workload: `${story.kind}/${nameOf(story)}`,
            container: "web",
            repoType: "custom",
            token: TOKEN,
            mailTo: ownerOf(story),
          },
        ]),
      ),
    }),
  });
  const stage = { cluster, installed, mailbox, command };
  const { run: begin } = createSlots(STORIES_AT_A_TIME);
  // Who asks for the end of a story later than it fails still hears of it.
  const ends = new Map(
    stories.map((story) => [nameOf(story), Promise.allSettled([begin(() => tell(story, stage))])] as const),
  );
  return {
    end: async (story) => {
      const [end] = (await ends.get(nameOf(story))) ?? [];
      if (end?.status !== "fulfilled") throw new Error(nameOf(story), { cause: end?.reason });
    },
    assertNothingMore: async () => {
      const patches = await deedsOf(installed, "patch");
      for (const story of stories) {
        const accepted = story.isReleased === true ? 3 : 2;
        assert.equal(patches.get(`${story.kind}/${nameOf(story)}`), accepted, `patches of ${nameOf(story)}`);
        await assertMails(story, stage);
      }
    },
    remove: async () => {
      await Promise.all(ends.values());
      await mailbox.sink.close();
      await installed.remove();
    },
  };
}

const ownerOf = (story: Story): string => `${nameOf(story)}@example.com`;

async function tell(story: Story, stage: Stage): Promise<void> {
  const { cluster, installed, command } = stage;
  const target: Target = { kind: story.kind, namespace: installed.web, name: nameOf(story) };
  const place = { cluster, target, folder: join(installed.folder, nameOf(story)) };
  await command(() => DEEDS[story.way].create(place));
  await isSettled(cluster, target);

  const image = `${APP}:${["at-once", "middle"].includes(story.moment) ? "2-never-ready" : "2"}`;
  const body = timedBody(image.slice(APP.length + 1), ago(60));
  await push(story, body, { stage, target, image });
  await command(() => DEEDS[story.way].revert(place));
  const reverted = await live(cluster, target);
  assert.equal(imageOf(reverted), `${APP}:1`);
  const end = story.moment === "after" ? "complete" : "undone";
  await phasesBecome(installed, target, [end]);

  const again = await deliver(story, body, stage);
  assert.match(again.text, /^ignored: this push was carried out before and its image was changed since; /);
  await sleep(CARRIED_OUT_WITHIN_MS);
  const later = await live(cluster, target);
  assert.deepEqual([imageOf(later), later.metadata.generation], [`${APP}:1`, reverted.metadata.generation]);
  assert.equal((await recordedPushes(installed, target))[0]?.phase, end);

  if (story.isReleased === true) await releaseAndRepeat(story, body, { stage, target, image });
  if (story.moment === "paused") await command(() => rollout("resume", stage, target));
  const newer = await deliver(story, timedBody("3", ago(10)), stage);
  assert.match(newer.text, CARRIED_OUT);
  assert.equal(imageOf(await live(cluster, target)), `${APP}:3`);
  await waitFor(
    async () => (await recordedPushes(installed, target)).at(-1),
    (newest) => newest?.after === `${APP}:3` && newest.phase === "complete",
    { timeoutMs: 30_000, what: `${nameOf(story)}: the end of the newer push` },
  );
  await waitFor(
    () => stage.mailbox.mailsTo(ownerOf(story)),
    (mails) => mails.length >= resultsOf(story).length,
    { timeoutMs: 20_000, what: `${nameOf(story)}: the mails` },
  );
  await assertMails(story, stage);
}

// On a machine that is busy an API server may take longer than a delivery waits: then it may have been carried out.
const CARRIED_OUT = /^\S+ image updated\n|^\S+ unchanged: web already runs \S+ \(duplicate\)$/;

// Sends as registries do: again after a 503.
const deliver = (story: Story, body: object, { installed }: Stage): Promise<Answer> =>
  waitFor(
    () => installed.post(hookPath(nameOf(story)), body),
    ({ status }) => status === 200,
    { timeoutMs: 20_000, what: `${nameOf(story)}: an answer other than 503` },
  );

interface Sent {
  readonly stage: Stage;
  readonly target: Target;
  readonly image: string;
}

// Up to the moment at which the person comes.
async function push(story: Story, body: object, { stage, target, image }: Sent): Promise<void> {
  const { cluster, installed, command } = stage;
  if (story.moment === "paused") await command(() => rollout("pause", stage, target));
  const answer = await deliver(story, body, stage);
  assert.match(answer.text, CARRIED_OUT);
  assert.equal(imageOf(await live(cluster, target)), image);
  if (story.moment === "after") await phasesBecome(installed, target, ["complete"]);
  if (story.moment === "middle")
    await waitFor(
      async () => (await live(cluster, target)).status,
      (status) => Number(status["updatedReplicas"] ?? status["updatedNumberScheduled"] ?? 0) > 0,
      { timeoutMs: 30_000, what: `${nameOf(story)}: a new pod` },
    );
}

async function releaseAndRepeat(story: Story, body: object, { stage, target, image }: Sent): Promise<void> {
  const { cluster, installed, command } = stage;
  const words = ["release", `${story.kind}/${nameOf(story)}`, "--namespace", installed.web];
  const places = ["--kubeconfig", cluster.kubeconfig, "--state-namespace", installed.namespace];
  const released = await command(() => imagehook([...words, ...places]));
  const said = `${installed.web} ${story.kind}/${nameOf(story)} released: web ${image} (hook ${nameOf(story)})\n`;
  assert.deepEqual(released, { code: 0, out: said });
  const before = await live(cluster, target);
  assert.equal(imageOf(before), `${APP}:1`, "a release alone changes nothing");
  const answer = await deliver(story, body, stage);
  assert.match(answer.text, CARRIED_OUT);
  assert.equal(imageOf(await live(cluster, target)), image);
  if (story.moment === "after") await phasesBecome(installed, target, ["complete"]);
}

async function imagehook(words: readonly string[]): Promise<{ code: number | null; out: string }> {
  const child = spawn(process.execPath, [program, ...words], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(child, "close");
  const out = await text(child.stdout);
  await ended;
  return { code: child.exitCode, out };
}

// One of each accepted push.
function resultsOf({ moment, isReleased = false }: Story): readonly string[] {
  const first = moment === "after" ? "complete" : "superseded";
  return isReleased ? [first, first, "complete"] : [first, "complete"];
}

async function assertMails(story: Story, { mailbox }: Stage): Promise<void> {
  const mails = await mailbox.mailsTo(ownerOf(story));
  const results = mails.map(({ subject }) => subject.replace(/^.*: /, ""));
  assert.deepEqual(results.toSorted(), resultsOf(story).toSorted(), `mails of ${nameOf(story)}`);
  assert.equal(new Set(mails.map(({ messageId }) => messageId)).size, mails.length, "each has an id of its own");
  if (story.moment !== "after")
    assert.match(mails[0]?.text ?? "", /it was replaced before its end: the container web has \S+:1 now/);
}

async function rollout(verb: "pause" | "resume", { cluster }: Stage, { kind, namespace, name }: Target): Promise<void> {
  await cluster.kubectl(["rollout", verb, `${kind}/${name}`, "-n", namespace]);
}

const isSettled = (cluster: ControlPlane, target: Target): Promise<unknown> =>
  waitFor(
    async () => (await live(cluster, target)).status,
    (status) => Number(status["availableReplicas"] ?? status["numberAvailable"] ?? 0) > 0,
    { timeoutMs: 60_000, what: `the first pod of ${target.name}` },
  );
