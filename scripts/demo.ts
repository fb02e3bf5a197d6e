import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startWatchdog } from "./control-plane/watchdog.ts";
import { openContext } from "./demo-parts/context.ts";
import { keepUp } from "./demo-parts/keep.ts";
import { readOptions, usage, type DemoOptions } from "./demo-parts/options.ts";
import { startOwnCluster, type Place } from "./demo-parts/place.ts";
import { showPush } from "./demo-parts/push.ts";
import { aliyunScenario, dockerHubScenario } from "./demo-parts/scenario.ts";
import {
  install,
  LOG_FILE,
  prepare,
  startService,
  writePushFiles,
  type Scene,
  type Stage,
} from "./demo-parts/story.ts";
import { openTerminal, type Terminal } from "./demo-parts/terminal.ts";

async function openPlace({ terminal, folder, signal, atEnd }: Stage, { context }: DemoOptions): Promise<Place> {
  const say = terminal.detail;
  terminal.step(context === null ? "A Kubernetes control plane" : `The cluster of context ${context}`);
  const place = await (context === null ? startOwnCluster(signal, say) : openContext({ context, folder, signal, say }));
  atEnd(place.close);
  terminal.say("to look at it from another terminal:");
  for (const line of place.exports) terminal.command(line);
  return place;
}

async function play(stage: Stage, options: DemoOptions): Promise<void> {
  const place = await openPlace(stage, options);
  const mail = await prepare(stage, place);
  const { url: triggerUrl, ...release } = await install(stage, place, mail);
  const service = await startService(stage, place, release.port);
  const files = await writePushFiles(stage, triggerUrl);
  const scene: Scene = { place, mail, release, triggerUrl, ...service, ...files };
  const problems = await showPush(stage, scene);
  if (!options.once) await keepUp(stage, scene);
  else if (problems.length > 0) throw new Error(`not as it should be:\n${problems.join("\n")}`);
}

/** Ends at a signal: at once where nothing is to be stopped yet (the watchdogs clean up), and at the second one. */
function stopAtSignals(stopping: AbortController, terminal: Terminal, isEmpty: () => boolean): void {
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(name, () => {
      if (isEmpty() || stopping.signal.aborted) process.exit(130);
      stopping.abort();
      terminal.say(`${name}: stopping`);
    });
  }
  // Whoever read the output has gone; each further write ends here too.
  process.stdout.on("error", () => {
    if (isEmpty()) process.exit(130);
    stopping.abort();
  });
}

async function stopAll(stops: readonly (() => Promise<unknown>)[]): Promise<void> {
  const problems: unknown[] = [];
  for (const stop of stops.toReversed()) {
    await stop().catch((error: unknown) => {
      problems.push(error);
    });
  }
  for (const problem of problems) tell(problem);
}

function tell(error: unknown): void {
  console.error(`scripts/demo: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}

async function tellFailure(error: unknown, folder: string): Promise<void> {
  tell(error);
  const log = await readFile(join(folder, LOG_FILE), "utf8").catch(() => "");
  if (log !== "") console.error(`imagehook's log ends with:\n${log.trimEnd().split("\n").slice(-15).join("\n")}`);
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  const terminal = openTerminal(process.stdout);
  if (options.help) {
    terminal.say(usage);
    return;
  }
  const scenario = options.context === null ? aliyunScenario(options.tag) : dockerHubScenario(options.tag);
  const folder = await mkdtemp(join(tmpdir(), "imagehook-demo-"));
  const watchdog = await startWatchdog(folder);
  const stopping = new AbortController();
  const stops: (() => Promise<unknown>)[] = [];
  stopAtSignals(stopping, terminal, () => stops.length === 0);
  const { signal } = stopping;
  const atEnd = (stop: () => Promise<unknown>): void => {
    stops.push(stop);
  };
  try {
    await play({ terminal, scenario, folder, watchdog, signal, atEnd }, options);
  } catch (error) {
    if (signal.aborted) process.exitCode = 130;
    else await tellFailure(error, folder);
  }
  if (!signal.aborted) terminal.say("\nstopping");
  await stopAll(stops);
  await watchdog.finish();
  terminal.say("stopped: no process and no file is left");
}

await main().catch(tell);
