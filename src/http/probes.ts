import Router from "@koa/router";

/** What the probes ask. */
export interface Health {
  /** Empty when the service is ready, else why it is not. */
  readonly whyNotReady: () => string;
  /** The reachability of the API server in a word or two, for people: it decides nothing. */
  readonly cluster: () => Promise<string>;
}

/** The probes: `/` as adnanh/webhook answers it, with any method and with headers of its own, `/healthz` and `/readyz`. */
export function probeRoutes(
  { whyNotReady, cluster }: Health,
  headers: readonly { readonly name: string; readonly value: string }[] = [],
): Router {
  const router = new Router();
  router.all("/", (context) => {
    for (const { name, value } of headers) context.set(name, value);
    context.body = "OK";
  });
  router.get("/healthz", (context) => {
    context.body = "ok";
  });
  router.get("/readyz", async (context) => {
    const reason = whyNotReady();
    context.status = reason === "" ? 200 : 503;
    const verdict = reason === "" ? "ok" : `not ready: ${reason}`;
    const isVerbose = context.querystring.split("&").some((pair) => pair === "verbose" || pair.startsWith("verbose="));
    context.body = isVerbose ? `${verdict}\nAPI server: ${await cluster()}\n` : verdict;
  });
  return router;
}
