import type { IncomingMessage, ServerResponse } from "node:http";
import { request as openRequest, type Agent } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import { passFaultyWatch, type WatchFault } from "./fault-watch.ts";
import { kubeStatus, type KubeRefusal } from "./kube-status.ts";

/** What is done to a request in place of passing it on. */
export type Fault =
  | ({ readonly kind: "answer" } & KubeRefusal)
  /** Passed on so much later, unless the client has left. */
  | { readonly kind: "late"; readonly ms: number }
  /** Passed on at once; the answer comes so much later. */
  | { readonly kind: "late-answer"; readonly ms: number }
  | { readonly kind: "never-answered" }
  /** The connection is reset, and the API server never hears of the request. */
  | { readonly kind: "reset-before" }
  /** The connection is reset once the API server has answered: what was asked for took effect. */
  | { readonly kind: "reset-after" }
  | { readonly kind: "watch"; readonly watch: WatchFault };

/** A request that came, its answer, and where it belongs. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly server: string;
  readonly agent: Agent;
  /** Resets the client's connection. */
  readonly reset: () => void;
  /** Ends what still waits. */
  readonly signal: AbortSignal;
}

/** Passes a request on to the API server, and its answer back as it comes. */
export function handOn(exchange: Exchange, watchFault: WatchFault | null = null): void {
  const { response, reset } = exchange;
  pass(exchange, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.on("error", reset);
    if (watchFault !== null && answer.statusCode === 200) passFaultyWatch(answer, response, watchFault);
    else answer.pipe(response);
  });
}

/** Lets a fault strike a request. */
export async function strike(exchange: Exchange, fault: Fault): Promise<void> {
  const { request, response, reset } = exchange;
  switch (fault.kind) {
    case "answer":
      request.resume();
      refuse(exchange, fault);
      return;
    case "late":
      await pause(exchange, fault.ms);
      if (!response.destroyed) handOn(exchange);
      return;
    case "late-answer": {
      const answer = await answerOf(exchange);
      await pause(exchange, fault.ms);
      response.writeHead(answer.status, answer.headers).end(answer.body);
      return;
    }
    case "never-answered":
      request.resume();
      return;
    case "reset-before":
      reset();
      return;
    case "reset-after":
      await answerOf(exchange);
      reset();
      return;
    case "watch":
      handOn(exchange, fault.watch);
  }
}

function pass({ request, response, server, agent, reset }: Exchange, then: (answer: IncomingMessage) => void): void {
  const { method, url = "/", headers } = request;
  const sent = openRequest(new URL(url, server), { agent, method, headers }, then);
  sent.on("error", reset);
  response.on("close", () => {
    if (!response.writableFinished) sent.destroy();
  });
  request.pipe(sent);
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
}

// Never, where the API server's connection broke: the client's was reset then.
const answerOf = (exchange: Exchange): Promise<Answer> =>
  new Promise((resolve, reject) => {
    pass(exchange, (answer) => {
      const { statusCode: status = 502, headers } = answer;
      bytesOf(answer).then((body) => {
        resolve({ status, headers, body });
      }, reject);
    });
  });

async function bytesOf(answer: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

async function pause({ signal }: Exchange, ms: number): Promise<void> {
  await sleep(ms, undefined, { signal });
}

function refuse({ request, response }: Exchange, refusal: KubeRefusal): void {
  const { method = "GET", url: path = "/" } = request;
  const { status, retryAfterSeconds } = refusal;
  response.writeHead(status, {
    "content-type": "application/json",
    ...(retryAfterSeconds !== undefined && { "retry-after": String(retryAfterSeconds) }),
  });
  response.end(JSON.stringify(kubeStatus({ method, path }, refusal)));
}
