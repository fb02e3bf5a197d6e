import { readMessage, type MessageReading } from "../core/event/read-message.ts";
import { toPushEvent, type PushEvent, type PushedImage } from "../core/event/push-event.ts";
import type { HookRequest } from "../core/hook/argument.ts";
import { settingIn } from "../core/hook/setting-in.ts";
import { decodeParameters } from "../core/hook/decode-parameters.ts";
import type { Setting, UpgradeHook } from "../core/hook/hook.ts";
import { demandsProof } from "../core/hook/caller.ts";
import { isProven } from "../core/hook/is-proven.ts";
import { parseJsonPayload, type PayloadObject } from "../core/hook/payload.ts";
import { readOrigin } from "../core/hook/request-origin.ts";
import { disagreement, DRY_RUN, repeatedParameter, WAIT } from "../core/hook/url-parameters.ts";
import { isNetwork, NETWORKS, type Network } from "../core/image/network.ts";
import { parseDuration } from "../core/duration.ts";
import { fail, ok, type Result } from "../core/result.ts";
import type { Target } from "../core/rollout/target.ts";
import { asDryRun } from "../core/delivery/dry-run.ts";
import type { PushOutcome, Refusal } from "../core/delivery/outcome.ts";
import { soften } from "../core/delivery/soften.ts";
import { createArrivals } from "./arrivals.ts";
import type { AwaitEnd } from "./await-end.ts";
import type { Actions, BodyLimits, Delivery } from "./deliver.ts";
import type { Failures } from "./failures.ts";
import { judge, type Proofs } from "./judge.ts";
import { NOTHING_FOUND, type FoundBefore, type OutsideCallers } from "./outside-callers.ts";
import { vettingTimeMs } from "./vet.ts";

/** The pushes of one request that a hook let in, with all that the upgrade needs. */
export interface AcceptedPush {
  readonly hook: UpgradeHook;
  readonly events: readonly [PushEvent, ...PushEvent[]];
  readonly network: Network;
  /** Nothing may be stored or patched: only what would be is asked. */
  readonly isDryRun: boolean;
  readonly requestId: string;
  readonly arrivedAt: Date;
  /** How long the request may still take. */
  readonly remainingMs: () => number;
  readonly signal: AbortSignal;
}

/** A push that is refused for good, and the workload that is not changed by it. */
interface RefusedPush {
  readonly target: Target;
  readonly reason: string;
}

/** Where pushes go. */
export interface PushParts {
  /** Of a dry run it says what would become of it. */
  readonly upgrade: (push: AcceptedPush) => Promise<PushOutcome>;
  /** Called for each push that is refused though its sender hears a 2xx; returns at once. */
  readonly onRefused: (hook: UpgradeHook, refused: RefusedPush, requestId: string) => void;
  /** Counts callers that do not prove themselves; without it none is slowed down. */
  readonly failures?: Failures | null;
  /** Without it nobody is proved by what comes over the network. */
  readonly outside?: OutsideCallers | null;
  /** Without it nobody can wait for the end of a rollout. */
  readonly awaitEnd?: AwaitEnd;
}

// A registry is answered within two seconds, whatever the API server does; only where images are vetted it takes longer.
const ANSWER_WITHIN_MS = 1_800;

/** What is taken of a push's body: those of registries have a few kilobytes. */
export const BODY_LIMITS: BodyLimits = { maxBytes: 256 * 1024, takesEncoded: false };

/** Makes the action of hooks that roll a workload forward: prove the caller, read the events, hand them to the upgrade. */
export function createPush(proofs: Proofs, parts: PushParts): Actions["push"] {
  const { upgrade, onRefused, failures = null, outside = null, awaitEnd = doNotWait } = parts;
  const arrivals = createArrivals(proofs.clock);
  const carryOut = (
    hook: UpgradeHook,
    push: Pick<AcceptedPush, "events" | "network">,
    asked: Pick<AcceptedPush, "isDryRun" | "requestId">,
  ): Promise<PushOutcome> => {
    const arrivedAt = arrivals.now();
    return inTime(ANSWER_WITHIN_MS + vettingTimeMs(hook.upgrade), (limits) =>
      upgrade({ hook, ...push, ...asked, arrivedAt, ...limits }),
    );
  };
  const tell = (hook: UpgradeHook, said: PushOutcome, requestId: string): PushOutcome => {
    for (const refused of refusedBy(said, hook)) onRefused(hook, refused, requestId);
    return said;
  };
  return async (hook, delivery) => {
    const repeated = repeatedParameter(hook, delivery.query);
    if (repeated !== undefined) return badRequest(repeated, "is given more than once in the URL");
    const { maxBytes } = BODY_LIMITS;
    const body = await delivery.receive(BODY_LIMITS);
    if (body.kind === "error") return { kind: "not-received", failure: body.error, maxBytes };
    const proven = await prove(hook, delivery, body.value, { proofs, failures, outside });
    if (proven.kind === "error") return proven.error;
    const agreed = await agree(proven.value);
    if (agreed !== null) return agreed;
    const wishes = readWishes(hook, proven.value.request);
    if (wishes.kind === "error") return wishes.error;
    const { isDryRun, waitMs } = wishes.value;
    const { sends, reading } = readRequest(hook, proven.value);
    const accepted = accept(hook, proven.value.request, reading);
    const { requestId } = delivery;
    const outcome =
      accepted.kind === "error" ? accepted.error : await carryOut(hook, accepted.value, { isDryRun, requestId });
    const waiting = { timeMs: waitMs, gone: delivery.gone() };
    const awaited = waitMs === 0 ? outcome : await awaitEnd(outcome, hook.upgrade.target, waiting);
    const said = sends === "one repository" ? awaited : soften(awaited);
    return isDryRun ? asDryRun(said) : tell(hook, said, requestId);
  };
}

