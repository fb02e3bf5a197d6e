import type { HandledKind } from "../../core/admission/webhook-options.ts";
import { allowed, errored, type AdmissionResponse } from "../../core/admission/response.ts";
import { isJsonObject, type JsonObject } from "../../core/admission/json-object.ts";
import { patchFromObjects } from "../../core/admission/patch-from-objects.ts";
import { refusalOf, StatusError } from "../../core/admission/status-error.ts";
import type { AdmissionRequest } from "../../core/admission/request.ts";
import { keepUnknown, removeUnknown, type Decoded } from "../../core/admission/unknown-fields.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { mutating, type HandlerContext, type MutatingHandler } from "./handler.ts";
import type { Nothing } from "./validator.ts";

/** How objects of one kind are completed. */
export interface DefaulterOptions<T extends object, Client = unknown> {
  readonly kind: HandledKind;
  /** Changes the object, which is a copy, or returns another one. What it throws refuses the request. */
  readonly default: (
    object: T,
    request: AdmissionRequest,
    context: HandlerContext<Client>,
  ) => T | Nothing | Promise<T | Nothing>;
  /**
   * Reads the object that `default` is given, such as a schema's `parse`. What it throws refuses the request with 400; fields
   * that it leaves out are unknown. Without it the object is given as it came, and every field is known.
   */
  readonly decode?: (object: JsonObject) => T;
  /** What becomes of unknown fields: they are kept where it is left out. Those of metadata and status are in any case. */
  readonly unknownFields?: "keep" | "remove";
}

/**
 * Completes objects of one kind when they are created and updated. Fields that `decode` does not know stay as they are,
 * unless `unknownFields: "remove"` says otherwise. DELETE and CONNECT are allowed.
 * @example defaulter<Size>({ kind, default: (object) => { object.spec.size ??= 2; } })
 */
export function defaulter<T extends object, Client = unknown>(
  options: DefaulterOptions<T, Client>,
): MutatingHandler<Client> {
  const { kind, unknownFields, decode } = options;
  if (unknownFields === "remove" && decode === undefined)
    throw new Error(
      `defaulter of ${kind.kind}: unknownFields "remove" needs decode, a function that keeps what is known`,
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
    const decoded = decode(options, original);
    if (decoded.kind === "error") return decoded.error;
    const copy = structuredClone(decoded.value) as T;
    const changed = asSent((await options.default(copy, request, context)) ?? copy);
    if (!isJsonObject(changed)) return errored(500, `default of ${options.kind.kind} returned no object`);
    return patchOf({ original, decoded: decoded.value, changed }, options.unknownFields ?? "keep");
  } catch (error) {
    return refusalOf(error);
  }
}

function patchOf(object: Decoded<JsonObject>, unknownFields: "keep" | "remove"): AdmissionResponse {
  if (object.decoded === object.original) return patchFromObjects(object.original, object.changed);
  return patchFromObjects(object.original, unknownFields === "keep" ? keepUnknown(object) : removeUnknown(object));
}

type Decode = Pick<DefaulterOptions<object>, "decode" | "kind">;

function decode({ decode: read, kind }: Decode, original: JsonObject): Result<JsonObject, AdmissionResponse> {
  if (read === undefined) return ok(original);
  try {
    const decoded = asSent(read(structuredClone(original)));
    return isJsonObject(decoded) ? ok(decoded) : fail(errored(500, `decode of ${kind.kind} returned no object`));
  } catch (error) {
    return fail(error instanceof StatusError ? refusalOf(error) : errored(400, error));
  }
}

// As JSON: what is undefined is left out, and a date is a text.
const asSent = (object: object | undefined): unknown => JSON.parse(JSON.stringify(object ?? null));
