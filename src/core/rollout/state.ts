import { createHash } from "node:crypto";
import { z } from "zod";
import { fail, ok, type Result } from "../result.ts";
import { targetKey, type Target } from "./target.ts";

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

const pushRecord = z.looseObject({
  key: z.string(),
  hook: z.string(),
  before: z.string(),
  after: z.string(),
  digest: z.string().nullable(),
  pushedAt: z.string().nullable(),
  /** The registry's own id of the event; records of version 0.1 have none. */
  delivery: z.string().nullable().default(null),
  acceptedAt: z.string(),
  phase: z.enum(PHASES),
  reason: z.string(),
});
const containerState = z.looseObject({ pushes: z.array(pushRecord), pending: z.unknown() });
const stateRecord = z.looseObject({
  v: z.literal(1, "only version 1 is understood"),
  target: z.looseObject({ kind: z.string(), namespace: z.string(), name: z.string() }),
  containers: z.record(z.string(), containerState),
  notices: z.array(z.unknown()),
});

/** How far a push has come. */
export type Phase = (typeof PHASES)[number];
/** One accepted push of one container. Times are RFC 3339 in UTC; images are as they stand in the workload. */
export type PushRecord = Readonly<z.infer<typeof pushRecord>>;
/** What is known of one workload: the content of its state object, schema version 1. */
export type RolloutState = Readonly<z.infer<typeof stateRecord>>;

/** How many pushes of a container are remembered. */
const MAX_PUSHES = 10;

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

/** The remembered pushes of a container, oldest first. */
export const pushesOf = (state: RolloutState, container: string): readonly PushRecord[] =>
  containerOf(state, container)?.pushes ?? [];

/** Adds a push. Pushes of the container that had not ended are superseded by it; the oldest are forgotten. */
export function withPush(state: RolloutState, container: string, push: PushRecord): RolloutState {
  const older = pushesOf(state, container)
    .filter((other) => !isSamePush(other, push))
    .map((other) => (isOpen(other) ? { ...other, phase: "superseded" as const } : other));
  return withPushes(state, container, [...older, push].slice(-MAX_PUSHES));
}

/** Records how far a push has come; a push that is no longer remembered changes nothing. */
export const withPhase = (
  state: RolloutState,
  container: string,
  push: PushRecord,
  { phase, reason }: { phase: Phase; reason: string },
): RolloutState =>
  withPushes(
    state,
    container,
    pushesOf(state, container).map((other) => (isSamePush(other, push) ? { ...other, phase, reason } : other)),
  );

/** Takes a push back whose change was refused, so that a later delivery of it is tried again. */
export function withoutPush(state: RolloutState, container: string, push: PushRecord): RolloutState {
  const pushes = pushesOf(state, container);
  const others = pushes.filter((other) => !isSamePush(other, push));
  return others.length === pushes.length ? state : withPushes(state, container, others);
}

/** True for two records of one accepted push. */
export const isSamePush = (a: PushRecord, b: PushRecord): boolean => a.key === b.key && a.acceptedAt === b.acceptedAt;

const isOpen = ({ phase }: PushRecord): boolean => phase === "accepted" || phase === "progressing";

// A container may be called "constructor".
const containerOf = ({ containers }: RolloutState, name: string): RolloutState["containers"][string] | undefined =>
  Object.hasOwn(containers, name) ? containers[name] : undefined;

function withPushes(state: RolloutState, container: string, pushes: readonly PushRecord[]): RolloutState {
  const known = containerOf(state, container) ?? { pushes: [], pending: null };
  return { ...state, containers: { ...state.containers, [container]: { ...known, pushes: [...pushes] } } };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
