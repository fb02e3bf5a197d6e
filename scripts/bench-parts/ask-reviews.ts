import { deepStrictEqual } from "node:assert/strict";
import { run } from "../control-plane/run.ts";
import { onCore, type Program } from "./program.ts";
import type { SampleReview } from "./reviews.ts";

/** How a server is asked. */
export interface Asking {
  /** The program that asks, and the file of the authority that it believes. */
  readonly load: string;
  readonly authority: string;
  readonly core: number;
  readonly connections: number;
  readonly review: SampleReview;
  readonly bodyFile: string;
}

/** What one slice came to. */
export interface Slice {
  readonly perSecond: number;
  /** By the time of its core that the server used: what others take of that core meanwhile falls on nobody. */
  readonly perCoreSecond: number;
  readonly p99Ms: number;
  /** How much of its core the server used, 0 to 1. */
  readonly share: number;
}

interface Answers {
  readonly answers: number;
  readonly seconds: number;
  readonly p99Ms: number;
  readonly body: string;
}

/** Asks a server for so long. Each answer is compared with the first by its bytes, and the first with the right one. */
export async function askReviews(server: Program, asking: Asking, durationMs: number): Promise<Slice> {
  const { load, authority, core, connections, review, bodyFile } = asking;
  const words = [
    ["-address", `127.0.0.1:${String(server.port)}`],
    ["-ca", authority],
    ["-body", bodyFile],
    ["-uid", review.uid],
    ["-connections", String(connections)],
    ["-for", `${String(durationMs)}ms`],
  ].flat();
  const beforeMs = await server.cpuMs();
  const { stdout } = await run(...onCore(core, load, words));
  const usedMs = (await server.cpuMs()) - beforeMs;
  const { answers, seconds, p99Ms, body } = JSON.parse(stdout) as Answers;
  deepStrictEqual(normalized(body), RIGHT(review.uid), "a review was answered wrong");
  return {
    perSecond: answers / seconds,
    perCoreSecond: answers / (usedMs / 1_000),
    p99Ms,
    share: usedMs / 1_000 / seconds,
  };
}

const RIGHT = (uid: string): unknown => ({
  kind: "AdmissionReview",
  apiVersion: "admission.k8s.io/v1",
  response: { uid, allowed: true, status: { code: 200 } },
});

// Go prints the metadata of a status although there is none.
function normalized(body: string): unknown {
  const review = JSON.parse(body) as { readonly response: { readonly status: Record<string, unknown> } };
  const { metadata, ...status } = review.response.status;
  deepStrictEqual(metadata ?? {}, {});
  return { ...review, response: { ...review.response, status } };
}
