import { setTimeout as sleep } from "node:timers/promises";
import PostalMime from "postal-mime";
import {
  parseState,
  pushesOf,
  stateObjectName,
  type PushRecord,
  type RolloutState,
} from "../../src/core/rollout/state.ts";
import { waitFor } from "../support/cluster.ts";
import { makeAuthority, type Authority } from "../support/certificate.ts";
import { startSink, type Sink } from "../support/smtp-sink.ts";
import { aDeployment, hookPath, post, TOKEN, type Answer, type Installation, type Live } from "./kit.ts";
import type { LocalPod } from "../../scripts/pod/local-pod.ts";

/** The repository that all of a fleet's workloads run. */
export const APP = "registry.example.com/team/app";

/** A mail server, its authority, and the chart's values that make imagehook use it. */
export interface MailPost {
  readonly sink: Sink;
  readonly authority: Authority;
  readonly values: object;
}

/** What the server wants, and imagehook has. */
export const LOGIN = { user: "imagehook@example.com", password: "smtp-canary-51c2" };

/** Starts one that wants implicit TLS and a login. */
export async function startMailPost(): Promise<MailPost> {
  const { user: from, password } = LOGIN;
  const authority = makeAuthority();
  const sink = await startSink({
    tls: "implicit",
    certificate: authority.issue(),
    login: LOGIN,
  });
  const server = { smtpServer: "127.0.0.1", smtpPort: sink.port, password, caCert: authority.cert };
  return { sink, authority, values: { mail: { from, to: "ops@example.com", ...server } } };
}

/** Names of workloads: `<prefix>0`, `<prefix>1`, and so on. */
export const namesOf = (prefix: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_unused, index) => `${prefix}${String(index)}`);

/** Deployments of one replica each, to be applied at once. */
export const fleet = (namespace: string, names: readonly string[], podAnnotations: object = {}): object => ({
  apiVersion: "v1",
  kind: "List",
  items: names.map((name) => {
    const deployment = aDeployment(namespace, name, `${APP}:1`) as {
      readonly spec: { readonly template: { readonly metadata: object } };
    };
    const { spec } = deployment;
    const metadata = { ...spec.template.metadata, annotations: podAnnotations };
    return { ...deployment, spec: { ...spec, replicas: 1, template: { ...spec.template, metadata } } };
  }),
});

/** A hook for each workload, of the same name. */
export const hooksFor = (namespace: string, names: readonly string[], more: object = {}): object =>
  Object.fromEntries(
    names.map((name) => [
      name,
      { namespace, workload: `deployment/${name}`, container: "web", repoType: "custom", token: TOKEN, ...more },
    ]),
  );

/** A push that says when it was made, as a builder posts it. */
export const datedBody = (tag: string, pushedAt = new Date()): object => ({
  push_data: { tag, pushed_at: pushedAt.toISOString() },
  repository: { repo_url: "registry.example.com", namespace: "team", name: "app" },
});

/** Posts a push for the workload of a hook to one pod. */
export const push = (pod: LocalPod, hook: string, body: object): Promise<Answer> => post(pod, hookPath(hook), body);

const TRIES = 5;

/** Posts a push as a registry does that is answered 503: again after a while, a few times. */
export async function pushUntilTaken(pod: LocalPod, hook: string, body: object): Promise<Answer> {
  for (let tries = 1; ; tries++) {
    const answer = await push(pod, hook, body);
    if (answer.status !== 503 || tries === TRIES) return answer;
    await sleep(200 * tries);
  }
}

/** What is stored of a workload; null where nothing is. */
export async function stateOf({ cluster, namespace, web }: Installation, name: string): Promise<RolloutState | null> {
  const object = stateObjectName({ kind: "deployment", namespace: web, name });
  const { status, body } = await cluster.call("GET", `/api/v1/namespaces/${namespace}/configmaps/${object}`);
  if (status === 404) return null;
  const state = parseState((body as Live).data?.["state.json"] ?? "");
  if (state.kind === "error") throw new Error(`the state of ${name}: ${state.error}`);
  return state.value;
}

/** The Deployments of the workloads' namespace by name, as they are now. */
export async function deploymentsOf({ cluster, web }: Installation): Promise<ReadonlyMap<string, Live>> {
  const { body } = await cluster.call("GET", `/apis/apps/v1/namespaces/${web}/deployments`);
  const { items } = body as { readonly items: readonly (Live & { metadata: { readonly name: string } })[] };
  return new Map(items.map((item) => [item.metadata.name, item]));
}

/** How often the pod template of a Deployment that was applied once has changed since. */
export const templateChanges = ({ metadata }: Live): number => metadata.generation - 1;

/** Waits until nothing is left to do for workloads: each rollout has its end, each notice was sent or given up. */
export async function allTold(
  installed: Installation,
  names: readonly string[],
  timeoutMs: number,
): Promise<ReadonlyMap<string, RolloutState>> {
  const states = new Map<string, RolloutState>();
  const open = new Set(names);
  await waitFor(
    async () => {
      for (const name of open) {
        const state = await stateOf(installed, name);
        if (state === null || !isAtRest(state)) continue;
        states.set(name, state);
        open.delete(name);
      }
      return [...open];
    },
    (left) => left.length === 0,
    { timeoutMs, what: "every rollout's end, told" },
  );
  return states;
}

const isAtRest = (state: RolloutState): boolean =>
  Object.values(state.containers).every(({ pushes }) =>
    pushes.every(({ phase }) => phase !== "accepted" && phase !== "progressing"),
  ) && state.notices.every((notice) => notice.state !== "waiting");

/** What is recorded of the pushes for a workload's container; none for what was never stored. */
export const recordsOf = (state: RolloutState | null | undefined, container = "web"): readonly PushRecord[] =>
  state ? pushesOf(state, container) : [];

/** A mail about a rollout. */
export interface RolloutMail {
  /** The id of the request that began it. */
  readonly request: string;
  readonly messageId: string;
  readonly atMs: number;
  readonly subject: string;
}

/** Reads what a server got. */
export const rolloutMails = (mails: Sink["mails"]): Promise<readonly RolloutMail[]> =>
  Promise.all(
    mails.map(async ({ raw, messageId, atMs }) => {
      const { text = "", subject = "" } = await PostalMime.parse(Buffer.from(raw, "latin1"));
      const [, request = ""] = /^Request id: +(\S+)$/m.exec(text) ?? [];
      return { request, messageId, atMs, subject };
    }),
  );

/** The mails that were sent for each request. */
export function byRequest(mails: readonly RolloutMail[]): ReadonlyMap<string, readonly RolloutMail[]> {
  return Map.groupBy(mails, ({ request }) => request);
}
