import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import PostalMime, { type Email } from "postal-mime";
import type { LocalPod } from "../../scripts/pod/local-pod.ts";
import { parseState, stateObjectName, type Phase, type RolloutState } from "../../src/core/rollout/state.ts";
import type { WorkloadKind } from "../../src/core/rollout/target.ts";
import { makeAuthority } from "../support/certificate.ts";
import { waitFor } from "../support/cluster.ts";
import { startSink, type Sink } from "../support/smtp-sink.ts";
import { logOf, read, type Installation } from "./kit.ts";

/** A workload of the installation's namespace for them. */
export interface Named {
  readonly kind: WorkloadKind;
  readonly name: string;
}

const SENDER = "imagehook@example.com";
const PASSWORD = "smtp-canary-19e7";

/** A mail server of these tests, and the chart's values that name it. */
export interface Post {
  readonly sink: Sink;
  readonly values: object;
  /** The mails about a workload whose subject fits, as soon as there are as many. */
  readonly about: (name: string, subject: RegExp, wanted?: { count?: number; timeoutMs?: number }) => Promise<Email[]>;
}

/** Starts a mail server. */
export async function startPost(): Promise<Post> {
  const authority = makeAuthority();
  const login = { user: SENDER, password: PASSWORD };
  const sink = await startSink({ tls: "implicit", certificate: authority.issue(), login });
  const matching = async (name: string, subject: RegExp): Promise<Email[]> => {
    const mails = await Promise.all(sink.mails.map(({ raw }) => PostalMime.parse(Buffer.from(raw, "latin1"))));
    const isAbout = ({ subject: line = "" }: Email): boolean =>
      new RegExp(`[/-]${name}[ -]`).test(line) && subject.test(line);
    return mails.filter(isAbout);
  };
  return {
    sink,
    values: {
      from: SENDER,
      smtpServer: "127.0.0.1",
      smtpPort: sink.port,
      password: PASSWORD,
      caCert: authority.cert,
    },
    about: (name, subject, { count = 1, timeoutMs = 30_000 } = {}) =>
      waitFor(
        () => matching(name, subject),
        (mails) => mails.length >= count,
        { timeoutMs, what: `${String(count)} mails about ${name} like ${String(subject)}` },
      ),
  };
}

/** What is on record of a workload, and which version of its object it was read from. */
export async function stateOf(
  { cluster, namespace, web }: Installation,
  { kind, name }: Named,
): Promise<{ readonly state: RolloutState; readonly version: string }> {
  const object = await read(cluster, namespace, "configmap", stateObjectName({ kind, namespace: web, name }));
  const state = parseState(object.data?.["state.json"] ?? "");
  if (state.kind === "error") throw new Error(state.error);
  return { state: state.value, version: object.metadata.resourceVersion };
}

/** The phases of a container's pushes, oldest first. */
export const phasesOf = ({ containers }: RolloutState, container = "web"): readonly Phase[] =>
  (containers[container]?.pushes ?? []).map(({ phase }) => phase);

/** Waits until the newest push of a workload is in a phase. */
export const untilPhase = (
  installed: Installation,
  workload: Named,
  phase: Phase,
  timeoutMs = 30_000,
): Promise<unknown> =>
  waitFor(
    () => stateOf(installed, workload),
    ({ state }) => phasesOf(state).at(-1) === phase,
    { timeoutMs, what: `the phase ${phase} of ${workload.name}` },
  );

/** An Event on a workload. */
export interface SeenEvent {
  readonly type: string;
  readonly reason: string;
  readonly message: string;
}

/** The Events on a workload so far. */
export async function eventsOn({ cluster, web }: Installation, { name }: Named): Promise<readonly SeenEvent[]> {
  const words = ["get", "events", "-n", web, "--field-selector", `involvedObject.name=${name}`, "-o", "json"];
  return (JSON.parse(await cluster.kubectl(words)) as { items: SeenEvent[] }).items;
}

/** Waits for an Event on a workload. */
export const untilEvent = async (installed: Installation, workload: Named, reason: string): Promise<SeenEvent> => {
  const events = await waitFor(
    () => eventsOn(installed, workload),
    (seen) => seen.some((event) => event.reason === reason),
    { timeoutMs: 15_000, what: `the Event ${reason} on ${workload.name}` },
  );
  const [event] = events.filter((one) => one.reason === reason);
  if (event === undefined) throw new Error(`no ${reason}`);
  return event;
};

/** Runs imagehook's command line against the installation, as an operator does from outside. */
export async function imagehook(
  { cluster, namespace }: Installation,
  ...words: readonly string[]
): Promise<{ readonly code: number | null; readonly out: string }> {
  const program = join(import.meta.dirname, "../../src/main.ts");
  const places = ["--kubeconfig", cluster.kubeconfig, "--state-namespace", namespace];
  const child = spawn(process.execPath, [program, ...words, ...places], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(child, "close");
  const out = await text(child.stdout);
  await ended;
  return { code: child.exitCode, out };
}

/** The address of a pod's operations port, which its log tells. */
export async function operationsOf(pod: LocalPod): Promise<string> {
  const line = await waitFor(
    () => Promise.resolve(logOf(pod).find(({ msg }) => msg === "operations port is open")),
    (found) => found !== undefined,
    { timeoutMs: 5_000, what: "the operations port" },
  );
  return `http://127.0.0.1:${String(line?.["port"])}`;
}

/** A body as a builder posts it that says when it pushed, so that it is told from every other. */
export const pushOf = (tag: string, pushedAt: Date = new Date()): object => ({
  push_data: { tag, pushed_at: pushedAt.toISOString() },
  repository: { repo_url: "registry.example.com", namespace: "team", name: "app" },
});

/** The image that a push of that tag brings. */
export const imageFor = (tag: string): string => `registry.example.com/team/app:${tag}`;
