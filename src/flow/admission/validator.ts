import type { HandledKind } from "../../core/admission/webhook-options.ts";
import { allowed, errored, withWarnings, type ValidatingResponse } from "../../core/admission/response.ts";
import { refusalOf } from "../../core/admission/status-error.ts";
import type { AdmissionRequest } from "../../core/admission/request.ts";
import { validating, type HandlerContext, type ValidatingHandler } from "./handler.ts";

/** What a function without a value to return gives: `void`, or `undefined` where it says so. */
export type Nothing = ReturnType<() => void>;

/** Nothing, or warnings for the caller. A refusal is thrown: any error with its message, `statusError` with its status. */
export type Judgement = readonly string[] | Nothing;

type Awaitable<T> = T | Promise<T>;

/** How objects of one kind are judged; an operation that is left out is allowed. */
export interface ValidatorOptions<T extends object, Client = unknown> {
  readonly kind: HandledKind;
  readonly create?: (object: T, request: AdmissionRequest, context: HandlerContext<Client>) => Awaitable<Judgement>;
  readonly update?: (
    object: T,
    old: T,
    request: AdmissionRequest,
    context: HandlerContext<Client>,
  ) => Awaitable<Judgement>;
  /** Is given the object that is to be deleted. */
  readonly delete?: (object: T, request: AdmissionRequest, context: HandlerContext<Client>) => Awaitable<Judgement>;
}

/**
 * Judges objects of one kind. CONNECT is allowed, and an operation that is none is an error (400), as is an object of
 * another kind. The type is what the caller says: the API server has checked objects against their schema.
 * @example
 * validator<Size>({ kind, create: ({ spec }) => { if (spec.size % 2 === 1) throw new Error("spec.size: must be even"); } })
 */
export function validator<T extends object, Client = unknown>(
  options: ValidatorOptions<T, Client>,
): ValidatingHandler<Client> {
  const operations = (["create", "update", "delete"] as const).filter((name) => options[name] !== undefined);
  const handles = { kind: options.kind, operations: operations.map((name) => name.toUpperCase()) };
  return validating<Client>((request, context) => judge(options, request, context), { handles });
}

async function judge<T extends object, Client>(
  options: ValidatorOptions<T, Client>,
  request: AdmissionRequest,
  context: HandlerContext<Client>,
): Promise<ValidatingResponse> {
  const object = (): T => context.decoder.object(request, options.kind) as T;
  const old = (): T => context.decoder.oldObject(request, options.kind) as T;
  const judgements: Readonly<Record<string, () => Awaitable<Judgement>>> = {
    CREATE: () => options.create?.(object(), request, context),
    UPDATE: () => options.update?.(object(), old(), request, context),
    DELETE: () => options.delete?.(old(), request, context),
    CONNECT: () => undefined,
  };
  const ask = Object.hasOwn(judgements, request.operation) ? judgements[request.operation] : undefined;
  if (ask === undefined) return errored(400, `unknown operation ${JSON.stringify(request.operation.slice(0, 40))}`);
  try {
    const warnings: unknown = (await ask()) ?? [];
    // A boolean would mean something else to whoever wrote it.
    if (!isTexts(warnings)) return errored(500, NO_JUDGEMENT);
    return warnings.length === 0 ? allowed() : withWarnings(allowed(), ...warnings);
  } catch (error) {
    return refusalOf(error);
  }
}

const NO_JUDGEMENT = "the validator returned no list of warnings: throw an error to refuse, return nothing to allow";

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((text) => typeof text === "string");
