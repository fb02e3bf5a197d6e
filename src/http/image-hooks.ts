import Router from "@koa/router";
import type { Context } from "koa";
import type { Answer } from "../core/delivery/answer.ts";
import { hostOf, type AddressRange } from "../core/hook/address-range.ts";
import { answerTo } from "../core/delivery/answer-to.ts";
import type { Outcome } from "../core/delivery/outcome.ts";
import { statusHeaders } from "../core/delivery/status-headers.ts";
import { isRefusal } from "../core/delivery/refusal.ts";
import type { Deliver } from "../flow/deliver.ts";
import type { Log } from "../flow/ports.ts";
import { factsOf } from "./delivery-log.ts";
import { remoteAddressOf, toDelivery } from "./delivery.ts";
import { createRefusalLog } from "./refusal-log.ts";
import { requestIdOf } from "./request-id.ts";

/** Where hooks are served, and what each of their answers carries. */
export interface HookRouteOptions {
  /** The path before the ids, without slashes at its ends; empty for ids directly under `/`. */
  readonly prefix?: string;
  /** What a hook's own headers win over. An unknown hook and a wrong method are answered without them. */
  readonly headers?: Answer["headers"];
  /** The address that the service is reached by, for links; empty or absent: there are none. */
  readonly publicUrl?: string;
  /** Is told what became of each delivery. */
  readonly onOutcome?: (outcome: Outcome) => void;
  /** The proxies whose X-Forwarded-For counts. */
  readonly trustedProxies?: readonly AddressRange[];
}

/** The routes of the hooks: every method of `/<prefix>/<id>`, where an id may hold slashes. */
export function imageHookRoutes(deliver: Deliver, log: Log, options: HookRouteOptions = {}): Router {
  const { prefix = "hooks", headers = [], publicUrl = "", trustedProxies = [], onOutcome } = options;
  const router = new Router();
  const refusals = createRefusalLog(log);
  router.all(`${prefix === "" ? "" : `/${prefix}`}/{*id}`, async (context) => {
    const id = context.params["id"] ?? "";
    const requestId = requestIdOf(context);
    const remoteAddress = remoteAddressOf(context, trustedProxies);
    const outcome = await deliver(toDelivery(context, { id, requestId, remoteAddress }));
    onOutcome?.(outcome);
    const answer = withHeaders(answerTo(outcome), statusHeaders(outcome, publicUrl));
    give(context, isAdmitted(outcome) ? { ...answer, headers: [...headers, ...answer.headers] } : answer);
    const write = (): void => {
      const facts = { ...factsOf(outcome, id), client: hostOf(remoteAddress), requestId, status: answer.status };
      if (answer.status >= 500) log.error(facts, "delivery failed");
      else log.info(facts, "delivery");
    };
    if (isRefused(outcome)) refusals.limit(outcome.kind === "unknown-hook" ? "" : outcome.hook.id, write);
    else write();
  });
  return router;
}

const withHeaders = (answer: Answer, headers: Answer["headers"]): Answer => ({
  ...answer,
  headers: [...answer.headers, ...headers],
});

function give(context: Context, { status, body, headers }: Answer): void {
  context.status = status;
  context.type = "text/plain; charset=utf-8";
  for (const { name, value } of headers) context.set(name, value);
  context.body = body;
}

// By whoever reaches the port, without any secret.
const isRefused = (outcome: Outcome): boolean => outcome.kind === "unknown-hook" || isRefusal(outcome.outcome);

const isAdmitted = (outcome: Outcome): boolean =>
  outcome.kind !== "unknown-hook" && outcome.outcome.kind !== "method-not-allowed";
