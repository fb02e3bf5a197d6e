import Router from "@koa/router";
import type { Context } from "koa";
import { parseJsonPayload } from "../core/hook/payload.ts";
import type { HookRequest } from "../core/hook/argument.ts";
import { answerTo, type Answer } from "../core/rollout/answer.ts";
import type { HookOutcome, Outcome } from "../core/rollout/outcome.ts";
import { printTarget } from "../core/rollout/target.ts";
import type { Log, LogFacts } from "../flow/ports.ts";
import type { PushFlow } from "../flow/push.ts";
import { readBody, type BodyFailure } from "./body.ts";
import { requestIdOf } from "./request-id.ts";

// A registry is answered within two seconds, whatever the API server does.
const ANSWER_WITHIN_MS = 1_800;

const BODY_ANSWERS: Readonly<Record<BodyFailure, Answer>> = {
  "too-large": {
    status: 413,
    body: "the body is larger than 256 KiB",
    headers: [{ name: "Connection", value: "close" }],
  },
  encoded: {
    status: 415,
    body: "send the body without Content-Encoding",
    headers: [{ name: "Connection", value: "close" }],
  },
  aborted: { status: 400, body: "the body ended early", headers: [{ name: "Connection", value: "close" }] },
};

/** Where hooks are served, and what each of their answers carries. */
export interface HookRouteOptions {
  /** The path before the ids, without slashes at its ends; empty for ids directly under `/`. */
  readonly prefix?: string;
  /** What a hook's own headers win over. An unknown hook and a wrong method are answered without them. */
  readonly headers?: Answer["headers"];
}

/** The routes of the hooks: every method of `/<prefix>/<id>`, where an id may hold slashes. */
export function imageHookRoutes(push: PushFlow, log: Log, options: HookRouteOptions = {}): Router {
  const { prefix = "hooks", headers = [] } = options;
  const router = new Router();
  router.all(`${prefix === "" ? "" : `/${prefix}`}/{*id}`, async (context) => {
    const id = context.params["id"] ?? "";
    const requestId = requestIdOf(context);
    const bytes = await readBody(context.req);
    if (bytes.kind === "error") {
      const refusal = BODY_ANSWERS[bytes.error];
      give(context, refusal);
      log.info({ hook: clip(id), outcome: bytes.error, requestId, status: refusal.status }, "delivery");
      return;
    }
    const outcome = await inTime((signal) => push(toDelivery(context, { id, requestId, bytes: bytes.value, signal })));
    const answer = answerTo(outcome);
    give(context, isAdmitted(outcome) ? { ...answer, headers: [...headers, ...answer.headers] } : answer);
    const facts = { ...factsOf(outcome, id), requestId, status: answer.status };
    if (answer.status >= 500) log.error(facts, "delivery failed");
    else log.info(facts, "delivery");
  });
  return router;
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

interface Received {
  readonly id: string;
  readonly requestId: string;
  readonly bytes: Buffer;
  readonly signal: AbortSignal;
}

function toDelivery(context: Context, { id, requestId, bytes, signal }: Received): Parameters<PushFlow>[0] {
  const text = (): string => bytes.toString("utf8");
  const request: HookRequest = {
    method: context.method,
    remoteAddress: addressOf(context),
    body: () => bytes,
    query: queryOf(context.querystring),
    // Few rules look at headers.
    get headers() {
      return headersOf(context);
    },
    payload: () => {
      const payload = parseJsonPayload(text());
      return payload.kind === "ok" ? payload.value : null;
    },
  };
  return { id, method: context.method, request, readBody: () => parseJsonPayload(text()), requestId, signal };
}

// An IPv4 client of a socket that listens on both is its IPv4 address.
function addressOf({ req: { socket } }: Context): string {
  const address = (socket.remoteAddress ?? "").replace(/^::ffff:(?=\d+\.)/, "");
  return `${address.includes(":") ? `[${address}]` : address}:${String(socket.remotePort ?? 0)}`;
}

// Go drops a pair that holds a semicolon, as adnanh/webhook does by it.
function queryOf(querystring: string): ReadonlyMap<string, readonly string[]> {
  const query = new Map<string, string[]>();
  const pairs = querystring.split("&").filter((pair) => !pair.includes(";"));
  for (const [name, value] of new URLSearchParams(pairs.join("&"))) {
    const values = query.get(name);
    if (values === undefined) query.set(name, [value]);
    else values.push(value);
  }
  return query;
}

function headersOf(context: Context): ReadonlyMap<string, readonly string[]> {
  return new Map(
    Object.entries(context.req.headersDistinct).flatMap(([name, values]) =>
      values === undefined || name === "host" ? [] : [[name, values]],
    ),
  );
}

function give(context: Context, { status, body, headers }: Answer): void {
  context.status = status;
  context.type = "text/plain; charset=utf-8";
  for (const { name, value } of headers) context.set(name, value);
  context.body = body;
}

const isAdmitted = (outcome: Outcome): boolean =>
  outcome.kind !== "unknown-hook" && outcome.outcome.kind !== "method-not-allowed";

// The id of a hook that is not there is whatever was sent: only a piece of it is logged.
const clip = (id: string): string => id.slice(0, 80);

function factsOf(outcome: Outcome, id: string): LogFacts {
  if (outcome.kind === "unknown-hook") return { hook: clip(id), outcome: outcome.kind };
  const { hook, outcome: result } = outcome;
  const { target, container } = hook.upgrade;
  const facts = {
    hook: hook.id,
    namespace: target.namespace,
    workload: printTarget(target),
    container,
    outcome: result.kind,
  };
  return { ...facts, ...detailsOf(result) };
}

const reasonOf = ({ reason, detail = reason }: { readonly reason: string; readonly detail?: string }): LogFacts => ({
  reason: detail,
});

function detailsOf(outcome: HookOutcome): LogFacts {
  switch (outcome.kind) {
    case "changed":
      return { before: outcome.push.before, after: outcome.push.after, redeploys: outcome.redeploys };
    case "cluster":
      return { failure: outcome.failure.kind, reason: outcome.failure.message };
    case "mismatch":
      return { missing: outcome.missing };
    case "method-not-allowed":
      return {};
    case "skipped":
      return { reason: outcome.reason, image: outcome.image };
    case "bad-request":
      return { field: outcome.field, reason: outcome.reason };
    case "ignored":
    case "not-allowed":
    case "not-served":
      return reasonOf(outcome);
  }
}
