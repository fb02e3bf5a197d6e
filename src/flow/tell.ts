import type { CrashLog } from "../core/diagnosis/crash-log.ts";
import { rolloutAddress } from "../core/delivery/status-headers.ts";
import { MAX_RECIPIENTS } from "../core/notice/mail.ts";
import { messageId, threadId } from "../core/notice/message-id.ts";
import type { Language, Notice, NoticeResult, PodRow } from "../core/notice/notice.ts";
import { ownersOf } from "../core/notice/owners.ts";
import { rancherLink, type RancherSite } from "../core/notice/rancher-link.ts";
import { renderNotice } from "../core/notice/render.ts";
import { describeFailure } from "../core/rollout/cluster-failure.ts";
import { rolloutKey } from "../core/rollout/rollout-key.ts";
import type { NoticeAbout } from "../core/rollout/state.ts";
import { printTarget, targetKey, type Target } from "../core/rollout/target.ts";
import type { UpgradeHook } from "../core/hook/hook.ts";
import { fail, ok } from "../core/result.ts";
import type { NotifyParts, Telling, Told } from "./notify.ts";
import type { Channel, Diagnosis, Log, Mailer, Observation, Workloads } from "./ports.ts";

/** The channel that mails go by. */
const MAIL = "mail";

/** What telling reaches; without a mailer no mail is sent. */
export interface TellParts {
  readonly mailer: Mailer | null;
  readonly sender: string;
  readonly defaultTo: readonly string[];
  readonly language: Language;
  /** The channels besides mail, by their names. */
  readonly channel: (name: string) => Channel | null;
  /** Whose addresses the annotation of a workload may name. */
  readonly ownerDomains: readonly string[];
  /** Null where no Rancher is known. */
  readonly rancher: RancherSite | null;
  /** The address that the service is reached by from outside; empty where it is not known. */
  readonly publicUrl: string;
  readonly diagnosis: Pick<Diagnosis, "crashLog">;
  readonly workloads: Workloads;
  readonly log: Log;
}

/** Makes what gives the channels by which the owners of a hook and of a workload are told; none where nobody is. */
export function createChannelsOf(
  parts: Pick<TellParts, "mailer" | "defaultTo" | "ownerDomains" | "log">,
): (hook: UpgradeHook, owners: string) => readonly string[] {
  const silent = new Set<string>();
  return ({ id, upgrade }, owners) => {
    const others = [...new Set(upgrade.channels)];
    if (recipientsOf(upgrade, owners, parts).length > 0) return [MAIL, ...others];
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
    const { observation, pods, podsNote } = await lookAt(telling, parts, signal);
    const notice = { ...noticeOf(telling, parts), pods, podsNote };
    if (telling.channel === MAIL) return mail(telling, { notice, owners: observation?.workload.owners ?? "" }, parts);
    const channel = parts.channel(telling.channel);
    if (channel === null) return fail(noChannel(telling.channel));
    const sent = await channel.send(notice, telling.id, signal);
    return sent.kind === "ok" ? ok({ response: sent.value, rejected: [] }) : sent;
  };
}

// The operator may be about to add it.
const noChannel = (name: string) => ({
  kind: "temporary" as const,
  code: "ECHANNEL",
  message: `there is no channel "${name}"`,
  hint: "correct the hook's notify.channels, or the channels file",
  retryAfterSeconds: null,
});

interface Letter {
  readonly notice: Notice;
  /** The workload's annotation. */
  readonly owners: string;
}

async function mail({ id, hook, target, about }: Telling, { notice, owners }: Letter, parts: TellParts): Promise<Told> {
  const to = recipientsOf(hook.upgrade, owners, parts);
  if (parts.mailer === null || to.length === 0) return fail(NOBODY);
  const language = hook.upgrade.language ?? parts.language;
  // It may hold secrets, and goes to the workload's owners alone.
  const crash = FAILURES.includes(about.result.kind) ? parts.diagnosis.crashLog(target) : null;
  const sent = await parts.mailer.send({
    to,
    ...renderNotice({ ...notice, log: crash === null ? "" : printCrash(crash) }, language),
    messageId: messageId(id, parts.sender),
    threadId: threadId(targetKey(target), parts.sender),
  });
  if (sent.kind === "ok") return sent;
  const { kind, code, message, hint } = sent.error;
  return fail({ kind: kind === "permanent" ? "permanent" : "temporary", code, message, hint, retryAfterSeconds: null });
}

const FAILURES: readonly NoticeResult["kind"][] = ["failed", "deadline", "rolled-back"];

const printCrash = ({ pod, container, lines }: CrashLog): string => [`${pod} ${container}:`, ...lines].join("\n");

const NOBODY = {
  kind: "permanent",
  code: "ENORECIPIENT",
  message: "nobody is to be told any more",
  hint: "",
  retryAfterSeconds: null,
} as const;

function recipientsOf(
  { mailTo }: UpgradeHook["upgrade"],
  owners: string,
  { mailer, defaultTo, ownerDomains }: Pick<TellParts, "mailer" | "defaultTo" | "ownerDomains">,
): readonly string[] {
  if (mailer === null) return [];
  const configured = mailTo.length > 0 ? mailTo : defaultTo;
  const all = [...configured, ...ownersOf(owners, ownerDomains)];
  return [...new Map(all.map((address) => [address.toLowerCase(), address])).values()].slice(0, MAX_RECIPIENTS);
}

const PODS_TIMEOUT_MS = 5_000;

/** What the workload looks like when people are told of it. */
interface LastLook {
  readonly observation: Observation | null;
  readonly pods: readonly PodRow[];
  /** Why there are no pods. */
  readonly podsNote: string;
}

async function lookAt({ target, about }: Telling, { workloads }: TellParts, signal: AbortSignal): Promise<LastLook> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(PODS_TIMEOUT_MS)]);
  const observation = await firstLook(target, workloads, limit);
  const nothing = { observation, pods: [], podsNote: "" };
  if (about.result.kind === "refused" || observation === null || observation.podSelector === "") return nothing;
  const pods = await workloads.pods(target, observation.podSelector, limit);
  return pods.kind === "ok" ? { ...nothing, pods: pods.value } : { ...nothing, podsNote: describeFailure(pods.error) };
}

async function firstLook(target: Target, workloads: Workloads, signal: AbortSignal): Promise<Observation | null> {
  const watching = new AbortController();
  const stop = (): void => {
    watching.abort();
  };
  signal.addEventListener("abort", stop);
  try {
    for await (const sighting of workloads.watch(target, watching.signal)) {
      if (sighting.kind === "failure") continue;
      return sighting.kind === "seen" ? sighting.observation : null;
    }
    return null;
  } finally {
    stop();
    signal.removeEventListener("abort", stop);
  }
}

function noticeOf(
  { hook, target, about }: Telling,
  { rancher, publicUrl }: TellParts,
): Omit<Notice, "pods" | "podsNote"> {
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
    link: rancher === null ? "" : rancherLink(rancher, target),
    statusLink: publicUrl === "" ? "" : rolloutAddress(publicUrl, rolloutKey(target, about)),
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
