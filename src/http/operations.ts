import Router from "@koa/router";
import type { RolloutReports } from "../flow/report-rollouts.ts";
import { apiRoutes } from "./rollouts-api.ts";

/** What the operations port shows. */
export interface Operations {
  readonly version: string;
  readonly metrics: () => Promise<{ readonly contentType: string; readonly text: string }>;
  /** Null: there is no API. */
  readonly api: { readonly tokens: () => readonly string[]; readonly reports: RolloutReports } | null;
}

/** The routes of the operations port: `/metrics`, `/version` and `/healthz` for anyone, `/api` for holders of a token. */
export function operationRoutes({ version, metrics, api }: Operations): readonly Router[] {
  const router = new Router();
  router.get("/metrics", async (context) => {
    const { contentType, text } = await metrics();
    context.set("Content-Type", contentType);
    context.body = text;
  });
  router.get("/version", (context) => {
    context.body = { version };
  });
  router.get("/healthz", (context) => {
    context.body = "ok";
  });
  return api === null ? [router] : [router, apiRoutes(api)];
}
