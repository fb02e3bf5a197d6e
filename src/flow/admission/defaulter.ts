import type { HandledKind } from "../../core/admission/webhook-options.ts";
import { allowed, errored, type AdmissionResponse } from "../../core/admission/response.ts";
import { isJsonObject, type JsonObject } from "../../core/admission/json-object.ts";
import { patchFromObjects } from "../../core/admission/patch-from-objects.ts";
import { refusalOf } from "../../core/admission/status-error.ts";
import type { AdmissionRequest } from "../../core/admission/request.ts";
import { mutating, type HandlerContext, type MutatingHandler } from "./handler.ts";

/** How objects of one kind are completed. */
export interface DefaulterOptions<T extends object, Client = unknown> {
  readonly kind: HandledKind;
  /** Changes the object, which is a copy, or returns another one. What it throws refuses the request. */
  readonly default: (
    object: T,
    request: AdmissionRequest,
    context: HandlerContext<Client>,
  ) => T | undefined | Promise<T | undefined>;
  /**
   * What becomes of fields at the top of the object that `fields` does not name: they are kept where it is left out.
   */
  readonly unknownFields?: "keep" | "remove";
  /** The fields at the top of the object that `default` knows, besides apiVersion, kind, metadata and status. */
  readonly fields?: readonly (keyof T & string)[];
}

const COMMON = ["apiVersion", "kind", "metadata", "status"];

/**
 * Completes objects of one kind when they are created and updated. Fields that `default` does not know stay as they are,
 * unless `unknownFields: "remove"` says otherwise. DELETE and CONNECT are allowed.
 * @example defaulter<Size>({ kind, default: (object) => { object.spec.size ??= 2; } })
 */
export function defaulter<T extends object, Client = unknown>(
  options: DefaulterOptions<T, Client>,
): MutatingHandler<Client> {
  const { kind, unknownFields = "keep", fields } = options;
  if (unknownFields === "remove" && fields === undefined)
    throw new Error(
      `defaulter of ${kind.kind}: unknownFields "remove" needs fields, the names of those that are known`,
    );
  const handles = { kind, operations: ["CREATE", "UPDATE"] };
  return mutating<Client>((request, context) => complete(options, request, context), { handles });
}

async function complete<T extends object, Client>(
  options: DefaulterOptions<T, Client>,
  request: AdmissionRequest,
  context: HandlerContext<Client>,
): Promise<AdmissionResponse> {
  const { operation } = request;
  if (operation === "DELETE" || operation === "CONNECT") return allowed();
  if (operation !== "CREATE" && operation !== "UPDATE")
    return errored(400, `unknown operation ${JSON.stringify(operation.slice(0, 40))}`);
  try {
    const original = context.decoder.object(request, options.kind);
    const copy = structuredClone(original) as T;
    const completed = (await options.default(copy, request, context)) ?? copy;
    if (!isJsonObject(completed)) return errored(500, "default returned no object");
    return patchFromObjects(
      original,
      options.unknownFields === "remove" ? knownOf(completed, options.fields) : completed,
    );
  } catch (error) {
    return refusalOf(error);
  }
}

const knownOf = (object: JsonObject, fields: readonly string[] = []): JsonObject =>
  Object.fromEntries(Object.entries(object).filter(([name]) => COMMON.includes(name) || fields.includes(name)));
