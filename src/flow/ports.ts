import type { CrashLog } from "../core/diagnosis/crash-log.ts";
import type { OutcomeWord } from "../core/delivery/outcome-word.ts";
import type { SyntaxProblem } from "../core/hook/field.ts";
import type { Issue } from "../core/hook/fields.ts";
import type { FileReading } from "../core/hook/read-hooks.ts";
import type { Digest, Repository, Tag } from "../core/image/reference.ts";
import type { Mail, MailFailure, MailReceipt } from "../core/notice/mail.ts";
import type { Notice, PodRow } from "../core/notice/notice.ts";
import type { Manifest, Platform } from "../core/remote/manifest.ts";
import type { Login } from "../core/remote/pull-secret.ts";
import type { Result } from "../core/result.ts";
import type { ClusterFailure } from "../core/rollout/cluster-failure.ts";
import type { PatchOperation } from "../core/rollout/patch.ts";
import type { NoticeAbout, RolloutState } from "../core/rollout/state.ts";
import type { RolloutFacts } from "../core/rollout/status.ts";
import type { Selection, UpgradeTarget } from "../core/rollout/selection.ts";
import type { Target } from "../core/rollout/target.ts";
import type { Workload } from "../core/rollout/workload.ts";

/** Facts of a log line. Values of secrets are never among them. */
export type LogFacts = Readonly<Record<string, unknown>>;

/** Where the flows report to. Messages are constants; what varies stands in the facts. */
export interface Log {
  readonly debug: (facts: LogFacts, message: string) => void;
  readonly info: (facts: LogFacts, message: string) => void;
  readonly warn: (facts: LogFacts, message: string) => void;
  readonly error: (facts: LogFacts, message: string) => void;
}

/** The time of day. */
export interface Clock {
  readonly now: () => Date;
}

/** A workload as the cluster shows it at one moment. */
export interface Observation {
  readonly workload: Workload;
  readonly rollout: RolloutFacts;
  /** The label selector of its pods, as the API's query parameter; empty for a cron job. */
  readonly podSelector: string;
}

/** What a followed workload shows next. A failure does not end the watch: it goes on when it can. */
export type Sighting =
  | { readonly kind: "seen"; readonly observation: Observation }
  | { readonly kind: "deleted" }
  | { readonly kind: "failure"; readonly failure: ClusterFailure };

/** The workloads of the cluster. Each call ends by its signal. */
export interface Workloads {
  /** The workload as last seen here, or as the API server's cache has it; may be old. */
  readonly recall: (target: Target, signal: AbortSignal) => Promise<Result<Workload, ClusterFailure>>;
  readonly read: (target: Target, signal: AbortSignal) => Promise<Result<Workload, ClusterFailure>>;
  /** The workloads that a selection means, as they are now; at most one more of a kind than it may mean. */
  readonly list: (selection: Selection, signal: AbortSignal) => Promise<Result<readonly Workload[], ClusterFailure>>;
  readonly patch: (
    target: Target,
    operations: readonly PatchOperation[],
    signal: AbortSignal,
  ) => Promise<Result<Workload, ClusterFailure>>;
  /** Shows the workload now and after each change, until the signal. */
  readonly watch: (target: Target, signal: AbortSignal) => AsyncIterable<Sighting>;
  readonly pods: (
    target: Target,
    selector: string,
    signal: AbortSignal,
  ) => Promise<Result<readonly PodRow[], ClusterFailure>>;
}

/** What the account may do. */
export interface Rights {
  /** The rights on workloads and on their state objects that are missing, or why that cannot be told. */
  readonly missing: (target: UpgradeTarget, signal: AbortSignal) => Promise<readonly ClusterFailure[]>;
}

/** A workload's state as it is stored; an empty version is one that was never stored. */
export interface StoredState {
  readonly state: RolloutState;
  readonly version: string;
}

/** What the state objects show next. A failure does not end the watch: it goes on when it can. */
export type StateSighting =
  | {
      readonly kind: "stored";
      readonly target: Target;
      readonly stored: StoredState;
      readonly object: StateObject;
    }
  /** The object was deleted; null where its content could not be read before. */
  | { readonly kind: "gone"; readonly target: Target | null; readonly object: string }
  /** An object that bears the label and cannot be read: nobody acts on it. */
  | { readonly kind: "unreadable"; readonly object: StateObject; readonly reason: string }
  /** All that is there has been shown. */
  | { readonly kind: "complete" }
  | { readonly kind: "failure"; readonly failure: ClusterFailure };

