import assert from "node:assert/strict";
import type { BodyFailure, CommandEnding, CommandOutcome } from "../../../src/core/delivery/outcome.ts";
import type { Form } from "../../../src/core/hook/form-payload.ts";
import type { CommandHook } from "../../../src/core/hook/hook.ts";
import type { Invocation } from "../../../src/core/hook/invocation.ts";
import { fail, ok } from "../../../src/core/result.ts";
import { createBackground, type Background } from "../../../src/flow/background.ts";
import { createDeliver, type BodyLimits, type Delivery } from "../../../src/flow/deliver.ts";
import { createRunCommand } from "../../../src/flow/run-command.ts";
import { aCommandHook } from "../../support/command-hook.ts";
import { createFakeLog, type FakeLog } from "../../support/fake-log.ts";

/** A delivery to the hook, with what is not given left empty. */
export interface Sent {
  readonly method?: string;
  readonly contentType?: string;
  readonly body?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly failure?: BodyFailure;
  readonly form?: Form;
  readonly gone?: AbortSignal;
}

/** A run that was begun; it ends when it is told to. */
interface Begun {
  readonly invocation: Invocation;
  readonly end: (ending?: CommandEnding) => void;
}

/** The flow with runs that the test ends. */
export interface RunKit {
  readonly begun: readonly Begun[];
  readonly received: readonly BodyLimits[];
  readonly log: FakeLog;
  readonly background: Background;
  readonly send: (sent?: Sent, hook?: CommandHook) => Promise<CommandOutcome>;
}

export const SUCCESS: CommandEnding = { kind: "exited", code: 0, output: Buffer.from("done\n") };

const NEVER = new AbortController().signal;

function aDelivery(sent: Sent, received: BodyLimits[]): Delivery {
  const method = sent.method ?? "POST";
  const query = new Map(Object.entries(sent.query ?? {}).map(([name, value]) => [name, [value]]));
  return {
    id: "deploy",
    method,
    requestId: "request-1",
    contentType: sent.contentType ?? "application/json",
    query,
    receive: (limits) => {
      received.push(limits);
      return Promise.resolve(sent.failure === undefined ? ok(Buffer.from(sent.body ?? "")) : fail(sent.failure));
    },
    toRequest: (body, payload) => ({
      method,
      remoteAddress: "192.0.2.7:40000",
      query,
      headers: new Map(),
      body: () => body,
      payload,
    }),
    readForm: () => (sent.form === undefined ? fail("the form ends early") : ok(sent.form)),
    gone: () => sent.gone ?? NEVER,
  };
}

/** Makes the flow, with one run at once and one that waits where a hook says nothing. */
export function createRunKit(methods: readonly string[] = []): RunKit {
  const begun: Begun[] = [];
  const received: BodyLimits[] = [];
  const log = createFakeLog();
  const background = createBackground(log);
  const runCommand = createRunCommand({
    run: (invocation) =>
      new Promise((resolve) => {
        begun.push({
          invocation,
          end: (ending = SUCCESS) => {
            resolve(ending);
          },
        });
      }),
    proofs: { tokensOf: () => [], clock: { now: () => new Date("2026-11-22T12:00:00Z") } },
    background,
    log,
    limits: { timeoutMs: 30_000, concurrency: 1, queue: 1 },
    maxBodyBytes: 1_000,
  });
  const send: RunKit["send"] = async (sent = {}, hook = aCommandHook()) => {
    const push = () => assert.fail("a command is no push");
    const deliver = createDeliver({ find: () => hook }, { methods, push, runCommand });
    const outcome = await deliver(aDelivery(sent, received));
    assert.ok(outcome.kind === "command");
    assert.equal(outcome.hook, hook);
    return outcome.outcome;
  };
  return { begun, received, log, background, send };
}
