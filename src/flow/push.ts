import { dialectOf } from "../core/event/dialects.ts";
import type { PushEvent } from "../core/event/push-event.ts";
import { readArgument, type HookRequest } from "../core/hook/argument.ts";
import type { Hook, Setting } from "../core/hook/hook.ts";
import type { PayloadObject } from "../core/hook/payload.ts";
import { evaluateRule, type Rule, type RuleContext } from "../core/hook/rule.ts";
import { disagreement, repeatedParameter } from "../core/hook/url-parameters.ts";
import { isNetwork, NETWORKS, type Network } from "../core/image/network.ts";
import { fail, ok, type Result } from "../core/result.ts";
import type { HookOutcome, Outcome } from "../core/rollout/outcome.ts";
import type { HookStore } from "./hook-store.ts";
import type { Clock } from "./ports.ts";

/** One request to a hook. */
export interface Delivery {
  readonly id: string;
  readonly method: string;
  readonly request: HookRequest;
  /** The body read as JSON whatever its content type, or why it cannot be. */
  readonly readBody: () => Result<PayloadObject, string>;
  readonly requestId: string;
  /** Ends the work on the request: an answer is due. */
  readonly signal: AbortSignal;
}

/** A push that a hook let in, with all that the upgrade needs. */
export interface AcceptedPush {
  readonly hook: Hook;
  readonly event: PushEvent;
  readonly network: Network;
  readonly requestId: string;
  readonly signal: AbortSignal;
}

/** What callers are proved by, besides the request. */
export interface Proofs {
  readonly tokensOf: RuleContext["tokensOf"];
  readonly clock: Clock;
}

/** Takes a delivery from the request to its outcome. */
export type PushFlow = (delivery: Delivery) => Promise<Outcome>;

/** Makes the flow: find the hook, prove the caller, read the registry's event, and hand a push to the upgrade. */
export function createPushFlow(
  store: HookStore,
  proofs: Proofs,
  upgrade: (push: AcceptedPush) => Promise<HookOutcome>,
): PushFlow {
  return async (delivery) => {
    const hook = store.find(delivery.id);
    if (hook === undefined) return { kind: "unknown-hook" };
    const admitted = admit(hook, delivery, proofs);
    const outcome = admitted.kind === "ok" ? await upgrade(admitted.value) : admitted.error;
    return { kind: "answered", hook, outcome };
  };
}

function admit(hook: Hook, delivery: Delivery, proofs: Proofs): Result<AcceptedPush, HookOutcome> {
  const { request, requestId, signal } = delivery;
  if (!hook.methods.includes(delivery.method)) return fail({ kind: "method-not-allowed" });
  const repeated = repeatedParameter(request.query);
  if (repeated !== undefined) return fail(badRequest(repeated, "is given more than once in the URL"));
  const refused = hook.rule === null ? null : judge(hook.rule, hook.softSignatures, request, proofs);
  if (refused !== null) return fail(refused);
  const reason = disagreement(hook, request.query);
  if (reason !== undefined) return fail({ kind: "not-allowed", reason });
  const network = readNetwork(hook.upgrade.network, request);
  if (network.kind === "error") return network;
  const event = readEvent(hook, delivery);
  return event.kind === "ok" ? ok({ hook, event: event.value, network: network.value, requestId, signal }) : event;
}

const RULE_ERROR = "Error occurred while evaluating hook rules.";

// A wrong signature is an error of its own and no mismatch, as in adnanh/webhook.
function judge(
  rule: Rule,
  softSignatures: boolean,
  request: HookRequest,
  { tokensOf, clock }: Proofs,
): HookOutcome | null {
  const { holds, problem } = evaluateRule(rule, request, { tokensOf, now: clock.now(), softSignatures });
  if (problem?.kind === "signature") return { kind: "not-served", reason: RULE_ERROR, detail: problem.message };
  return holds ? null : { kind: "mismatch", missing: problem?.message ?? null };
}

function readEvent(hook: Hook, { request, readBody }: Delivery): Result<PushEvent, HookOutcome> {
  const body = readBody();
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
function readNetwork(setting: Setting<Network>, request: HookRequest): Result<Network, HookOutcome> {
  const text = settingOf(setting, request).toLowerCase();
  if (text === "") return ok("public");
  return isNetwork(text)
    ? ok(text)
    : fail(badRequest("net_type", `is not a network: use one of ${NETWORKS.join(", ")}`));
}

const settingOf = (setting: Setting<string>, request: HookRequest): string =>
  setting.kind === "fixed" ? setting.value : (readArgument(setting.argument, request) ?? "");

const badRequest = (field: string, reason: string): HookOutcome => ({ kind: "bad-request", field, reason });
