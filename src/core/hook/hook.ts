import type { HostAlias } from "../image/host-alias.ts";
import type { Network } from "../image/network.ts";
import type { Repository } from "../image/reference.ts";
import type { TagPolicy } from "../image/tag-policy.ts";
import type { Language } from "../notice/notice.ts";
import type { Gate } from "../rollout/gate.ts";
import type { UpgradeTarget } from "../rollout/selection.ts";
import type { Argument } from "./argument.ts";
import type { CallerEntry } from "./callers/caller-entry.ts";
import type { Position } from "./field.ts";
import type { Rule } from "./rule.ts";

/** A setting of an upgrade that stands in the hooks file, or that the request brings. */
export type Setting<T> =
  { readonly kind: "fixed"; readonly value: T } | { readonly kind: "argument"; readonly argument: Argument };

/** Which repository a push may bring: the one that the container runs, one that the hook names, or any. */
export type AllowedRepository =
  { readonly kind: "own" } | { readonly kind: "named"; readonly repository: Repository } | { readonly kind: "any" };

/** What the registry is asked before an image is set. */
export interface ImageCheck {
  /** The tag must be there. */
  readonly tag: boolean;
  /** It must have the digest that the push names, where it names one. */
  readonly digest: boolean;
  /** One of its platforms must be that of a node. */
  readonly platform: boolean;
  /** How long a tag that is not there is waited for. */
  readonly waitMs: number;
  /** The name of the Secret with the login, in the workload's namespace; empty for none. */
  readonly pullSecret: string;
}

/** The built-in action: which container is rolled forward, and what a push may change of it. */
export interface Upgrade {
  readonly target: UpgradeTarget;
  readonly container: string;
  readonly registry: Setting<string>;
  /** The registry's host, for bodies that name none; empty: it is not said. */
  readonly registryHost: string;
  /** The time zone of push times that the registry sends without one; empty: the one that this registry is known for. */
  readonly registryTimeZone: string;
  readonly network: Setting<Network>;
  readonly repository: AllowedRepository;
  /** Hosts, with or without a path, that are one registry under several names. */
  readonly hostAliases: readonly HostAlias[];
  /** Which tags a push may bring. */
  readonly tags: TagPolicy;
  /** `pin`: the image is set as `name:tag@digest`, and a push must bring the digest. */
  readonly digest: "ignore" | "pin";
  /** Null: the registry is not asked. */
  readonly check: ImageCheck | null;
  /** The file of the keys, PEM, by one of which an image must be signed; empty: none must. */
  readonly signatureKeys: string;
  readonly mailTo: readonly string[];
  /** Null: the general one. */
  readonly language: Language | null;
  /** The names of channels besides mail that are told too. */
  readonly channels: readonly string[];
  /** How long a rollout is followed; null: as long as the general deadline says. */
  readonly deadlineMs: number | null;
  /** What becomes of a workload whose rollout failed: it stays, or goes back to the image before. */
  readonly onFailure: "keep" | "rollback";
  /** When pushes may be carried out. */
  readonly gate: Gate;
  /** How the hook says it: the typed `image-upgrade`, or `/webhooks.sh` with its environment. */
  readonly style: "typed" | "script";
  /** The author knows that anyone who reaches the hook can trigger it. */
  readonly isInsecure: boolean;
  /** Any one of them proves who calls; a trigger rule must hold besides. None: the trigger rule alone decides. */
  readonly callers: readonly CallerEntry[];
  /** Nothing is stored or patched: the answers say what would have been. */
  readonly isDryRun: boolean;
}

/** A value of the request that a command gets as a file; its environment variable holds the file's path. */
export interface FileArgument {
  readonly argument: Argument;
  readonly isBase64: boolean;
}

/** How many runs of one command there may be, and how long each. Null: the server's own limit. */
interface CommandLimits {
  readonly timeoutMs: number | null;
  readonly concurrency: number | null;
  /** Deliveries that wait for a run to end; those beyond are turned away. */
  readonly queue: number | null;
}

/** The other action: a program of the operator's. The keys are adnanh/webhook's, the limits our own. */
export interface CommandAction {
  /** Empty: there is none, and the hook only answers. */
  readonly path: string;
  /** Where it runs; empty for the server's own directory. */
  readonly directory: string;
  /** Null: an argument whose source there is not; the command gets an empty text. */
  readonly arguments: readonly (Argument | null)[];
  readonly environment: readonly Argument[];
  readonly files: readonly FileArgument[];
  /** Whether the answer waits for the end and shows the output; on a failure a fixed sentence takes its place, or not. */
  readonly output: "hidden" | "shown" | "shown-of-failures-too";
  readonly limits: CommandLimits;
  /** The place of `execute-command`. */
  readonly at: Position;
}

/** What a hook answers with. */
export interface HookResponse {
  /** The body of a success; null for the output lines. */
  readonly message: string | null;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly successStatus: number;
  readonly mismatchStatus: number;
}

interface HookBase {
  readonly id: string;
  readonly file: string;
  readonly at: Position;
  /** Upper case; none: those that the server is set to, and without a setting all. */
  readonly methods: readonly string[];
  /** Null: every request triggers it. */
  readonly rule: Rule | null;
  /** A wrong signature inside of `or` counts as false, and does not end the evaluation. */
  readonly softSignatures: boolean;
  /** Read the body as this content type, whatever the request says; empty for what it says. */
  readonly contentType: string;
  /** Parameters whose text is JSON: rules and arguments see what it holds. */
  readonly jsonParameters: readonly Argument[];
  readonly response: HookResponse;
}

/** A hook that rolls a workload forward. */
export interface UpgradeHook extends HookBase {
  readonly kind: "upgrade";
  readonly upgrade: Upgrade;
}

/** A hook that runs a command. */
export interface CommandHook extends HookBase {
  readonly kind: "command";
  readonly command: CommandAction;
}

/** One hook as it is served. */
export type Hook = UpgradeHook | CommandHook;
