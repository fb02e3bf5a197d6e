import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { freePort } from "../control-plane/network.ts";
import type { Watchdog } from "../control-plane/watchdog.ts";
import { startLocalPod, type LocalPod } from "../pod/local-pod.ts";
import { openLogFeed, type LogFeed } from "./log-feed.ts";
import { startMailServer, type MailServer } from "./mail-server.ts";
import type { Place } from "./place.ts";
import { CHART, installChart, RELEASE_NAME, writeValues, type Release } from "./release.ts";
import { pushScript, type Scenario } from "./scenario.ts";
import type { Terminal } from "./terminal.ts";
import { followRollout, manifestOf, readWorkload } from "./workload.ts";

/** The name of the service's log in the demo's folder. */
export const LOG_FILE = "imagehook.log";

/** What all steps share. */
export interface Stage {
  readonly terminal: Terminal;
  readonly scenario: Scenario;
  readonly folder: string;
  readonly watchdog: Watchdog;
  readonly signal: AbortSignal;
  /** Takes what must be stopped at the end; stopped in the reverse order. */
  readonly atEnd: (stop: () => Promise<unknown>) => void;
}

/** What stands when everything is up. */
export interface Scene {
  readonly place: Place;
  readonly mail: MailServer;
  readonly release: Release;
  readonly pod: LocalPod;
  readonly log: LogFeed;
  readonly urlFile: string;
  readonly triggerUrl: string;
  readonly pushFile: string;
}

/** Step 2: a workload that runs, and a mail server. */
export async function prepare(
  { terminal, scenario, folder, atEnd }: Stage,
  { tools, createNamespaces }: Place,
): Promise<MailServer> {
  const { webNamespace, releaseNamespace } = scenario;
  terminal.step(`A workload that runs: deployment/website in namespace ${webNamespace}, and a mail server`);
  await createNamespaces([releaseNamespace, webNamespace]);
  const manifest = join(folder, "website.json");
  await writeFile(manifest, JSON.stringify(manifestOf(scenario), null, 2));
  terminal.command(`kubectl apply -f ${manifest}`);
  terminal.detail(await tools.kubectl(["apply", "-f", manifest]));
  const isUp = await followRollout(tools, scenario, (line) => {
    terminal.detail(line);
  });
  if (!isUp) throw new Error(`deployment/website does not come up in namespace ${webNamespace}: see above`);
  terminal.say(`container web runs ${(await readWorkload(tools, scenario)).image}`);
  const mail = await startMailServer(join(folder, "mails"));
  atEnd(mail.close);
  terminal.hide(mail.password);
  terminal.say(`mail server: smtps://127.0.0.1:${String(mail.port)}, a certificate of its own CA, login ${mail.user}`);
  return mail;
}

/** Step 3: the chart, installed by helm, and the trigger URL that its notes tell. */
export async function install(stage: Stage, { tools }: Place, mail: MailServer): Promise<Release & { url: string }> {
  const { terminal, scenario, folder } = stage;
  const namespace = scenario.releaseNamespace;
  terminal.step(`The chart: one hook, installed into namespace ${namespace} by helm`);
  const release = await writeValues(scenario, mail, { folder, port: await freePort() });
  terminal.hide(release.token);
  terminal.say(release.valuesFile);
  terminal.detail(release.values);
  terminal.command(`helm install ${RELEASE_NAME} ${CHART} --namespace ${namespace} --values ${release.valuesFile}`);
  const command = await installChart(tools, release, namespace);
  terminal.say("its notes say how to get the trigger URL, which is to be pasted into the registry's console:");
  terminal.command(command);
  const url = (await tools.shell(command)).trim();
  terminal.detail(url);
  const expected = `http://127.0.0.1:${String(release.port)}/hooks/website?token=${release.token}`;
  if (url !== expected) throw new Error("the trigger URL of the notes is not the one of the values: see above");
  return { ...release, url };
}

/** Step 4: the service, as a process of this machine in the place of the chart's pod. */
export async function startService(
  stage: Stage,
  { tools, access }: Place,
  port: number,
): Promise<{ pod: LocalPod; log: LogFeed }> {
  const { terminal, scenario, folder, watchdog, atEnd } = stage;
  const namespace = scenario.releaseNamespace;
  const identity =
    access.kind === "service-account" ? "the chart's ServiceAccount, with its token" : "your context's credentials";
  terminal.step("The service, a local process in the place of its pod");
  terminal.say(`it acts as ${identity}; ConfigMap and Secrets are laid out for it as a kubelet does`);
  const log = openLogFeed(join(folder, LOG_FILE), terminal);
  const podFolder = join(folder, "pod");
  await mkdir(podFolder, { mode: 0o700 });
  const pod = await startLocalPod({
    kubectl: tools.kubectl,
    namespace,
    deployment: RELEASE_NAME,
    folder: podFolder,
    access,
    program: join(import.meta.dirname, "../../src/main.ts"),
    env: { SHUTDOWN_DELAY: "0s" },
    port,
    watchdog,
    onOutput: log.add,
  });
  atEnd(() => pod.stop());
  terminal.say(`ready at ${pod.url}, process ${String(pod.pid)}; its log begins:`);
  log.show();
  return { pod, log };
}

/** Leaves the files with which a person can push by hand. */
export async function writePushFiles(
  { folder, scenario }: Stage,
  url: string,
): Promise<{ urlFile: string; pushFile: string }> {
  const [urlFile, pushFile] = [join(folder, "trigger-url"), join(folder, "push.sh")];
  await writeFile(urlFile, url, { mode: 0o600 });
  await writeFile(pushFile, `#!/bin/sh\n${pushScript(scenario, urlFile)}`);
  await chmod(pushFile, 0o700);
  return { urlFile, pushFile };
}
