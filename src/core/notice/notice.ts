/** One row of the table of pods that closes a mail. */
export interface PodRow {
  readonly name: string;
  readonly phase: string;
  /** Ready containers of all containers: "1/2". */
  readonly ready: string;
  readonly restarts: number;
  readonly image: string;
  /** Running, CrashLoopBackOff and so on: what `kubectl get pods` calls STATUS. */
  readonly state: string;
  readonly message: string;
  readonly node: string;
}

/** How a change ended. */
export type NoticeResult =
  | { readonly kind: "complete" }
  | { readonly kind: "failed"; readonly reason: string }
  /** Still going at the end of its deadline. */
  | { readonly kind: "deadline"; readonly reason: string }
  /** It failed, and the image before was set again. Where that failed too it is `failed`, and the reason says both. */
  | { readonly kind: "rolled-back"; readonly reason: string }
  | { readonly kind: "superseded"; readonly reason: string }
  /** The API server refused the change. */
  | { readonly kind: "refused"; readonly reason: string };

/** What they are told about one container. */
interface ContainerNotice {
  readonly container: string;
  /** Images. */
  readonly before: string;
  readonly after: string;
  readonly change: "image" | "redeploy";
}

/** What the owners of a workload are told about one change of it. */
export interface Notice {
  readonly hook: string;
  readonly namespace: string;
  /** With its kind: deployment/website. */
  readonly workload: string;
  /** One for each container that it was for. */
  readonly changes: readonly [ContainerNotice, ...ContainerNotice[]];
  readonly result: NoticeResult;
  /** RFC 3339 UTC, as finishedAt. */
  readonly acceptedAt: string;
  readonly finishedAt: string;
  readonly requestId: string;
  readonly pods: readonly PodRow[];
  /** Empty, or why the table of pods is missing. */
  readonly podsNote: string;
  /** The last lines that a container wrote before it crashed; empty for none. */
  readonly log: string;
  /** The workload's page in Rancher; empty where it is not known. */
  readonly link: string;
  /** Where the state of this rollout can be asked for; empty where it is not known. */
  readonly statusLink: string;
}

/** A language that mails are written in. */
export type Language = "en" | "zh";

/** The languages that MAIL_LANGUAGE and a hook's notify.language may name. */
export const LANGUAGES: readonly Language[] = ["en", "zh"];
