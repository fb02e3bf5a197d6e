import assert from "node:assert/strict";
import type { Argument, HookRequest } from "../../../src/core/hook/argument.ts";
import type { UpgradeHook } from "../../../src/core/hook/hook.ts";
import type { Rule } from "../../../src/core/hook/rule.ts";
import type { Outcome, PushOutcome } from "../../../src/core/delivery/outcome.ts";
import { createDeliver, type Delivery } from "../../../src/flow/deliver.ts";
import type { Failures } from "../../../src/flow/failures.ts";
import { createPush, type AcceptedPush } from "../../../src/flow/push.ts";
import { ok } from "../../../src/core/result.ts";
import { aChanged, aHook, digest } from "../../support/builders.ts";

export const TOKEN = "0123456789abcdef0123";
export const argument = (source: Argument["source"], name: string): Argument => ({ source, name, envname: "" });
export const rule: Rule = {
  kind: "match",
  match: { kind: "value", parameter: argument("url", "token"), expected: { kind: "file", path: "/tokens/website" } },
};
export const changed = aChanged();

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
  const method = sent.method ?? "POST";
  const toRequest = (received: Buffer, payload: HookRequest["payload"]): HookRequest => ({
    method,
    remoteAddress: "192.0.2.7:40000",
    body: () => received,
    query,
    headers: new Map(Object.entries(sent.headers ?? {}).map(([name, value]) => [name, [value]])),
    payload,
  });
  return {
    id: sent.id ?? "website",
    method,
    requestId: "request-1",
    contentType: "application/json",
    query,
    receive: () => Promise.resolve(ok(Buffer.from(sent.body ?? body))),
    toRequest,
    readForm: () => assert.fail("a push is no form"),
    gone: () => new AbortController().signal,
  };
}

export async function deliver(
  sent: Sent,
  hook: UpgradeHook = aHook({ rule }),
  failures?: Failures,
  result: PushOutcome = changed,
): Promise<{
  outcome: Outcome;
  upgraded: readonly AcceptedPush[];
  refused: readonly string[];
  places: readonly string[];
}> {
  const [refused, places]: [string[], string[]] = [[], []];
  const upgraded: AcceptedPush[] = [];
  const push = createPush(
    {
      tokensOf: (path) => (path === "/tokens/website" ? [TOKEN, "an-older-token-that-still-counts"] : []),
      clock: { now: () => new Date("2026-11-22T12:00:00Z") },
    },
    {
      upgrade: (accepted) => {
        upgraded.push(accepted);
        return Promise.resolve(result);
      },
      onRefused: ({ id }, { target, reason }, requestId) => {
        refused.push(`${id} ${requestId}: ${reason}`);
        places.push(target.name);
      },
      ...(failures !== undefined && { failures }),
    },
  );
  const store = { find: (id: string) => (id === hook.id ? hook : undefined) };
  const runCommand = () => assert.fail("a push runs no command");
  return {
    outcome: await createDeliver(store, { methods: [], push, runCommand })(aDelivery(sent)),
    upgraded,
    refused,
    places,
  };
}

export const outcomeOf = (outcome: Outcome): Exclude<Outcome, { kind: "unknown-hook" }>["outcome"] | Outcome =>
  "outcome" in outcome ? outcome.outcome : outcome;
