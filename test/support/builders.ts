import type { PushEvent } from "../../src/core/event/push-event.ts";
import type { Upgrade, UpgradeHook } from "../../src/core/hook/hook.ts";
import {
  parseDigest,
  parseRepository,
  parseTag,
  type Digest,
  type Repository,
  type Tag,
} from "../../src/core/image/reference.ts";
import { ANY_TAG } from "../../src/core/image/tag-policy.ts";
import type { ChangedContainer, PushOutcome, SkippedContainer } from "../../src/core/delivery/outcome.ts";
import type { Change } from "../../src/core/rollout/change.ts";
import type { Selection } from "../../src/core/rollout/selection.ts";
import { OPEN_GATE } from "../../src/core/rollout/gate.ts";
import type { NoticeRecord, PendingPush, PushRecord } from "../../src/core/rollout/state.ts";
import type { RolloutFacts } from "../../src/core/rollout/status.ts";
import type { Target } from "../../src/core/rollout/target.ts";
import type { Container, Workload } from "../../src/core/rollout/workload.ts";
import type { AcceptedPush } from "../../src/flow/push.ts";

/** A repository from its canonical name; throws where the name is none. */
export function repository(name: string): Repository {
  const parsed = parseRepository(name);
  if (parsed.kind === "error") throw new Error(parsed.error);
  return parsed.value;
}

/** A well-formed digest of one repeated hexadecimal digit. */
export function digest(digit: string): Digest {
  const parsed = parseDigest(`sha256:${digit.repeat(64)}`);
  if (parsed === null) throw new Error(`${digit} is no hexadecimal digit`);
  return parsed;
}

/** A tag; throws where the text is none. */
export function aTag(text: string): Tag {
  const parsed = parseTag(text);
  if (parsed === null) throw new Error(`${text} is no tag`);
  return parsed;
}

/** The push of `registry.example.com/shop/website:<tag>`. */
export function anEvent(tag = "2.0", over: Partial<PushEvent> = {}): PushEvent {
  return {
    repository: repository("registry.example.com/shop/website"),
    tag: aTag(tag),
    digest: digest("b"),
    pushedAt: "2026-11-22T08:00:00.000Z",
    delivery: null,
    isHostImplied: false,
    ...over,
  };
}

export const aTarget: Target = { kind: "deployment", namespace: "shop", name: "website" };

/** All deployments of the shop with two labels. */
export const aSelection = (over: Partial<Selection> = {}): Selection => ({
  kind: "selected",
  namespace: "shop",
  kinds: ["deployment"],
  labels: [
    ["app", "website"],
    ["tier", "web"],
  ],
  ...over,
});

const anUpgrade: Upgrade = {
  target: aTarget,
  container: "web",
  registry: { kind: "fixed", value: "custom" },
  registryHost: "",
  registryTimeZone: "",
  network: { kind: "fixed", value: "keep" },
  repository: { kind: "own" },
  hostAliases: [],
  mailTo: [],
  language: null,
  channels: [],
  deadlineMs: null,
  onFailure: "keep",
  gate: OPEN_GATE,
  style: "typed",
  isInsecure: false,
  callers: [],
  tags: ANY_TAG,
  digest: "ignore",
  check: null,
  signatureKeys: "",
  isDryRun: false,
};

/** A served hook without a rule; its parts are spread over the defaults one by one. */
export function aHook({
  upgrade,
  response,
  ...over
}: Partial<Omit<UpgradeHook, "upgrade" | "response">> & {
  readonly upgrade?: Partial<Upgrade>;
  readonly response?: Partial<UpgradeHook["response"]>;
} = {}): UpgradeHook {
  return {
    kind: "upgrade",
    id: "website",
    file: "hooks.yaml",
    at: { line: 1, column: 3 },
    methods: ["POST", "PUT"],
    rule: null,
    softSignatures: false,
    contentType: "",
    jsonParameters: [],
    response: { message: null, headers: [], successStatus: 200, mismatchStatus: 200, ...response },
    upgrade: { ...anUpgrade, ...upgrade },
    ...over,
  };
}

/** The only container of a workload. */
export const aContainer = (over: Partial<Container> = {}): Container => ({
  name: "web",
  image: "registry.example.com/shop/website:1.0",
  list: "containers",
  index: 0,
  ...over,
});

