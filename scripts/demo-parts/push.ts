import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { bodyNow } from "./scenario.ts";
import type { Scene, Stage } from "./story.ts";
import { RECIPIENT } from "./release.ts";
import { eventsOf, followRollout, readWorkload } from "./workload.ts";
import { waitUntil } from "./wait.ts";
import type { SavedMail } from "./mail-server.ts";
import type { Terminal } from "./terminal.ts";

type Check = (holds: boolean, text: string) => void;

/** Steps 5 to 7: the push, the rollout, the mail. Gives what was not as it should be. */
export async function showPush(stage: Stage, scene: Scene): Promise<readonly string[]> {
  const problems: string[] = [];
  const check: Check = (holds, text) => {
    if (holds) stage.terminal.good(text);
    else {
      stage.terminal.bad(text);
      problems.push(text);
    }
  };
  const before = await readWorkload(scene.place.tools, stage.scenario);
  await send(stage, scene, check);
  await showRollout(stage, scene, { before, check });
  await showMailOfPush(stage, scene, check);
  return problems;
}

async function send({ terminal, scenario, folder, signal }: Stage, scene: Scene, check: Check): Promise<void> {
  terminal.step(`The registry's webhook: tag ${scenario.tag} was pushed to ${scenario.repository}`);
  const body = bodyNow(scenario);
  const bodyFile = join(folder, "push.json");
  await writeFile(bodyFile, body);
  terminal.say("the demo sends it itself; this is how to do it by hand:");
  terminal.command(`curl -sS -i -H 'content-type: application/json' -d @${bodyFile} "$(cat ${scene.urlFile})"`);
  terminal.detail(`${bodyFile} holds:\n${body}`);
  const headers = { "content-type": "application/json" };
  const limit = AbortSignal.any([signal, AbortSignal.timeout(20_000)]);
  const request = { method: "POST", headers, body, signal: limit };
  const answer = await fetch(scene.triggerUrl, request).catch((error: unknown) => {
    throw new Error(`imagehook at ${scene.pod.url} did not answer the POST within 20 s or is gone`, { cause: error });
  });
  const text = (await answer.text()).trim();
  terminal.say("answer, as the registry's delivery history shows it:");
  terminal.detail(`${String(answer.status)} ${answer.statusText}\n${text}`);
  check(answer.status === 200, `the answer's status is ${String(answer.status)}`);
}

interface Rollout {
  readonly before: Awaited<ReturnType<typeof readWorkload>>;
  readonly check: Check;
}

async function showRollout(stage: Stage, { place }: Scene, { before, check }: Rollout): Promise<void> {
  const { terminal, scenario, signal } = stage;
  const expected = `${scenario.repository}:${scenario.tag}`;
  terminal.step("The workload");
  const after = await readWorkload(place.tools, scenario);
  terminal.say(`image before: ${before.image}`);
  terminal.say(`image after:  ${after.image}`);
  check(after.image === expected, `deployment/website has the image ${after.image}`);
  if (before.image !== after.image)
    check(after.rest === before.rest, "nothing else of its spec has changed: variables, volumes, replicas");
  terminal.command(`kubectl rollout status deployment/website -n ${scenario.webNamespace}`);
  const isComplete = await followRollout(place.tools, scenario, (line) => {
    terminal.detail(line);
  });
  check(isComplete, isComplete ? "the rollout is complete" : "the rollout did not complete");
  const events = await waitUntil(
    async () => {
      const found = await eventsOf(place.tools, scenario);
      return found.length === 0 ? null : found;
    },
    { what: "an Event on deployment/website", timeoutMs: 15_000, signal, say: terminal.say, lastSeen: () => "none" },
  );
  terminal.command(`kubectl describe deployment/website -n ${scenario.webNamespace}`);
  for (const event of events) terminal.detail(event);
}

async function showMailOfPush({ terminal, scenario, signal }: Stage, scene: Scene, check: Check): Promise<void> {
  const { mail, log } = scene;
  terminal.step("The mail that tells its owners");
  const received = await waitUntil(async () => (await mail.takeNew())[0] ?? null, {
    what: `a mail to ${RECIPIENT}`,
    timeoutMs: (scenario.progressDeadlineSeconds + 60) * 1000,
    signal,
    say: terminal.say,
    lastSeen: () => `no mail; the last line of imagehook's log: ${log.lastLines(1)}`,
  });
  showMail(terminal, received);
  const image = `${scenario.repository}:${scenario.tag}`;
  check(received.secure && received.login === mail.user, `it came over TLS with the login ${received.login}`);
  check(received.to === RECIPIENT && received.from === mail.user, `it is from ${received.from} to ${received.to}`);
  check(received.text.includes(image) && received.html.includes(image), `it names ${image}, as text and as HTML`);
  terminal.say("what imagehook logged meanwhile:");
  log.show();
}

/** Shows a mail as a reader of plain text sees it. */
export function showMail(terminal: Terminal, mail: SavedMail): void {
  terminal.say(`From:    ${mail.from}\nTo:      ${mail.to}\nSubject: ${mail.subject}`);
  terminal.detail(`\n${mail.text}`);
  terminal.say(`HTML part: ${mail.htmlFile}, bytes as received: ${mail.rawFile}`);
}
