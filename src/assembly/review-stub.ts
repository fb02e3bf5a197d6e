import type { AnswerParts, ReviewCall, ReviewReply } from "../flow/admission/answer-review.ts";
import type { AnyHandler } from "../flow/admission/handler.ts";
import { decoder } from "../flow/admission/decoder.ts";
import { decodeReview, encodeBadReview, encodeReview } from "../core/admission/review.ts";
import { readBody } from "../http/body.ts";
import type Koa from "koa";

export type AnswerReview<C> = (call: ReviewCall<C>) => Promise<ReviewReply>;
/** Stands in until branch w-conf is merged. */
export function createAnswerReview<C>({ client, log, metrics }: AnswerParts<C>): AnswerReview<C> {
  return async ({ path, handler, body, signal }) => {
    const end = metrics.begin(path);
    const read = decodeReview(body);
    if (read.kind === "error") return { status: 400, body: encodeBadReview(read.error) };
    const response = await handler(read.value.request, { client, log, decoder, signal });
    end({ allowed: response.allowed, code: response.status?.code ?? 200, failure: null });
    return { status: 200, body: encodeReview(read.value.address, response) };
  };
}
export function admissionMiddleware<C>(
  find: (path: string) => AnyHandler<C> | undefined,
  answer: AnswerReview<C>,
): Koa.Middleware {
  return async (context, next) => {
    const handler = find(context.path);
    if (handler === undefined) {
      await next();
      return;
    }
    const body = await readBody(context.req, { maxBytes: 7 * 1024 * 1024, takesEncoded: false });
    if (body.kind === "error") {
      context.status = 400;
      return;
    }
    const reply = await answer({
      path: context.path,
      handler,
      body: body.value.toString("utf8"),
      timeoutMs: null,
      signal: new AbortController().signal,
    });
    context.status = reply.status;
    context.type = "application/json";
    context.body = reply.body;
  };
}

export function issueSelfSigned(): Promise<{ cert: string; key: string; ca: string }> {
  return Promise.reject(new Error("give certDir or certificates: self-signed pairs come with branch w-certs"));
}
