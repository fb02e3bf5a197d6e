import type { AdmissionMetrics, Log } from "../ports.ts";
import type { AnyHandler } from "./handler.ts";

/** A POST to the path of a handler, its body read. */
export interface ReviewCall<Client = unknown> {
  readonly path: string;
  readonly handler: AnyHandler<Client>;
  readonly body: string;
  /** How long the API server waits, as its `?timeout=` says; null where it does not. */
  readonly timeoutMs: number | null;
  /** Ends when the caller has gone. */
  readonly signal: AbortSignal;
}

/** What is answered: the HTTP status, and the body, an AdmissionReview. */
export interface ReviewReply {
  readonly status: number;
  readonly body: string;
}

/** What reviews are answered with. */
export interface AnswerParts<Client = unknown> {
  readonly client: Client;
  readonly log: Log;
  readonly metrics: AdmissionMetrics;
}
