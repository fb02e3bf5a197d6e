import type Koa from "koa";
import { encodeBadReview, NO_ADDRESS } from "../core/admission/review.ts";
import { parseDuration } from "../core/duration.ts";
import type { AnswerReview, ReviewCall, ReviewReply } from "../flow/admission/answer-review.ts";
import type { AnyHandler } from "../flow/admission/handler.ts";
import { readBody } from "./body.ts";
import { free } from "./free.ts";
import { parseMediaType } from "./media-type.ts";

// Two objects of 3 MB and 1 MB around them: a body of this size is too large.
const LIMIT_BYTES = 7 * 1024 * 1024;

/**
 * Serves admission reviews at the paths for which `find` knows a handler, in any Koa application; other requests go on to
 * what comes after it.
 * @example app.use(admissionMiddleware((path) => handlers.get(path), answer))
 */
export function admissionMiddleware<Client>(
  find: (path: string) => AnyHandler<Client> | undefined,
  answer: AnswerReview<Client>,
): Koa.Middleware {
  const timeoutOf = createTimeoutOf();
  return async (context, next) => {
    const handler = find(context.path);
    if (handler === undefined) {
      await next();
      return;
    }
    if (context.method !== "POST") {
      context.status = 405;
      context.set("Allow", "POST");
      context.body = "405 Method Not Allowed: the API server sends reviews by POST\n";
      return;
    }
    const body = await bodyOf(context);
    const reply =
      typeof body === "string"
        ? await answer(callOf(context, { handler, body, timeoutMs: timeoutOf(context.querystring) }))
        : body;
    context.status = reply.status;
    context.type = "application/json";
    context.body = reply.body;
  };
}

function callOf<Client>(
  { req, res, path }: Koa.ParameterizedContext,
  read: Pick<ReviewCall<Client>, "handler" | "body" | "timeoutMs">,
): ReviewCall<Client> {
  const onGone = (listener: () => void): void => {
    res.once("close", () => {
      if (!res.writableFinished) listener();
    });
    if (req.socket.destroyed) listener();
  };
  return { path, ...read, onGone };
}

// Such as `timeout=10s`. The API server says the same each time, so the last one is kept.
function createTimeoutOf(): (query: string) => number | null {
  let last: { readonly query: string; readonly timeoutMs: number | null } = { query: "", timeoutMs: null };
  return (query) => {
    if (query === last.query) return last.timeoutMs;
    const timeoutMs = parseDuration(new URLSearchParams(query).get("timeout") ?? "");
    last = { query, timeoutMs: timeoutMs === 0 ? null : timeoutMs };
    return last.timeoutMs;
  };
}

// The order of the checks is controller-runtime's.
async function bodyOf({ req }: Koa.ParameterizedContext): Promise<string | ReviewReply> {
  const type = req.headers["content-type"] ?? "";
  const body = await readBody(req, { maxBytes: LIMIT_BYTES - 1, takesEncoded: false });
  if (body.kind === "error") return FAULTS[body.error];
  if (body.value.length > 0 && !isJson(type))
    return refuse(400, `contentType=${type.slice(0, 100)}, expected application/json`);
  const text = body.value.toString("utf8");
  free(body.value);
  return text;
}

const isJson = (type: string): boolean =>
  type === "application/json" || parseMediaType(type)?.type === "application/json";

const refuse = (code: number, message: string): ReviewReply => ({
  status: code,
  body: encodeBadReview({ address: NO_ADDRESS, code, message }),
});

const FAULTS = {
  "too-large": refuse(413, `request entity is too large; limit is ${String(LIMIT_BYTES)} bytes`),
  encoded: refuse(415, "the body is compressed: send it as it is"),
  aborted: refuse(400, "the body broke off"),
};
