import type { BodyFailure, Outcome, Refusal } from "../core/delivery/outcome.ts";
import type { HookRequest } from "../core/hook/argument.ts";
import type { Form } from "../core/hook/form-payload.ts";
import type { CommandHook, Hook, UpgradeHook } from "../core/hook/hook.ts";
import type { PayloadObject } from "../core/hook/payload.ts";
import { asksForConsent } from "../core/hook/request-origin.ts";
import type { CommandOutcome, UpgradeOutcome } from "../core/delivery/outcome.ts";
import type { Result } from "../core/result.ts";
import type { HookStore } from "./hook-store.ts";

/** How much of a body is read, and whether one with a Content-Encoding is taken as the bytes it is. */
export interface BodyLimits {
  readonly maxBytes: number;
  readonly takesEncoded: boolean;
}

/** One request to a hook, its body not yet read. */
export interface Delivery {
  readonly id: string;
  readonly method: string;
  readonly requestId: string;
  /** The request's content type, empty without one. */
  readonly contentType: string;
  readonly query: HookRequest["query"];
  readonly receive: (limits: BodyLimits) => Promise<Result<Buffer, BodyFailure>>;
  /** The request as rules see it, with this body. */
  readonly toRequest: (body: Buffer, payload: () => PayloadObject | null) => HookRequest;
  /** Reads a form in parts by the request's own content type, whatever a hook says it is. */
  readonly readForm: (body: Buffer) => Result<Form, string>;
  /** Aborts when the client goes away before its answer. */
  readonly gone: () => AbortSignal;
}

/** The actions, and the methods that hooks take which name none themselves; none: every method. */
export interface Actions {
  readonly methods: readonly string[];
  readonly push: (hook: UpgradeHook, delivery: Delivery) => Promise<UpgradeOutcome>;
  readonly runCommand: (hook: CommandHook, delivery: Delivery) => Promise<CommandOutcome>;
}

/** Takes a delivery from the request to its outcome. */
export type Deliver = (delivery: Delivery) => Promise<Outcome>;

/** Makes the flow: find the hook, look at the method, hand the delivery to the hook's action. */
export function createDeliver(store: Pick<HookStore, "find">, actions: Actions): Deliver {
  return async (delivery) => {
    const hook = store.find(delivery.id);
    if (hook === undefined) return { kind: "unknown-hook" };
    const refusal = wrongMethod(hook, actions.methods, delivery.method);
    switch (hook.kind) {
      case "upgrade":
        if (refusal !== null && !asksForConsent(hook, bodiless(delivery)))
          return { kind: "upgrade", hook, outcome: refusal };
        return { kind: "upgrade", hook, outcome: await actions.push(hook, delivery) };
      case "command":
        return { kind: "command", hook, outcome: refusal ?? (await actions.runCommand(hook, delivery)) };
    }
  };
}

const bodiless = (delivery: Delivery): HookRequest => delivery.toRequest(Buffer.alloc(0), () => null);

function wrongMethod(hook: Hook, defaults: readonly string[], method: string): Refusal | null {
  const methods = hook.methods.length === 0 ? defaults : hook.methods;
  return methods.length === 0 || methods.includes(method) ? null : { kind: "method-not-allowed", methods };
}
