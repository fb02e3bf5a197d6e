import { createHash } from "node:crypto";
import { z } from "zod";
import { fail, ok, type Result } from "../result.ts";
import { KINDS, targetKey, type Target, type WorkloadKind } from "./target.ts";

const PHASES = [
  "held",
  "accepted",
  "progressing",
  "complete",
  "failed",
  "rolled-back",
  "superseded",
  "undone",
] as const;
const KIND_NAMES = Object.keys(KINDS) as WorkloadKind[];
const RESULTS = ["complete", "failed", "deadline", "rolled-back", "superseded", "refused"] as const;

// Times are compared as texts, so all are written alike: as in 2026-11-22T08:00:00.000Z.
const time = z.iso.datetime({ precision: 3 });
// Fields with a default are unknown to version 0.1.
const pushRecord = z.looseObject({
  key: z.string(),
  hook: z.string(),
  before: z.string(),
  after: z.string(),
  digest: z.string().nullable(),
  pushedAt: z.string().nullable(),
  /** The registry's own id of the event. */
  delivery: z.string().nullable().default(null),
  acceptedAt: time,
  phase: z.enum(PHASES),
  reason: z.string(),
  /** The id of the request that brought it. */
  request: z.string().default(""),
  /** The workload's generation that the change was planned on. */
  generation: z.int().default(0),
  endedAt: time.nullable().default(null),
  /** Why the image before is being set again; null where it is not. */
  rollback: z.string().nullable().default(null),
  /** When the same image was pushed again, the latest time; it was running then, and nothing was changed. */
  renewedAt: z.string().optional(),
});
const heldEvent = z.looseObject({
  repository: z.string(),
  tag: z.string(),
  digest: z.string().nullable(),
  pushedAt: z.string().nullable(),
  delivery: z.string().nullable(),
  isHostImplied: z.boolean(),
});
const pendingPush = z.looseObject({
  hook: z.string(),
  request: z.string(),
  /** When it arrived. */
  acceptedAt: time,
  network: z.enum(["keep", "public", "vpc", "internal"]),
  events: z.array(heldEvent).min(1),
  until: z.string().nullable(),
  reason: z.string(),
  /** What it would set, for people. */
  image: z.string(),
});
const noticeAbout = z.looseObject({
  hook: z.string(),
  changes: z
    .array(z.looseObject({ container: z.string(), before: z.string(), after: z.string(), redeploys: z.boolean() }))
    .min(1),
  result: z.looseObject({ kind: z.enum(RESULTS), reason: z.string() }),
  acceptedAt: time,
  finishedAt: time,
  request: z.string(),
});
const noticeRecord = z.looseObject({
  id: z.string(),
  /** "mail", or the name of a channel. */
  channel: z.string(),
  state: z.enum(["waiting", "sent", "failed"]),
  attempts: z.int().nonnegative(),
  /** Not to be sent before. */
  nextAt: time,
  /** Who is sending it, and until when nobody else may; empty for nobody. */
  claimedBy: z.string(),
  claimedUntil: time.or(z.literal("")),
  /** What there is to tell; null once that is over. */
  about: noticeAbout.nullable(),
});
const containerState = z.looseObject({
  pushes: z.array(pushRecord),
  pending: pendingPush.nullable().default(null),
});
const stateRecord = z.looseObject({
  v: z.literal(1, "only version 1 is understood"),
  target: z.looseObject({ kind: z.enum(KIND_NAMES), namespace: z.string(), name: z.string() }),
  containers: z.record(z.string(), containerState),
  notices: z.array(noticeRecord),
});

/** How far a push has come. */
export type Phase = (typeof PHASES)[number];
/** One accepted push of one container. Times are RFC 3339 in UTC; images are as they stand in the workload. */
export type PushRecord = Readonly<z.infer<typeof pushRecord>>;
/** A push that waits until its hook lets it be carried out. */
export type PendingPush = Readonly<z.infer<typeof pendingPush>>;
/** Something that people are to be told, by one channel. */
export type NoticeRecord = Readonly<z.infer<typeof noticeRecord>>;
/** What they are told. */
export type NoticeAbout = Readonly<z.infer<typeof noticeAbout>>;
/** What is known of one workload: the content of its state object, schema version 1. */
export type RolloutState = Readonly<z.infer<typeof stateRecord>>;

