import { setTimeout as sleep } from "node:timers/promises";
import { showMail } from "./push.ts";
import { CHART, RELEASE_NAME } from "./release.ts";
import type { Scene, Stage } from "./story.ts";

const LOOK_EVERY_MS = 500;
// The kubelet looks once a minute; nobody wants to wait for that here.
const SYNC_EVERY_MS = 5_000;

/** Tells what to try next, then shows mails and log lines as they come, until the signal. */
export async function keepUp(stage: Stage, scene: Scene): Promise<void> {
  const { terminal, signal } = stage;
  showTips(stage, scene);
  scene.log.showAlways();
  let syncedAt = Date.now();
  let complaint = "";
  while (!signal.aborted) {
    for (const mail of await scene.mail.takeNew()) {
      terminal.say("a mail arrived:");
      showMail(terminal, mail);
    }
    if (Date.now() - syncedAt > SYNC_EVERY_MS) {
      const problem = await scene.pod.sync().then(() => "", String);
      if (problem !== "" && problem !== complaint && !stage.signal.aborted) terminal.bad(problem);
      complaint = problem;
      syncedAt = Date.now();
    }
    await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
}

function showTips({ terminal, scenario }: Stage, scene: Scene): void {
  const { place, release, pushFile, pod, log, mail } = scene;
  const { webNamespace, releaseNamespace, repoType } = scenario;
  const [next, failing] = repoType === "aliyun" ? ["v3", "v4-never-ready"] : ["1.27", "no-such-tag"];
  const tips: readonly (readonly [string, readonly string[]])[] = [
    ["in another terminal, for all that follows", place.exports],
    ["another tag (a script around the curl above)", [`${pushFile} ${next}`]],
    [
      `a tag whose pods never get ready, and the mail about it after ${String(scenario.progressDeadlineSeconds)} s`,
      [`${pushFile} ${failing}`],
    ],
    ["a wrong token", [`curl -i -d '{}' '${pod.url}/hooks/website?token=wrong'`]],
    [
      "an edited hook, served within seconds without a restart (set netType: vpc, say)",
      [
        `\${EDITOR:-vi} ${release.valuesFile}`,
        `helm upgrade ${RELEASE_NAME} ${CHART} --namespace ${releaseNamespace} --values ${release.valuesFile}`,
      ],
    ],
    ["what the cluster says", [`kubectl get deployment,replicaset,pod -n ${webNamespace}`]],
  ];
  terminal.step("Your turn");
  for (const line of place.about) terminal.say(line);
  for (const [what, commands] of tips) {
    terminal.say(`\n# ${what}`);
    for (const command of commands) terminal.say(command);
  }
  terminal.say(`\nimagehook's log: ${log.file}\nmails: ${mail.folder}`);
  terminal.say("\nEverything is up; new mails and log lines follow. Ctrl-C stops all of it.");
}