/** A deployment with one container. */
export const aWorkload = (over: Partial<Workload> = {}): Workload => ({
  target: aTarget,
  uid: "0b7c1f5e-0000-4000-8000-000000000001",
  generation: 7,
  containers: [aContainer()],
  hasAnnotations: true,
  hasTemplateAnnotations: true,
  redeployedAt: null,
  owners: "",
  ...over,
});

/** An accepted push of 2.0 onto a container that ran 1.0. */
export const aPush = (over: Partial<PushRecord> = {}): PushRecord => ({
  key: "0123456789abcdef0123456789abcdef",
  hook: "website",
  before: "registry.example.com/shop/website:1.0",
  after: "registry.example.com/shop/website:2.0",
  digest: digest("b"),
  pushedAt: "2026-11-22T08:00:00.000Z",
  delivery: null,
  acceptedAt: "2026-11-22T08:00:01.000Z",
  phase: "accepted",
  reason: "",
  request: "request-1",
  generation: 7,
  endedAt: null,
  rollback: null,
  ...over,
});

/** A push of 2.0 that waits until the evening. */
export const aPendingPush = (over: Partial<PendingPush> = {}): PendingPush => ({
  hook: "website",
  request: "request-1",
  acceptedAt: "2026-11-22T08:00:01.000Z",
  network: "keep",
  events: [{ ...anEvent("2.0") }],
  until: "2026-11-22T20:00:00.000Z",
  reason: "its window opens then",
  image: "registry.example.com/shop/website:2.0",
  ...over,
});

/** A notice of a complete rollout that one process is sending by mail. */
export const aNotice = (over: Partial<NoticeRecord> = {}): NoticeRecord => ({
  id: "0123456789abcdef0123456789abcdef",
  channel: "mail",
  state: "waiting",
  attempts: 0,
  nextAt: "2026-11-22T08:02:00.000Z",
  claimedBy: "pod-1",
  claimedUntil: "2026-11-22T08:04:00.000Z",
  about: {
    hook: "website",
    changes: [{ container: "web", before: "shop/website:1.0", after: "shop/website:2.0", redeploys: false }],
    result: { kind: "complete", reason: "" },
    acceptedAt: "2026-11-22T08:00:01.000Z",
    finishedAt: "2026-11-22T08:02:00.000Z",
    request: "request-1",
  },
  ...over,
});

/** The change of the only container by an accepted push. */
export const aChange = (over: Partial<Change> = {}): Change => ({
  kind: "change",
  container: aContainer(),
  push: aPush(),
  redeploys: false,
  ...over,
});

/** What became of a push that changed one container. */
export const aChanged = (over: Partial<ChangedContainer> = {}): PushOutcome & { kind: "changed" } => ({
  kind: "changed",
  containers: [{ container: "web", push: aPush(), redeploys: false, ...over }],
});

/** What became of a push that found one container running it. */
export const aSkipped = (
  reason: SkippedContainer["reason"],
  image: string,
  container = "web",
): PushOutcome & { kind: "skipped" } => ({ kind: "skipped", containers: [{ container, reason, image }] });

/** A deployment of three pods whose rollout is complete. */
export const deploymentFacts = (
  over: Partial<Extract<RolloutFacts, { kind: "deployment" }>> = {},
): Extract<RolloutFacts, { kind: "deployment" }> => ({
  kind: "deployment",
  generation: 7,
  observedGeneration: 7,
  desired: 3,
  updated: 3,
  total: 3,
  available: 3,
  paused: false,
  progressing: "NewReplicaSetAvailable",
  replicaFailure: "",
  progressDeadlineSeconds: 600,
  ...over,
});

/** A push of 2.0 that the hook let in, with all the time in the world. */
export const anAcceptedPush = (over: Partial<AcceptedPush> = {}): AcceptedPush => ({
  hook: aHook(),
  events: [anEvent("2.0")],
  network: "keep",
  isDryRun: false,
  requestId: "request-1",
  arrivedAt: new Date("2026-11-22T08:00:05.000Z"),
  remainingMs: () => 0,
  signal: new AbortController().signal,
  ...over,
});
