import Router from "@koa/router";
import type { Context, Middleware } from "koa";
import { isSameText } from "../core/hook/same-text.ts";
import { fail, ok, type Result } from "../core/result.ts";
import { describeFailure, type ClusterFailure } from "../core/rollout/cluster-failure.ts";
import type { ReportQuery } from "../core/rollout/report.ts";
import type { RolloutReports } from "../flow/report-rollouts.ts";

const ANSWER_WITHIN_MS = 10_000;
const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 500;

/** The read-only API over the rollouts. Each request brings one of the tokens as its bearer token. */
export function apiRoutes({
  tokens,
  reports,
}: {
  readonly tokens: () => readonly string[];
  readonly reports: RolloutReports;
}): Router {
  const router = new Router({ prefix: "/api" });
  router.all("/{*rest}", proveCaller(tokens));
  router.get("/v1/rollouts", async (context) => {
    const query = readQuery(context);
    if (query.kind === "error") refuse(context, 400, query.error);
    else answer(context, await reports.list(query.value, AbortSignal.timeout(ANSWER_WITHIN_MS)));
  });
  router.get("/v1/rollouts/:key", async (context) => {
    const key = context.params["key"] ?? "";
    answer(context, await reports.find(key, AbortSignal.timeout(ANSWER_WITHIN_MS)));
  });
  return router;
}

function proveCaller(tokens: () => readonly string[]): Middleware {
  return async (context, next) => {
    context.set("Cache-Control", "no-store");
    const [, sent = ""] = /^Bearer +([^\s,]+)$/i.exec(context.get("authorization")) ?? [];
    // All are compared, whichever fits.
    const isKnown = tokens()
      .map((token) => isSameText(sent, token))
      .includes(true);
    if (isKnown && sent !== "") {
      await next();
      return;
    }
    context.set("WWW-Authenticate", `Bearer realm="imagehook"${sent === "" ? "" : ', error="invalid_token"'}`);
    refuse(context, 401, "send a token of API_TOKEN_FILE as Authorization: Bearer TOKEN");
  };
}

function readQuery({ URL }: Context): Result<ReportQuery, string> {
  const text = (name: string): string => URL.searchParams.get(name) ?? "";
  const limit = text("limit") === "" ? String(DEFAULT_LIMIT) : text("limit");
  if (!/^\d{1,3}$/.test(limit) || Number(limit) < 1 || Number(limit) > MAX_LIMIT)
    return fail(`limit: must be a whole number from 1 to ${String(MAX_LIMIT)}`);
  return ok({ namespace: text("namespace"), workload: text("workload"), hook: text("hook"), limit: Number(limit) });
}

function answer(context: Context, result: Result<object | null, ClusterFailure>): void {
  if (result.kind === "error") refuse(context, 503, describeFailure(result.error));
  else if (result.value === null) refuse(context, 404, "there is no such rollout, or it was long ago");
  else context.body = result.value;
}

function refuse(context: Context, status: number, error: string): void {
  context.status = status;
  context.body = { error };
}
