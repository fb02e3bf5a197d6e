import Router from "@koa/router";
import type { Context } from "koa";
import type { Answer } from "../core/delivery/answer.ts";
import { answerTo } from "../core/delivery/answer-to.ts";
import type { Deliver } from "../flow/deliver.ts";
import type { Log } from "../flow/ports.ts";
import { factsOf } from "./delivery-log.ts";
import { toDelivery } from "./delivery.ts";
import { requestIdOf } from "./request-id.ts";

/** The routes of the hooks: every method of `/hooks/<id>`, where an id may hold slashes. */
export function imageHookRoutes(deliver: Deliver, log: Log): Router {
  const router = new Router();
  router.all("/hooks/*id", async (context) => {
    const id = context.params["id"] ?? "";
    const requestId = requestIdOf(context);
    const outcome = await deliver(toDelivery(context, id, requestId));
    const answer = answerTo(outcome);
    give(context, answer);
    const facts = { ...factsOf(outcome, id), requestId, status: answer.status };
    if (answer.status >= 500) log.error(facts, "delivery failed");
    else log.info(facts, "delivery");
  });
  return router;
}

function give(context: Context, { status, body, headers }: Answer): void {
  context.status = status;
  for (const { name, value } of headers) context.set(name, value);
  context.type = "text/plain; charset=utf-8";
  context.body = body;
}
