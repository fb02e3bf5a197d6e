import { randomUUID } from "node:crypto";
import type { Context } from "koa";

/** Whether a caller may choose the request's id, and how many characters of it are kept; 0 for all. */
export interface RequestIdSettings {
  readonly fromHeader: boolean;
  readonly limit: number;
}

const MAX_LENGTH = 200;
const PRINTABLE = /^[\x20-\x7e]+$/;

/**
 * The request's id: made when it comes, or the caller's where that was adopted; given back in the header `X-Request-Id`
 * of its answer.
 */
export function requestIdOf(context: Context): string {
  const { requestId } = context.state as { requestId?: string };
  return requestId ?? give(context, randomUUID());
}

/** Takes the id of the request's own header `X-Request-Id`, when that is asked for and the id is fit for a log. */
export function adoptRequestId(context: Context, { fromHeader, limit }: RequestIdSettings): void {
  if (!fromHeader) return;
  const [given = ""] = context.req.headersDistinct["x-request-id"] ?? [];
  const id = given.slice(0, limit > 0 ? Math.min(limit, MAX_LENGTH) : MAX_LENGTH);
  if (PRINTABLE.test(id)) give(context, id);
}

function give(context: Context, requestId: string): string {
  (context.state as { requestId?: string }).requestId = requestId;
  context.set("X-Request-Id", requestId);
  return requestId;
}
