import type { CommandEnding, CommandOutcome, Refusal } from "../core/delivery/outcome.ts";
import type { HookRequest } from "../core/hook/argument.ts";
import { decodeParameters } from "../core/hook/decode-parameters.ts";
import { payloadOfForm } from "../core/hook/form-payload.ts";
import type { CommandHook } from "../core/hook/hook.ts";
import { invocationOf, type Invocation } from "../core/hook/invocation.ts";
import type { PayloadObject } from "../core/hook/payload.ts";
import { isMultipart, rawBody, readPayload } from "../core/hook/read-payload.ts";
import { fail, ok, type Result } from "../core/result.ts";
import type { Background } from "./background.ts";
import type { Actions, Delivery } from "./deliver.ts";
import { judge, type Proofs } from "./judge.ts";
import type { Log } from "./ports.ts";
import { createTurns, type Turn, type TurnLimits } from "./turns.ts";

/** What the commands of hooks need. */
export interface CommandParts {
  /** Runs a command to its end, or ends it when its time is over. */
  readonly run: (invocation: Invocation) => Promise<CommandEnding>;
  readonly proofs: Proofs;
  readonly background: Background;
  readonly log: Log;
  /** For hooks that set none of their own. */
  readonly limits: TurnLimits & { readonly timeoutMs: number };
  readonly maxBodyBytes: number;
}

/**
 * Makes the action of hooks that run a command. Where the answer shows no output it does not wait for the end. A run
 * that has begun goes on when its client leaves: half of a script is worse than all of it; one that waits is not begun.
 */
export function createRunCommand(parts: CommandParts): Actions["runCommand"] {
  const turns = createTurns();
  return async (hook, delivery) => {
    const admitted = await admit(hook, delivery, parts);
    if (admitted.kind === "error") return admitted.error;
    const { command } = hook;
    if (command.path === "" && command.output === "hidden") return { kind: "accepted" };
    const limits = {
      concurrency: hook.command.limits.concurrency ?? parts.limits.concurrency,
      queue: hook.command.limits.queue ?? parts.limits.queue,
    };
    const invocation = invocationOf(hook.command, admitted.value, parts.limits.timeoutMs);
    const turn = turns.ask(hook.id, limits);
    if (turn.kind === "busy") return turn;
    return invocation.capturesOutput
      ? runForAnswer(turn, invocation, { delivery, parts })
      : runBehind(turn, invocation, { hook, delivery, parts });
  };
}

async function admit(
  hook: CommandHook,
  delivery: Delivery,
  { proofs, maxBodyBytes }: CommandParts,
): Promise<Result<HookRequest, Refusal>> {
  const received = await receive(hook, delivery, maxBodyBytes);
  if (received.kind === "error") return received;
  const { request } = decodeParameters(hook.jsonParameters, received.value);
  const refusal = judge(hook, request, proofs);
  return refusal === null ? ok(request) : fail(refusal);
}

async function receive(hook: CommandHook, delivery: Delivery, maxBytes: number): Promise<Result<HookRequest, Refusal>> {
  const body = await delivery.receive({ maxBytes, takesEncoded: true });
  if (body.kind === "error") return fail({ kind: "not-received", failure: body.error, maxBytes });
  const contentType = hook.contentType === "" ? delivery.contentType : hook.contentType;
  const raw = rawBody(contentType, body.value);
  if (!isMultipart(contentType)) {
    return ok(
      delivery.toRequest(
        raw,
        once(() => readPayload(contentType, raw).payload),
      ),
    );
  }
  const form = delivery.readForm(body.value);
  if (form.kind === "error")
    return fail({ kind: "not-served", reason: "Error occurred while parsing multipart form.", detail: form.error });
  const jsonNames = hook.jsonParameters.flatMap(({ source, name }) => (source === "payload" ? [name] : []));
  const { payload } = payloadOfForm(form.value, jsonNames);
  return ok(delivery.toRequest(raw, () => payload));
}

function once(read: () => PayloadObject | null): () => PayloadObject | null {
  let known: { readonly payload: PayloadObject | null } | null = null;
  return () => (known ??= { payload: read() }).payload;
}

async function runForAnswer(
  turn: Turn,
  invocation: Invocation,
  { delivery, parts }: { readonly delivery: Delivery; readonly parts: CommandParts },
): Promise<CommandOutcome> {
  const gone = delivery.gone();
  const left = new Promise<"gone">((resolve) => {
    if (gone.aborted) resolve("gone");
    gone.addEventListener("abort", () => {
      resolve("gone");
    });
  });
  try {
    if ((await Promise.race([turn.isDue, left])) === "gone" || gone.aborted) return { kind: "gone" };
    return { kind: "ended", ending: await parts.run(invocation) };
  } finally {
    turn.leave();
  }
}

function runBehind(
  turn: Turn,
  invocation: Invocation,
  { hook, delivery, parts }: { readonly hook: CommandHook; readonly delivery: Delivery; readonly parts: CommandParts },
): CommandOutcome {
  parts.background.run("command", async () => {
    try {
      await turn.isDue;
      const ending = await parts.run(invocation);
      const facts = { hook: hook.id, requestId: delivery.requestId, ...factsOfEnding(ending) };
      if (ending.kind === "exited" && ending.code === 0) parts.log.info(facts, "command ended");
      else parts.log.error(facts, "command failed");
    } finally {
      turn.leave();
    }
  });
  return { kind: "accepted" };
}

/** How a command ended, for the log: never what it printed. */
export function factsOfEnding(ending: CommandEnding): Readonly<Record<string, unknown>> {
  switch (ending.kind) {
    case "exited":
      return { ending: ending.kind, code: ending.code };
    case "killed":
      return { ending: ending.kind, signal: ending.signal };
    case "timed-out":
      return { ending: ending.kind, afterMs: ending.afterMs };
    case "not-started":
      return { ending: ending.kind, reason: ending.reason };
  }
}
