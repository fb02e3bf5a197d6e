import { messageId } from "../core/notice/message-id.ts";
import type { Language, Notice, NoticeResult, PodRow } from "../core/notice/notice.ts";
import type { MailReceipt } from "../core/notice/mail.ts";
import { renderNotice } from "../core/notice/render.ts";
import type { Change } from "../core/rollout/change.ts";
import { describeFailure } from "../core/rollout/cluster-failure.ts";
import { printTarget, targetKey, type Target } from "../core/rollout/target.ts";
import type { EndedChange } from "./follow.ts";
import type { Clock, Log, LogFacts, Mailer, Observation, Workloads } from "./ports.ts";
import type { AcceptedPush } from "./push.ts";
import type { AppliedChange, RefusedChange } from "./upgrade.ts";

/** Tells a workload's owners how a change ended. A mail that fails is logged and changes nothing else. */
export interface Notifier {
  readonly ended: (end: EndedChange) => Promise<void>;
  /** Tells of a change that the API server refused, at most hourly for one hook, workload and reason. */
  readonly refused: (change: RefusedChange) => Promise<void>;
}

/** What notifying reaches; without a mailer nothing is sent. */
export interface NotifyParts {
  readonly mailer: Mailer | null;
  readonly sender: string;
  readonly defaultTo: readonly string[];
  readonly language: Language;
  readonly workloads: Workloads;
  readonly clock: Clock;
  readonly log: Log;
}

const HOUR_MS = 3_600_000;
const PODS_TIMEOUT_MS = 5_000;

/** Makes the notifier. */
export function createNotifier(parts: NotifyParts): Notifier {
  const refusals = new Map<string, number>();
  const isRepeated = (key: string, nowMs: number): boolean => {
    for (const [old, atMs] of refusals) if (nowMs - atMs >= HOUR_MS) refusals.delete(old);
    if (refusals.has(key)) return true;
    refusals.set(key, nowMs);
    return false;
  };
  const silent = new Set<string>();
  const sayNobodyIsTold = ({ hook }: AcceptedPush): void => {
    if (parts.mailer === null || silent.has(hook.id)) return;
    silent.add(hook.id);
    parts.log.info({ hook: hook.id }, "hook has no recipient and MAIL_TO is not set; no mail is sent; said once");
  };
  return {
    ended: async ({ change, result, finishedAt, last }) => {
      if (recipientsOf(change.accepted, parts).length === 0) {
        sayNobodyIsTold(change.accepted);
        return;
      }
      const { changes, workload } = change;
      const { target } = workload;
      const pods = await podsOf(target, last, parts);
      await send(change.accepted, { target, changes, result, finishedAt, ...pods }, parts);
    },
    refused: async ({ accepted, target, changes, failure }) => {
      const finishedAt = parts.clock.now();
      if (isRepeated(`${accepted.hook.id} ${targetKey(target)} ${failure.kind}`, finishedAt.getTime())) return;
      const result: NoticeResult = { kind: "refused", reason: describeFailure(failure) };
      await send(accepted, { target, changes, result, finishedAt, pods: [], podsNote: "" }, parts);
    },
  };
}

interface Told {
  readonly target: Target;
  readonly changes: AppliedChange["changes"];
  readonly result: NoticeResult;
  readonly finishedAt: Date;
  readonly pods: readonly PodRow[];
  readonly podsNote: string;
}

async function send(accepted: AcceptedPush, told: Told, parts: NotifyParts): Promise<void> {
  const to = recipientsOf(accepted, parts);
  if (parts.mailer === null || to.length === 0) return;
  const notice = noticeOf(accepted, told);
  const [{ push }] = told.changes;
  const facts = {
    hook: accepted.hook.id,
    requestId: accepted.requestId,
    result: told.result.kind,
    recipients: to.length,
  };
  const sent = await parts.mailer.send({
    to,
    ...renderNotice(notice, parts.language),
    messageId: messageId(`${accepted.hook.id} ${targetKey(told.target)} ${push.key} ${push.acceptedAt}`, parts.sender),
  });
  if (sent.kind === "ok") reportSent(sent.value, facts, parts.log);
  else
    parts.log.error(
      { ...facts, failure: sent.error.kind, code: sent.error.code, reason: sent.error.message, hint: sent.error.hint },
      "mail could not be sent",
    );
}

function reportSent({ response, rejected }: MailReceipt, facts: LogFacts, log: Log): void {
  log.info({ ...facts, response }, "mail was sent");
  if (rejected.length > 0) log.error({ ...facts, rejected }, "mail was refused for some recipients");
}

const recipientsOf = ({ hook }: AcceptedPush, { mailer, defaultTo }: NotifyParts): readonly string[] => {
  if (mailer === null) return [];
  return hook.upgrade.mailTo.length > 0 ? hook.upgrade.mailTo : defaultTo;
};

async function podsOf(
  target: Target,
  last: Observation | null,
  { workloads }: NotifyParts,
): Promise<{ readonly pods: readonly PodRow[]; readonly podsNote: string }> {
  if (last === null || last.podSelector === "") return { pods: [], podsNote: "" };
  const pods = await workloads.pods(target, last.podSelector, AbortSignal.timeout(PODS_TIMEOUT_MS));
  return pods.kind === "ok" ? { pods: pods.value, podsNote: "" } : { pods: [], podsNote: describeFailure(pods.error) };
}

function noticeOf({ hook, requestId }: AcceptedPush, told: Told): Notice {
  const { target, changes, result, finishedAt, pods, podsNote } = told;
  const [first, ...others] = changes;
  return {
    hook: hook.id,
    namespace: target.namespace,
    workload: printTarget(target),
    changes: [containerNotice(first), ...others.map(containerNotice)],
    result,
    acceptedAt: first.push.acceptedAt,
    finishedAt: finishedAt.toISOString(),
    requestId,
    pods,
    podsNote,
  };
}

const containerNotice = ({ container, push: { before, after } }: Change): Notice["changes"][number] => ({
  container: container.name,
  before,
  after,
  change: before === after ? "redeploy" : "image",
});
