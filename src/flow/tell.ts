import { messageId, threadId } from "../core/notice/message-id.ts";
import type { Language, Notice, NoticeResult, PodRow } from "../core/notice/notice.ts";
import { rancherLink, type RancherSite } from "../core/notice/rancher-link.ts";
import { renderNotice } from "../core/notice/render.ts";
import { describeFailure } from "../core/rollout/cluster-failure.ts";
import type { NoticeAbout } from "../core/rollout/state.ts";
import { printTarget, targetKey, type Target } from "../core/rollout/target.ts";
import type { UpgradeHook } from "../core/hook/hook.ts";
import { fail, ok } from "../core/result.ts";
import type { NotifyParts, Telling, Told } from "./notify.ts";
import type { Channel, Log, Mailer, Observation, Workloads } from "./ports.ts";

/** The channel that mails go by. */
export const MAIL = "mail";

/** What telling reaches; without a mailer no mail is sent. */
export interface TellParts {
  readonly mailer: Mailer | null;
  readonly sender: string;
  readonly defaultTo: readonly string[];
  readonly language: Language;
  /** The channels besides mail, by their names. */
  readonly channel: (name: string) => Channel | null;
  /** Null where no Rancher is known. */
  readonly rancher: RancherSite | null;
  readonly workloads: Workloads;
  readonly log: Log;
}

/** Makes what gives the channels by which the owners of a hook are told; none where nobody is. */
export function createChannelsOf(parts: TellParts): (hook: UpgradeHook) => readonly string[] {
  const silent = new Set<string>();
  return ({ id, upgrade }) => {
    const others = upgrade.channels.filter((name) => parts.channel(name) !== null);
    if (recipientsOf(upgrade, parts).length > 0) return [MAIL, ...others];
    if (parts.mailer !== null && others.length === 0 && !silent.has(id)) {
      silent.add(id);
      parts.log.info({ hook: id }, "hook has no recipient and MAIL_TO is not set; no mail is sent; said once");
    }
    return others;
  };
}

/** Makes what hands a notice to its channel. */
export function createTell(parts: TellParts): NotifyParts["tell"] {
  return async (telling, signal) => {
    const { pods, podsNote } = await podsOf(telling, parts, signal);
    const link = parts.rancher === null ? "" : rancherLink(parts.rancher, telling.target);
    const notice = { ...noticeOf(telling), pods, podsNote, link };
    if (telling.channel === MAIL) return mail(telling, notice, parts);
    const channel = parts.channel(telling.channel);
    if (channel === null) return fail(noChannel(telling.channel));
    const sent = await channel.send(notice, telling.id, signal);
    return sent.kind === "ok" ? ok({ response: sent.value, rejected: [] }) : sent;
  };
}

const noChannel = (name: string) => ({
  kind: "permanent" as const,
  code: "ECHANNEL",
  message: `there is no channel "${name}" any more`,
  hint: "correct the hook's notify.channels, or the channels file",
  retryAfterSeconds: null,
});

async function mail({ id, hook, target }: Telling, notice: Notice, parts: TellParts): Promise<Told> {
  const to = recipientsOf(hook.upgrade, parts);
  if (parts.mailer === null || to.length === 0) return fail(NOBODY);
  const language = hook.upgrade.language ?? parts.language;
  const sent = await parts.mailer.send({
    to,
    ...renderNotice(notice, language),
    messageId: messageId(id, parts.sender),
    threadId: threadId(targetKey(target), parts.sender),
  });
  if (sent.kind === "ok") return sent;
  const { kind, code, message, hint } = sent.error;
  return fail({ kind: kind === "permanent" ? "permanent" : "temporary", code, message, hint, retryAfterSeconds: null });
}

const NOBODY = {
  kind: "permanent",
  code: "ENORECIPIENT",
  message: "nobody is to be told any more",
  hint: "",
  retryAfterSeconds: null,
} as const;

const recipientsOf = (
  { mailTo }: UpgradeHook["upgrade"],
  { mailer, defaultTo }: Pick<TellParts, "mailer" | "defaultTo">,
): readonly string[] => {
  if (mailer === null) return [];
  return mailTo.length > 0 ? mailTo : defaultTo;
};

const PODS_TIMEOUT_MS = 5_000;

interface Pods {
  readonly pods: readonly PodRow[];
  readonly podsNote: string;
}

async function podsOf({ target, about }: Telling, { workloads }: TellParts, signal: AbortSignal): Promise<Pods> {
  const nothing = { pods: [], podsNote: "" };
  if (about.result.kind === "refused" || target.kind === "cronjob") return nothing;
  const limit = AbortSignal.any([signal, AbortSignal.timeout(PODS_TIMEOUT_MS)]);
  const seen = await firstLook(target, workloads, limit);
  if (seen === null || seen.podSelector === "") return nothing;
  const pods = await workloads.pods(target, seen.podSelector, limit);
  return pods.kind === "ok" ? { ...nothing, pods: pods.value } : { ...nothing, podsNote: describeFailure(pods.error) };
}

async function firstLook(target: Target, workloads: Workloads, signal: AbortSignal): Promise<Observation | null> {
  const watching = new AbortController();
  const stop = (): void => {
    watching.abort();
  };
  signal.addEventListener("abort", stop);
  try {
    for await (const sighting of workloads.watch(target, watching.signal))
      return sighting.kind === "seen" ? sighting.observation : null;
    return null;
  } finally {
    stop();
    signal.removeEventListener("abort", stop);
  }
}

function noticeOf({ hook, target, about }: Telling): Omit<Notice, "pods" | "podsNote" | "link"> {
  const { changes, result, acceptedAt, finishedAt, request } = about;
  const [first = NO_CHANGE, ...others] = changes.map(containerNotice);
  return {
    hook: hook.id,
    namespace: target.namespace,
    workload: printTarget(target),
    changes: [first, ...others],
    result: resultOf(result),
    acceptedAt,
    finishedAt,
    requestId: request,
    log: "",
    statusLink: "",
  };
}

const NO_CHANGE: Notice["changes"][number] = { container: "", before: "", after: "", change: "image" };

const containerNotice = ({
  container,
  before,
  after,
  redeploys,
}: NoticeAbout["changes"][number]): Notice["changes"][number] => ({
  container,
  before,
  after,
  change: redeploys ? "redeploy" : "image",
});

const resultOf = ({ kind, reason }: NoticeAbout["result"]): NoticeResult =>
  kind === "complete" ? { kind } : { kind, reason };