const doNotWait: AwaitEnd = (outcome) => Promise.resolve(outcome);

// A refusal before the workloads of a hook are looked for is none of theirs.
function refusedBy(said: PushOutcome, { upgrade: { target } }: UpgradeHook): readonly RefusedPush[] {
  if (said.kind === "several")
    return said.workloads.flatMap((one) =>
      one.outcome.kind === "refused" ? [{ target: one.target, reason: one.outcome.reason }] : [],
    );
  return said.kind === "refused" && target.kind !== "selected" ? [{ target, reason: said.reason }] : [];
}

// A timer that is cleared: those of AbortSignal.timeout would pile up, each until its time.
async function inTime<T>(
  timeMs: number,
  task: (limits: Pick<AcceptedPush, "signal" | "remainingMs">) => Promise<T>,
): Promise<T> {
  const late = new AbortController();
  const endMs = performance.now() + timeMs;
  const timer = setTimeout(() => {
    late.abort();
  }, timeMs);
  try {
    return await task({ signal: late.signal, remainingMs: () => endMs - performance.now() });
  } finally {
    clearTimeout(timer);
  }
}

interface Judges {
  readonly proofs: Proofs;
  readonly failures: Failures | null;
  readonly outside: OutsideCallers | null;
}

type JsonBody = Result<PayloadObject, string>;

/** A request whose caller the hook's rule has let in. */
interface ProvenRequest {
  readonly request: HookRequest;
  readonly headers: HookRequest["headers"];
  readonly body: JsonBody;
  /** Whose subscription the request asks to be confirmed. */
  readonly subscriber: FoundBefore["subscriber"];
}

async function prove(
  hook: UpgradeHook,
  delivery: Delivery,
  bytes: Buffer,
  { proofs, failures, outside }: Judges,
): Promise<Result<ProvenRequest, PushOutcome>> {
  // The raw body is read as JSON whatever its content type.
  const payload = parseOnce(bytes);
  const received = delivery.toRequest(bytes, () => valueOf(payload()));
  const { request } = decodeParameters(hook.jsonParameters, received);
  const { callers } = hook.upgrade;
  const asks = callers.length > 0 && outside !== null;
  const found = asks ? await outside.find(callers, received, proofs.tokensOf) : NOTHING_FOUND;
  const refused = judge(hook, request, { ...proofs, beforehand: found.beforehand });
  if (refused === null)
    return ok({ request, headers: received.headers, body: payload(), subscriber: found.subscriber });
  if (found.unavailable !== null && isOfCallers(refused))
    return fail({ kind: "unavailable", what: "proof", reason: found.unavailable });
  if (failures === null || !isUnproven(hook, request, { refused, proofs })) return fail(refused);
  const retryAfterSeconds = failures.count(hook.id, request.remoteAddress);
  return fail(retryAfterSeconds === null ? refused : { kind: "too-many-failures", retryAfterSeconds });
}

// Who proves itself and sends what the rest of the rule does not want has not failed.
function isUnproven(
  hook: UpgradeHook,
  request: HookRequest,
  { refused, proofs }: { readonly refused: Refusal; readonly proofs: Proofs },
): boolean {
  if (isOfCallers(refused)) return true;
  return !isProven(hook, request, { tokensOf: proofs.tokensOf, now: proofs.clock.now() });
}

const isOfCallers = (refused: Refusal): boolean => refused.kind === "mismatch" && refused.tried !== undefined;

function parseOnce(body: Buffer): () => JsonBody {
  let parsed: JsonBody | null = null;
  return () => (parsed ??= parseJsonPayload(body.toString("utf8")));
}

const valueOf = (body: JsonBody): PayloadObject | null => (body.kind === "ok" ? body.value : null);

