import type { Argument, HookRequest } from "../../../src/core/hook/argument.ts";
import type { Hook } from "../../../src/core/hook/hook.ts";
import { parseJsonPayload } from "../../../src/core/hook/payload.ts";
import type { Rule } from "../../../src/core/hook/rule.ts";
import type { HookOutcome, Outcome } from "../../../src/core/rollout/outcome.ts";
import type { HookStore } from "../../../src/flow/hook-store.ts";
import { createPushFlow, type AcceptedPush, type Delivery } from "../../../src/flow/push.ts";
import { aHook, aPush, digest } from "../../support/builders.ts";

export const TOKEN = "0123456789abcdef0123";
export const argument = (source: Argument["source"], name: string): Argument => ({ source, name, envname: "" });
export const rule: Rule = {
  kind: "match",
  match: { kind: "value", parameter: argument("url", "token"), expected: { kind: "file", path: "/tokens/website" } },
};
export const changed: HookOutcome = { kind: "changed", push: aPush(), redeploys: false };

const body = JSON.stringify({
  push_data: { tag: "2.0", digest: digest("b"), pushed_at: "2026-11-22T08:00:00Z" },
  repository: { repo_url: "registry.example.com", namespace: "shop", name: "website" },
});

export interface Sent {
  readonly id?: string;
  readonly method?: string;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

function aDelivery(sent: Sent): Delivery {
  const query = new Map<string, string[]>();
  for (const [name, value] of new URLSearchParams(sent.query ?? `token=${TOKEN}`)) {
    query.set(name, [...(query.get(name) ?? []), value]);
  }
  const payload = parseJsonPayload(sent.body ?? body);
  const request: HookRequest = {
    method: sent.method ?? "POST",
    remoteAddress: "192.0.2.7:40000",
    body: () => Buffer.from(sent.body ?? body),
    query,
    headers: new Map(Object.entries(sent.headers ?? {}).map(([name, value]) => [name, [value]])),
    payload: () => (payload.kind === "ok" ? payload.value : null),
  };
  const { signal } = new AbortController();
  const id = sent.id ?? "website";
  return { id, method: sent.method ?? "POST", request, readBody: () => payload, requestId: "request-1", signal };
}

export async function deliver(
  sent: Sent,
  hook: Hook = aHook({ rule }),
): Promise<{ outcome: Outcome; upgraded: readonly AcceptedPush[] }> {
  const upgraded: AcceptedPush[] = [];
  const find: HookStore["find"] = (id) => (id === hook.id ? hook : undefined);
  const store: HookStore = { find, hooks: () => [hook], isLoaded: () => true, adopt: () => undefined };
  const flow = createPushFlow(
    store,
    {
      tokensOf: (path) => (path === "/tokens/website" ? [TOKEN, "an-older-token-that-still-counts"] : []),
      clock: { now: () => new Date("2026-11-22T12:00:00Z") },
    },
    (accepted) => {
      upgraded.push(accepted);
      return Promise.resolve(changed);
    },
  );
  return { outcome: await flow(aDelivery(sent)), upgraded };
}

export const outcomeOf = (outcome: Outcome): HookOutcome | Outcome =>
  outcome.kind === "answered" ? outcome.outcome : outcome;
