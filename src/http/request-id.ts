import { randomUUID } from "node:crypto";
import type { Context } from "koa";

/** The request's id: made when it comes, and given back in the header `X-Request-Id` of its answer. */
export function requestIdOf(context: Context): string {
  const state = context.state as { requestId?: string };
  state.requestId ??= randomUUID();
  context.set("X-Request-Id", state.requestId);
  return state.requestId;
}
