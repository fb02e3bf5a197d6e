import type { DurationUnits } from "./duration.ts";
import type { NoticeResult } from "./notice.ts";

/** Everything that a mail says in one language. */
export interface Words {
  readonly subject: (target: {
    readonly namespace: string;
    readonly workload: string;
    readonly container: string;
  }) => string;
  readonly outcome: Readonly<Record<NoticeResult["kind"], string>>;
  readonly headline: Readonly<Record<NoticeResult["kind"], string>>;
  /** Follows a label, and the subject before the outcome. */
  readonly colon: string;
  readonly hook: string;
  readonly namespace: string;
  readonly workload: string;
  readonly container: string;
  readonly before: string;
  readonly after: string;
  readonly note: string;
  readonly redeployed: string;
  readonly result: string;
  readonly reason: string;
  readonly accepted: string;
  readonly finished: string;
  readonly duration: string;
  readonly requestId: string;
  readonly pods: string;
  readonly noPods: string;
  readonly morePods: (count: number) => string;
  readonly pod: string;
  readonly state: string;
  readonly ready: string;
  readonly restarts: string;
  readonly image: string;
  readonly node: string;
  readonly message: string;
  readonly log: string;
  readonly page: string;
  readonly status: string;
  readonly units: DurationUnits;
  readonly footer: string;
}

/** The English mail. */
export const english: Words = {
  subject: ({ namespace, workload, container }) => `imagehook: ${namespace}/${workload} ${container} update result`,
  outcome: {
    complete: "complete",
    failed: "failed",
    deadline: "not finished in time",
    "rolled-back": "failed, rolled back",
    superseded: "superseded",
    refused: "refused",
  },
  headline: {
    complete: "The rollout is complete.",
    failed: "The rollout failed.",
    deadline: "The rollout was still going when its deadline passed.",
    "rolled-back": "The rollout failed, and the image before was set again.",
    superseded: "A newer change took the place of this one before its rollout ended.",
    refused: "The API server refused the change; the workload was not changed.",
  },
  colon: ": ",
  hook: "Hook",
  namespace: "Namespace",
  workload: "Workload",
  container: "Container",
  before: "Image before",
  after: "Image after",
  note: "Note",
  redeployed: "The image is the same as before: the workload was redeployed to pull it again.",
  result: "Result",
  reason: "Reason",
  accepted: "Accepted",
  finished: "Finished",
  duration: "Duration",
  requestId: "Request id",
  pods: "Pods",
  noPods: "No pods.",
  morePods: (count) => `and ${String(count)} more`,
  pod: "Pod",
  state: "State",
  ready: "Ready",
  restarts: "Restarts",
  image: "Image",
  node: "Node",
  message: "Message",
  log: "Last log lines",
  page: "Workload in Rancher",
  status: "Status of this rollout",
  units: { hour: "h", minute: "m", second: "s", between: " ", unknown: "unknown" },
  footer: "Sent by imagehook. Please do not answer this mail.",
};
