import { dialectOf } from "../core/event/dialects.ts";
import type { PushEvent } from "../core/event/push-event.ts";
import { readArgument, type HookRequest } from "../core/hook/argument.ts";
import { decodeParameters } from "../core/hook/decode-parameters.ts";
import type { Setting, UpgradeHook } from "../core/hook/hook.ts";
import { parseJsonPayload, type PayloadObject } from "../core/hook/payload.ts";
import { disagreement, repeatedParameter } from "../core/hook/url-parameters.ts";
import { isNetwork, NETWORKS, type Network } from "../core/image/network.ts";
import { fail, ok, type Result } from "../core/result.ts";
import type { UpgradeOutcome } from "../core/delivery/outcome.ts";
import type { Actions, BodyLimits, Delivery } from "./deliver.ts";
import { judge, type Proofs } from "./judge.ts";

/** A push that a hook let in, with all that the upgrade needs. */
export interface AcceptedPush {
  readonly hook: UpgradeHook;
  readonly event: PushEvent;
  readonly network: Network;
  readonly requestId: string;
  readonly signal: AbortSignal;
}

// A registry is answered within two seconds, whatever the API server does.
const ANSWER_WITHIN_MS = 1_800;

// The bodies of registries have a few kilobytes.
const BODY_LIMITS: BodyLimits = { maxBytes: 256 * 1024, takesEncoded: false };

/** Makes the action of hooks that roll a workload forward: prove the caller, read the event, hand it to the upgrade. */
export function createPush(proofs: Proofs, upgrade: (push: AcceptedPush) => Promise<UpgradeOutcome>): Actions["push"] {
  return async (hook, delivery) => {
    const repeated = repeatedParameter(delivery.query);
    if (repeated !== undefined) return badRequest(repeated, "is given more than once in the URL");
    const { maxBytes } = BODY_LIMITS;
    const body = await delivery.receive(BODY_LIMITS);
    if (body.kind === "error") return { kind: "not-received", failure: body.error, maxBytes };
    const accepted = admit(hook, delivery, body.value, proofs);
    if (accepted.kind === "error") return accepted.error;
    return inTime((signal) => upgrade({ ...accepted.value, signal }));
  };
}

// A timer that is cleared: those of AbortSignal.timeout would pile up, each until its time.
async function inTime<T>(task: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const late = new AbortController();
  const timer = setTimeout(() => {
    late.abort();
  }, ANSWER_WITHIN_MS);
  try {
    return await task(late.signal);
  } finally {
    clearTimeout(timer);
  }
}

function admit(
  hook: UpgradeHook,
  delivery: Delivery,
  body: Buffer,
  proofs: Proofs,
): Result<Omit<AcceptedPush, "signal">, UpgradeOutcome> {
  // The raw body is read as JSON whatever its content type.
  const payload = parseOnce(body);
  const received = delivery.toRequest(body, () => valueOf(payload()));
  const { request } = decodeParameters(hook.jsonParameters, received);
  const refused = judge(hook, request, proofs);
  if (refused !== null) return fail(refused);
  const reason = disagreement(hook, request.query);
  if (reason !== undefined) return fail({ kind: "not-allowed", reason });
  const network = readNetwork(hook.upgrade.network, request);
  if (network.kind === "error") return network;
  const event = readEvent(hook, request, payload());
  const { requestId } = delivery;
  return event.kind === "ok" ? ok({ hook, event: event.value, network: network.value, requestId }) : event;
}

type JsonBody = Result<PayloadObject, string>;

function parseOnce(body: Buffer): () => JsonBody {
  let parsed: JsonBody | null = null;
  return () => (parsed ??= parseJsonPayload(body.toString("utf8")));
}

const valueOf = (body: JsonBody): PayloadObject | null => (body.kind === "ok" ? body.value : null);

function readEvent(hook: UpgradeHook, request: HookRequest, body: JsonBody): Result<PushEvent, UpgradeOutcome> {
  if (body.kind === "error") return fail(badRequest("body", body.error));
  const dialect = dialectOf(settingOf(hook.upgrade.registry, request).toLowerCase(), body.value);
  if (dialect.kind === "error") return fail({ kind: "not-served", reason: dialect.error });
  const reading = dialect.value(body.value);
  switch (reading.kind) {
    case "push":
      return ok(reading.event);
    case "ignored":
      return fail({ kind: "ignored", reason: reading.reason });
    case "rejected":
      return fail(badRequest(reading.field, reading.reason));
  }
}

// The tool that this one replaces took the public host where the URL names no network.
function readNetwork(setting: Setting<Network>, request: HookRequest): Result<Network, UpgradeOutcome> {
  const text = settingOf(setting, request).toLowerCase();
  if (text === "") return ok("public");
  return isNetwork(text)
    ? ok(text)
    : fail(badRequest("net_type", `is not a network: use one of ${NETWORKS.join(", ")}`));
}

const settingOf = (setting: Setting<string>, request: HookRequest): string =>
  setting.kind === "fixed" ? setting.value : (readArgument(setting.argument, request) ?? "");

const badRequest = (field: string, reason: string): UpgradeOutcome => ({ kind: "bad-request", field, reason });