const readRequest = ({ upgrade }: UpgradeHook, { request, headers, body }: ProvenRequest): MessageReading =>
  readMessage(settingIn(upgrade.registry, request), {
    body,
    header: (name) => headers.get(name)?.[0] ?? "",
    host: upgrade.registryHost,
    timeZone: upgrade.registryTimeZone,
  });

function accept(
  hook: UpgradeHook,
  request: HookRequest,
  reading: MessageReading["reading"],
): Result<Pick<AcceptedPush, "events" | "network">, PushOutcome> {
  const reason = disagreement(hook, request.query);
  if (reason !== undefined) return fail({ kind: "not-allowed", reason });
  const network = readNetwork(hook.upgrade.network, request);
  if (network.kind === "error") return network;
  if (reading.kind === "handshake") return fail(handshakeOf(hook, reading.code));
  const events = readEvents(reading);
  return events.kind === "ok" ? ok({ events: events.value, network: network.value }) : events;
}

// Whoever has an address validated has events sent there.
const handshakeOf = (hook: UpgradeHook, code: string): PushOutcome =>
  demandsProof(hook)
    ? { kind: "handshake", handshake: { kind: "code", code } }
    : { kind: "ignored", reason: "Event Grid's validation is answered where a hook proves who calls" };

// What a sender asks for before it sends anything.
function agree({ request, subscriber }: ProvenRequest): Promise<PushOutcome> | PushOutcome | null {
  if (subscriber !== null) return subscriber.confirm();
  return request.method === "OPTIONS" ? consent(request) : null;
}

function consent(request: HookRequest): PushOutcome {
  const origin = readOrigin(request);
  if (origin.kind === "error") return { kind: "bad-request", ...origin.error };
  return { kind: "handshake", handshake: { kind: "origin", origin: origin.value } };
}

type Pushed = Exclude<MessageReading["reading"], { readonly kind: "handshake" }>;

function readEvents(reading: Pushed): Result<AcceptedPush["events"], PushOutcome> {
  switch (reading.kind) {
    case "push":
      return eventsOf(reading.images);
    case "ignored":
      return fail({ kind: "ignored", reason: reading.reason });
    case "rejected":
      return fail(badRequest(reading.field, reading.reason));
    case "unsupported":
      return fail({ kind: "not-served", reason: reading.reason });
  }
}

// What no container can run is passed over for the sake of what one can.
function eventsOf(images: readonly [PushedImage, ...PushedImage[]]): Result<AcceptedPush["events"], PushOutcome> {
  const events = images.map(toPushEvent);
  const [first, ...others] = events.flatMap((event) => (event.kind === "ok" ? [event.value] : []));
  if (first !== undefined) return ok([first, ...others]);
  const [reason = ""] = events.flatMap((event) => (event.kind === "error" ? [event.error] : []));
  return fail(badRequest("repository", reason));
}

// What a request asks for besides its push.
interface Wishes {
  readonly isDryRun: boolean;
  /** Zero: it does not wait for the end of the rollout. */
  readonly waitMs: number;
}

function readWishes(hook: UpgradeHook, request: HookRequest): Result<Wishes, PushOutcome> {
  const isDryRun = readDryRun(hook, request);
  if (isDryRun.kind === "error") return isDryRun;
  const waitMs = readWait(request);
  return waitMs.kind === "error" ? waitMs : ok({ isDryRun: isDryRun.value, waitMs: waitMs.value });
}

// A request may ask for a dry run, but not out of the one that its hook is set to.
function readDryRun({ upgrade }: UpgradeHook, { query }: HookRequest): Result<boolean, PushOutcome> {
  const [text = "false"] = query.get(DRY_RUN) ?? [];
  if (text !== "true" && text !== "false") return fail(badRequest(DRY_RUN, "is neither true nor false"));
  return ok(upgrade.isDryRun || text === "true");
}

const MAX_WAIT_MS = 600_000;

// Zero where the request does not ask for it.
function readWait({ query }: HookRequest): Result<number, PushOutcome> {
  const [text] = query.get(WAIT) ?? [];
  if (text === undefined) return ok(0);
  const timeMs = parseDuration(text);
  if (timeMs !== null && timeMs > 0 && timeMs <= MAX_WAIT_MS) return ok(timeMs);
  return fail(badRequest(WAIT, "is not a duration of at most 10m, such as 5m or 90s"));
}

// The tool that this one replaces took the public host where the URL names no network.
function readNetwork(setting: Setting<Network>, request: HookRequest): Result<Network, PushOutcome> {
  const text = settingIn(setting, request).toLowerCase();
  if (text === "") return ok("public");
  return isNetwork(text)
    ? ok(text)
    : fail(badRequest("net_type", `is not a network: use one of ${NETWORKS.join(", ")}`));
}

const badRequest = (field: string, reason: string): PushOutcome => ({ kind: "bad-request", field, reason });
