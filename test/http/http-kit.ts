import assert from "node:assert/strict";
import { once } from "node:events";
import { request, type Agent, type IncomingHttpHeaders } from "node:http";
import { connect, type Socket } from "node:net";
import { readHooks } from "../../src/core/hook/read-hooks.ts";
import type { Outcome } from "../../src/core/delivery/outcome.ts";
import type { HookRequest } from "../../src/core/hook/argument.ts";
import { createDeliver, type Actions, type Deliver, type Delivery } from "../../src/flow/deliver.ts";
import { createHookStore, type HookStore } from "../../src/flow/hook-store.ts";
import { createPush } from "../../src/flow/push.ts";
import { createUpgrade } from "../../src/flow/upgrade.ts";
import { imageHookRoutes, type HookRouteOptions } from "../../src/http/image-hooks.ts";
import { probeRoutes, type Health } from "../../src/http/probes.ts";
import type { RequestIdSettings } from "../../src/http/request-id.ts";
import { createApplication, listen, type HttpServer } from "../../src/http/server.ts";
import { createLogger } from "../../src/telemetry/logger.ts";
import { aTarget } from "../support/builders.ts";
import { createFakeCluster, type FakeCluster } from "../support/fake-cluster.ts";
import { createFakeEvents } from "../support/fake-events.ts";
import { createFakeLog } from "../support/fake-log.ts";

export const TOKEN = "canary-8c1f0e52b7d94a66";

/** A body that brings registry.example.com/shop/website with a tag. */
export const bodyOf = (tag: string): string =>
  JSON.stringify({
    push_data: { tag, secret: TOKEN },
    repository: { repo_url: "registry.example.com", namespace: "shop", name: "website" },
  });

const HOOKS = ["website", "shop/website", "ids with blanks"].map(
  (id) => `
- id: ${id}
  image-upgrade: {namespace: shop, workload: deployment/website, container: web, registry: custom}
  trigger-rule-mismatch-http-response-code: 403
  trigger-rule:
    or:
      - match: {type: value, value: ${TOKEN}, parameter: {source: url, name: token}}
      - match: {type: value, value: ${TOKEN}, parameter: {source: header, name: X-Token}}
      - match: {type: value, value: ${TOKEN}, parameter: {source: payload, name: push_data.secret}}
`,
);

const SELECTING = `
- id: selecting
  image-upgrade: {namespace: shop, selector: {app: website}, container: web, registry: custom}
  trigger-rule: {match: {type: value, value: ${TOKEN}, parameter: {source: payload, name: push_data.secret}}}
`;

/** A running server, and all that it logged. */
export interface HttpKit {
  readonly server: HttpServer;
  readonly cluster: FakeCluster;
  readonly health: { reason: string };
  /** The log lines so far, each parsed. */
  readonly log: () => readonly Record<string, unknown>[];
  /** All that was logged, as it was written. */
  readonly logText: () => string;
}

/** A store that serves the hooks of a text. */
export function storeOf(text: string): HookStore {
  const store = createHookStore(createFakeLog());
  store.adopt([{ file: "hooks.yaml", reading: readHooks(text, "hooks.yaml"), warnings: [] }]);
  return store;
}

/** Delivers to the upgrade hooks of a store. */
export const deliverTo = (store: Pick<HookStore, "find">, push: Actions["push"]): Deliver =>
  createDeliver(store, { methods: [], push, runCommand: () => assert.fail("no hook here runs a command") });

/** Serves three hooks, and one that selects by `app: website`, for the deployment website on a cluster in memory; another flow may take the place of the real one. */
export async function serve(
  flow?: Deliver,
  options: HookRouteOptions & { readonly requestIds?: RequestIdSettings } = {},
): Promise<HttpKit> {
  const written: string[] = [];
  const log = createLogger({ level: "debug", format: "json" }, { write: (line) => written.push(line) });
  const cluster = createFakeCluster();
  await cluster.deploy(aTarget, { web: "registry.example.com/shop/website:1.0" });
  const { upgrade } = createUpgrade({
    workloads: cluster.workloads,
    states: cluster.states,
    events: createFakeEvents(),
    clock: { now: () => new Date() },
    vet: () => assert.fail("no hook here checks images"),
    channelsOf: () => [],
    onChanged: () => undefined,
  });
  const health = { reason: "" };
  const probes: Health = {
    whyNotReady: () => health.reason,
    cluster: () => Promise.resolve("reachable"),
  };
  const routes = [
    probeRoutes(probes, options.headers),
    imageHookRoutes(
      flow ??
        deliverTo(
          storeOf([...HOOKS, SELECTING].join("")),
          createPush({ tokensOf: () => [], clock: { now: () => new Date() } }, { upgrade, onRefused: () => undefined }),
        ),
      log,
      options,
    ),
  ];
  const server = await listen(createApplication(routes, log, options.requestIds), "127.0.0.1", 0);
  return {
    server,
    cluster,
    health,
    log: () => written.map((line) => JSON.parse(line) as Record<string, unknown>),
    logText: () => written.join(""),
  };
}

/** A flow that only remembers what it is given, each delivery's body received. */
export function rememberingFlow(outcome: Outcome = { kind: "unknown-hook" }): {
  readonly flow: Deliver;
  readonly deliveries: readonly { readonly delivery: Delivery; readonly request: HookRequest }[];
} {
  const deliveries: { delivery: Delivery; request: HookRequest }[] = [];
  const flow: Deliver = async (delivery) => {
    const body = await delivery.receive({ maxBytes: 1024, takesEncoded: false });
    assert.ok(body.kind === "ok");
    deliveries.push({ delivery, request: delivery.toRequest(body.value, () => null) });
    return outcome;
  };
  return { flow, deliveries };
}

/** An answer as a client sees it. */
export interface Seen {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

interface Asked {
  readonly method?: string;
  /** Several values of a name are sent as several lines. */
  readonly headers?: Readonly<Record<string, string | string[]>>;
  /** The body's pieces; several are sent without a Content-Length. */
  readonly body?: string | readonly string[];
  readonly agent?: Agent;
}

/** Sends a request and gives the whole answer. */
export async function ask({ server }: Pick<HttpKit, "server">, path: string, asked: Asked = {}): Promise<Seen> {
  const { method = "GET", headers = {}, body = "", agent = false } = asked;
  const pieces = typeof body === "string" ? [body] : body;
  const sized = pieces.length === 1 ? { "Content-Length": String(Buffer.byteLength(pieces[0] ?? "")) } : {};
  const sent = request({
    host: "127.0.0.1",
    port: server.port,
    path,
    method,
    agent,
    headers: { ...sized, ...headers },
  });
  const answered = new Promise<Seen>((resolve, reject) => {
    sent.once("error", reject);
    sent.once("response", (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.once("error", reject);
      response.once("end", () => {
        const text = Buffer.concat(chunks).toString("utf8");
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text });
      });
    });
  });
  for (const piece of pieces) sent.write(piece);
  sent.end();
  return answered;
}

/** Posts a push of a tag with the token in the URL. */
export const post = (
  kit: Pick<HttpKit, "server">,
  tag: string,
  path = `/hooks/website?token=${TOKEN}`,
): Promise<Seen> => ask(kit, path, { method: "POST", body: bodyOf(tag) });

/** Opens a bare connection. */
export async function open({ server }: Pick<HttpKit, "server">): Promise<Socket> {
  const socket = connect(server.port, "127.0.0.1");
  await once(socket, "connect");
  return socket;
}
