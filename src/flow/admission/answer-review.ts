import { isResponse } from "../../core/admission/is-response.ts";
import {
  completeStatus,
  decodeReview,
  encodeBadReview,
  encodeReview,
  type Review,
} from "../../core/admission/review.ts";
import { errored, type AdmissionResponse } from "../../core/admission/response.ts";
import { refusalOf, StatusError } from "../../core/admission/status-error.ts";
import { clip } from "../../core/clip.ts";
import type { AdmissionMetrics, Log, ReviewAnswer } from "../ports.ts";
import { describeRequest } from "./describe-request.ts";
import type { AnyHandler } from "./handler.ts";
import { ReviewContext } from "./review-context.ts";
import { answerWithin, createReviewSignal, TOO_LATE } from "./review-signal.ts";

/** A POST to the path of a handler, its body read. */
export interface ReviewCall<Client = unknown> {
  readonly path: string;
  readonly handler: AnyHandler<Client>;
  readonly body: string;
  /** How long the API server waits, as its `?timeout=` says; null where it does not. */
  readonly timeoutMs: number | null;
  /** Calls back when the caller has gone before it was answered. */
  readonly onGone: (listener: () => void) => void;
}

/** What is answered: the HTTP status, and the body, an AdmissionReview. */
export interface ReviewReply {
  readonly status: number;
  readonly body: string;
}

/** Answers one review. It never rejects. */
export type AnswerReview<Client = unknown> = (call: ReviewCall<Client>) => Promise<ReviewReply>;

/** What reviews are answered with. */
interface AnswerParts<Client> {
  readonly client: Client;
  readonly log: Log;
  readonly metrics: AdmissionMetrics;
}

// A message may quote what a caller sent.
const MAX_REASON_LENGTH = 1_000;

/** What a handler made of a request. */
interface Verdict {
  readonly response: AdmissionResponse;
  readonly failure: ReviewAnswer["failure"];
}

/**
 * Answers reviews by handlers: one that throws or is too slow becomes a refusal that the API server understands. The log
 * tells what a request is about, never what is in its object.
 */
export function createAnswerReview<Client>({ client, log, metrics }: AnswerParts<Client>): AnswerReview<Client> {
  return async (call) => {
    const answered = metrics.begin(call.path);
    const read = decodeReview(call.body);
    if (read.kind === "error") {
      const { address, code, message } = read.error;
      answered({ allowed: false, code, failure: null });
      log.info({ path: call.path, requestId: clip(address.uid), code, reason: message }, "review cannot be read");
      return { status: address.uid === "" ? code : 200, body: encodeBadReview(read.error) };
    }
    const facts = { path: call.path, ...describeRequest(read.value.request) };
    const { response, failure } = await judge(call, read.value, { client, log, facts });
    const { body, sent } = encode(read.value, response);
    const { code, message = "" } = completeStatus(sent);
    answered({ allowed: sent.allowed, code, failure });
    const outcome = {
      ...facts,
      allowed: sent.allowed,
      code,
      ...(message && { reason: clip(message, MAX_REASON_LENGTH) }),
    };
    if (sent.allowed) log.debug(outcome, "review is answered");
    else log.info(outcome, "review is refused");
    return { status: 200, body };
  };
}

type Lent<Client> = Omit<ConstructorParameters<typeof ReviewContext<Client>>[0], "waiting">;

// A handler that answers at once costs no timer and no signal: most do.
async function judge<Client>(call: ReviewCall<Client>, { request }: Review, lent: Lent<Client>): Promise<Verdict> {
  const waiting = createReviewSignal(call);
  const context = new ReviewContext({ ...lent, waiting });
  try {
    const answer = call.handler(request, context);
    const response = isPromise(answer) ? await answerWithin(answer, waiting) : answer;
    if (response === TOO_LATE) return tooSlow(waiting.timeoutMs);
    return isResponse(response) ? { response, failure: null } : noResponse(context.log);
  } catch (error) {
    if (error instanceof StatusError) return { response: refusalOf(error), failure: null };
    context.log.error({ err: error }, "handler threw");
    const message = error instanceof Error ? error.message : String(error);
    return { response: errored(500, `panic: ${message} [recovered]`), failure: "panic" };
  } finally {
    waiting.end();
  }
}

const isPromise = (answer: unknown): answer is Promise<AdmissionResponse> =>
  typeof (answer as { then?: unknown } | null | undefined)?.then === "function";

const tooSlow = (afterMs: number): Verdict => ({
  response: errored(504, `the webhook's handler did not answer within ${String(afterMs)} ms`),
  failure: "timeout",
});

function noResponse(log: Log): Verdict {
  log.error({}, "handler returned no response");
  return {
    response: errored(500, "the webhook's handler returned no response: return allowed() or denied()"),
    failure: "panic",
  };
}

interface Encoded {
  readonly body: string;
  /** What the body says. */
  readonly sent: AdmissionResponse;
}

// A patch of nothing is an internal error of the API server's, which even `failurePolicy: Ignore` does not pass over.
function encode({ address, request }: Review, response: AdmissionResponse): Encoded {
  const isLost = response.allowed && request.object === null && (response.patch ?? []).length > 0;
  const sent = isLost
    ? errored(500, `the webhook's handler patched a request without an object (${clip(request.operation)})`)
    : response;
  try {
    return { body: encodeReview(address, sent), sent };
  } catch {
    // Such as a value that refers to itself.
    const unprintable = errored(500, "unable to encode response");
    return { body: encodeReview(address, unprintable), sent: unprintable };
  }
}