/** A state object, as an Event names it. */
export interface StateObject {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/** The state objects. A save that lost a race fails as `conflict`. */
export interface States {
  /** Shows all state objects, then each change of one, until the signal. After a break all are shown again. */
  readonly watch: (signal: AbortSignal) => AsyncIterable<StateSighting>;
  readonly recall: (target: Target, signal: AbortSignal) => Promise<Result<StoredState, ClusterFailure>>;
  readonly load: (target: Target, signal: AbortSignal) => Promise<Result<StoredState, ClusterFailure>>;
  readonly save: (
    target: Target,
    next: StoredState,
    signal: AbortSignal,
  ) => Promise<Result<StoredState, ClusterFailure>>;
}

/** The state objects of a part of the workloads. */
export interface StatePage {
  readonly states: readonly RolloutState[];
  /** How many more bear the label and cannot be read. */
  readonly unreadable: number;
}

/** The state objects as people look at them and mend them: fresh, and by the names of the objects. */
export interface StateArchive {
  /** All of them, page by page; the first failure ends it. */
  readonly pages: (signal: AbortSignal) => AsyncIterable<Result<StatePage, ClusterFailure>>;
  /** One of them; null where there is none. */
  readonly find: (object: string, signal: AbortSignal) => Promise<Result<RolloutState | null, ClusterFailure>>;
  /**
   * Stores what a change makes of one of them; where it makes the same, or there is none, nothing is stored. Its owner
   * and its labels stay. A lost race fails as `conflict`.
   */
  readonly change: (
    object: string,
    change: (state: RolloutState) => RolloutState,
    signal: AbortSignal,
  ) => Promise<Result<void, ClusterFailure>>;
}

/** Why an Event is recorded; the names are part of the product. */
type EventReason =
  | "ImageAccepted"
  | "ImageHeld"
  | "ImageUpdated"
  | "ImageRefused"
  | "RolloutComplete"
  | "RolloutFailed"
  | "RolledBack"
  | "RollbackFailed"
  | "Notified"
  | "NotifyFailed"
  | "StateUnreadable";

/** What an Event says. */
export interface EventNote {
  readonly type: "Normal" | "Warning";
  readonly reason: EventReason;
  readonly message: string;
}

/** Records Events on workloads: best effort, never awaited. */
export interface EventRecorder {
  readonly record: (workload: Pick<Workload, "target" | "uid">, note: EventNote) => void;
  readonly recordOnState: (object: StateObject, note: EventNote) => void;
}

/** Lets one process of several lead. */
export interface Election {
  /**
   * Does the work each time that this process leads, until the signal. The work's own signal ends when the lead is lost;
   * the lead is given up only after the work has ended.
   */
  readonly lead: (work: (signal: AbortSignal) => Promise<void>, signal: AbortSignal) => Promise<void>;
  /** Who this process is among those that may lead. */
  readonly identity: string;
}

/** Why a rollout does not come to its end, in words for people. */
export interface Diagnosis {
  /** Empty where nothing more can be told than the rollout's own status says. */
  readonly explain: (observation: Observation, signal: AbortSignal) => Promise<string>;
  /**
   * What the container printed that the last explanation of this workload was about; null where that is not switched on
   * or was not about a crash. It may hold secrets: for the mail alone, never for the log, an Event or the state.
   */
  readonly crashLog: (target: Target) => CrashLog | null;
}

/** Why a channel did not take a notice. Another try may help, or never will. */
export interface ChannelFailure {
  readonly kind: "temporary" | "permanent";
  /** A status or the code of an error. */
  readonly code: string;
  readonly message: string;
  /** What the operator can do; empty where there is nothing to say. */
  readonly hint: string;
  /** How long the receiver asks to be left alone; null where it does not say. */
  readonly retryAfterSeconds: number | null;
}

/** Tells people by another way than mail. */
export interface Channel {
  /** The id is the same whenever the same notice is sent again. What the receiver answered comes back. */
  readonly send: (notice: Notice, id: string, signal: AbortSignal) => Promise<Result<string, ChannelFailure>>;
}

/** The channels that the operator set up. */
export interface Channels {
  /** The channel of a name; null where there is none. */
  readonly channel: (name: string) => Channel | null;
  readonly names: () => readonly string[];
}

/** One request to a host outside of the cluster. */
export interface RemoteRequest {
  readonly url: string;
  /** The hosts that may be asked, each `host`, `host:port` or `*.suffix`: nothing that a payload says is one of them. */
  readonly allow: readonly string[];
  readonly method?: "GET" | "HEAD";
  readonly headers?: Readonly<Record<string, string>>;
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

/** What a host answered, whatever its status; header names are lower case, and an absent one is empty. */
export interface RemoteAnswer {
  readonly status: number;
  readonly header: (name: string) => string;
  readonly body: Buffer;
}

/** Why a host gave no answer. */
export interface RemoteFailure {
  readonly kind: "not-allowed" | "unreachable" | "too-large";
  readonly message: string;
}

/** Asks hosts outside of the cluster. */
export interface Remote {
  readonly get: (request: RemoteRequest) => Promise<Result<RemoteAnswer, RemoteFailure>>;
}

/** What is sent to a host that the operator's configuration names. */
export interface RemoteDelivery {
  readonly url: string;
  /** The host of the configured address, as a URL prints it: the only one that it is sent to. */
  readonly host: string;
  /** True where the operator allowed that it is not encrypted. */
  readonly allowsHttp: boolean;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** How much of the answer's body is read; the rest is left. */
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

/** Sends to hosts outside of the cluster. */
export interface RemoteReceivers {
  /** Sends once, by POST: another try is the caller's decision, since the receiver may have taken it. */
  readonly post: (delivery: RemoteDelivery) => Promise<Result<RemoteAnswer, RemoteFailure>>;
}

/** An image that a registry is asked for. */
export interface ImageQuery {
  readonly repository: Repository;
  readonly reference: Tag | Digest;
  /** The digest that is expected: the image's own is computed by its algorithm. Null for sha256. */
  readonly expected: Digest | null;
  /** Null: nobody in particular asks. */
  readonly login: Login | null;
  readonly signal: AbortSignal;
}

/** A manifest as a registry has it, its digest computed from its bytes. */
export interface RegistryImage extends Manifest {
  readonly digest: Digest;
}

/** Why a registry does not show an image. */
export interface RegistryFailure {
  readonly kind: "absent" | "denied" | "not-allowed" | "unreachable" | "unreadable";
  readonly message: string;
}

/** Asks registries what they have: at the repository's own host alone, and at those that it is known to send to. */
export interface Registries {
  readonly image: (query: ImageQuery) => Promise<Result<RegistryImage, RegistryFailure>>;
  /** The sigstore bundles that are attached to an image. */
  readonly bundles: (
    image: Pick<RegistryImage, "digest">,
    query: ImageQuery,
  ) => Promise<Result<readonly Buffer[], RegistryFailure>>;
  /** The platforms of an image; for a single one its configuration is asked for. */
  readonly platforms: (
    image: RegistryImage,
    query: ImageQuery,
  ) => Promise<Result<readonly Platform[], RegistryFailure>>;
}

/** Verifies signatures of images. */
export interface Signatures {
  /** True when one of the bundles signs the image by one of the keys, PEM. */
  readonly isSigned: (image: Digest, bundles: readonly Buffer[], keys: string) => Promise<boolean>;
}

/** Files with public keys. */
export interface KeyFiles {
  /** What a file holds now; the error says why it cannot be read. */
  readonly read: (path: string) => Promise<Result<string, string>>;
}

/** The cluster's nodes. */
export interface Nodes {
  /** The platforms that they can run; may be some minutes old. */
  readonly platforms: (signal: AbortSignal) => Promise<Result<readonly Platform[], ClusterFailure>>;
}

/** The Secrets with logins at registries, of the type kubernetes.io/dockerconfigjson. */
export interface PullSecrets {
  /** The bytes of its `.dockerconfigjson`; empty where it has none. */
  readonly read: (namespace: string, name: string, signal: AbortSignal) => Promise<Result<Buffer, ClusterFailure>>;
}

/**
 * Verifies the signature of a token with an issuer's key set, a JSON text. `unknown-key`: it is signed by a key that the
 * set does not hold; `no-keys`: the text is no set of public keys.
 */
export type VerifyToken = (
  token: string,
  keySet: string,
) => Promise<"signed" | "not-signed" | "unknown-key" | "no-keys">;

/** Sends mail. */
export interface Mailer {
  readonly send: (mail: Mail) => Promise<Result<MailReceipt, MailFailure>>;
}

/** One file of the hooks directory as it was read. */
export interface HooksFile {
  readonly file: string;
  readonly reading: Result<FileReading, SyntaxProblem>;
  /** What its author should know, though it was read; places are of the text before template expansion. */
  readonly warnings: readonly Issue[];
}

/** Counts what happens. A hook that is not served counts under an empty name: its id may be a caller's own text. */
export interface Metrics {
  readonly delivery: (hook: string, outcome: OutcomeWord) => void;
  /** From a push's arrival until its change stands in the cluster. */
  readonly patched: (hook: string, seconds: number) => void;
  /** From a push's arrival until its rollout came to this end. */
  readonly ended: (hook: string, result: NoticeAbout["result"]["kind"], seconds: number) => void;
  /** The channel is "mail" or one that the configuration names. */
  readonly notice: (channel: string, result: "sent" | "retried" | "failed") => void;
  /** Whether this process leads now. */
  readonly leads: (isLeader: boolean) => void;
}

/** Counts what becomes of reviews, by the path of their handler. */
export interface AdmissionMetrics {
  /** A review has come in. What comes back is called once, when it is answered. */
  readonly begin: (path: string) => (answer: ReviewAnswer) => void;
}

/** How a review was answered. */
export interface ReviewAnswer {
  readonly allowed: boolean;
  /** The status code within the review, or of the HTTP answer where that is none. */
  readonly code: number;
  /** The handler threw, or did not answer in time. */
  readonly failure: "panic" | "timeout" | null;
}

/** A certificate chain and its private key, both PEM. */
export interface CertificatePair {
  readonly cert: string;
  readonly key: string;
}

/** Where a server's certificate comes from. */
export interface CertificateSource {
  /** The pair to begin with; waits for one where there is none yet, until the signal. */
  readonly first: (signal: AbortSignal) => Promise<CertificatePair>;
  /** Hands on each later pair; what comes back ends that. */
  readonly watch: (onRenewed: (pair: CertificatePair) => void) => () => Promise<void>;
}