/** How many pushes of a container are remembered after their end, and how many whose rollout is still followed. */
const MAX_PUSHES = 10;
const MAX_OPEN = 30;

/** The name of the ConfigMap that holds a workload's state. */
export const stateObjectName = (target: Target): string =>
  `imagehook-${createHash("sha256").update(targetKey(target)).digest("hex").slice(0, 16)}`;

/** The state of a workload that nothing is known of. */
export const emptyState = ({ kind, namespace, name }: Target): RolloutState => ({
  v: 1,
  target: { kind, namespace, name },
  containers: {},
  notices: [],
});

/** Reads a state object's `state.json`; what newer versions added is kept. */
export function parseState(text: string): Result<RolloutState, string> {
  const json = parseJson(text);
  if (json === undefined) return fail("it is not JSON");
  const parsed = stateRecord.safeParse(json);
  if (parsed.success) return ok(parsed.data);
  return fail(parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; "));
}

/** Prints a state as the text of `state.json`. */
export const printState = (state: RolloutState): string => JSON.stringify(state);

/** The workload that a state is of. */
export const targetOf = ({ target: { kind, namespace, name } }: RolloutState): Target => ({ kind, namespace, name });

/** The remembered pushes of a container, oldest first. */
export const pushesOf = (state: RolloutState, container: string): readonly PushRecord[] =>
  containerOf(state, container)?.pushes ?? [];

/** The push that waits for its time, of the containers that a hook names; null where none does. */
export const pendingOf = (state: RolloutState, container: string): PendingPush | null =>
  containerOf(state, container)?.pending ?? null;

/**
 * Adds a push, or puts it in the place of its older record. The oldest are forgotten, those first whose end has been told.
 */
export function withPush(state: RolloutState, container: string, push: PushRecord): RolloutState {
  const all = [...pushesOf(state, container).filter((other) => !isSamePush(other, push)), push];
  const open = all.filter(isOpen).slice(-MAX_OPEN);
  const room = Math.max(0, MAX_PUSHES - open.length);
  const ended = room === 0 ? [] : all.filter((other) => !isOpen(other)).slice(-room);
  return withPushes(
    state,
    container,
    all.filter((other) => open.includes(other) || ended.includes(other)),
  );
}

/** Puts another push in the place of the one that waits; null for none. */
export function withPending(state: RolloutState, container: string, pending: PendingPush | null): RolloutState {
  const known = containerOf(state, container);
  if ((known?.pending ?? null) === pending) return state;
  return withContainer(state, container, { pushes: known?.pushes ?? [], ...known, pending });
}

/** Changes the record of a push; a push that is no longer remembered changes nothing. */
export function withRecord(
  state: RolloutState,
  container: string,
  push: PushRecord,
  change: Partial<PushRecord>,
): RolloutState {
  const pushes = pushesOf(state, container);
  if (!pushes.some((other) => isSamePush(other, push))) return state;
  return withPushes(
    state,
    container,
    pushes.map((other) => (isSamePush(other, push) ? { ...other, ...change } : other)),
  );
}

/** Takes a push back whose change was refused, so that a later delivery of it is tried again. */
export function withoutPush(state: RolloutState, container: string, push: PushRecord): RolloutState {
  const pushes = pushesOf(state, container);
  const others = pushes.filter((other) => !isSamePush(other, push));
  return others.length === pushes.length ? state : withPushes(state, container, others);
}

/** True for two records of one accepted push. Its copies may reach two replicas in the same millisecond. */
export const isSamePush = (a: PushRecord, b: PushRecord): boolean =>
  a.key === b.key && a.acceptedAt === b.acceptedAt && a.request === b.request;

/** True for a push whose rollout has not come to an end. */
export const isOpen = ({ phase }: PushRecord): boolean => phase === "accepted" || phase === "progressing";

// A container may be called "constructor".
const containerOf = ({ containers }: RolloutState, name: string): RolloutState["containers"][string] | undefined =>
  Object.hasOwn(containers, name) ? containers[name] : undefined;

const withContainer = (
  state: RolloutState,
  name: string,
  container: RolloutState["containers"][string],
): RolloutState => ({ ...state, containers: { ...state.containers, [name]: container } });

function withPushes(state: RolloutState, container: string, pushes: readonly PushRecord[]): RolloutState {
  const known = containerOf(state, container) ?? { pending: null };
  return withContainer(state, container, { ...known, pushes: [...pushes] });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
