import { applyOperations } from "../../core/admission/apply-operations.ts";
import type { PatchOperation } from "../../core/admission/json-patch.ts";
import type { JsonObject } from "../../core/admission/json-object.ts";
import {
  allowed,
  errored,
  patched,
  type AdmissionResponse,
  type ValidatingResponse,
} from "../../core/admission/response.ts";
import { fail, type Result } from "../../core/result.ts";
import { mutating, validating, type Handler, type MutatingHandler, type ValidatingHandler } from "./handler.ts";
import type { ValidatingFunction } from "./handler.ts";

/** What handlers said besides their verdict, added up. */
class Said {
  readonly #warnings: string[] = [];
  #annotations: Readonly<Record<string, string>> = {};

  add({ warnings = [], auditAnnotations = {} }: AdmissionResponse): void {
    this.#warnings.push(...warnings);
    this.#annotations = { ...this.#annotations, ...auditAnnotations };
  }

  /** A response with all of it, its own last. */
  on<R extends AdmissionResponse>(response: R): R {
    this.add(response);
    return {
      ...response,
      ...(this.#warnings.length > 0 && { warnings: this.#warnings }),
      ...(Object.keys(this.#annotations).length > 0 && { auditAnnotations: this.#annotations }),
    };
  }
}

/**
 * One handler of several that change objects: each is given the object as the ones before it have changed it. The first
 * refusal ends it, and nothing is changed.
 * @example server.register("/mutating", mutatingChain(setLabels, setDefaults))
 */
export const mutatingChain = <Client = unknown>(...handlers: readonly Handler<Client>[]): MutatingHandler<Client> =>
  mutating(async (request, context) => {
    const said = new Said();
    const operations: PatchOperation[] = [];
    let { object } = request;
    for (const [index, handler] of handlers.entries()) {
      const response = await handler({ ...request, object }, context);
      if (!response.allowed) return said.on(response);
      said.add(response);
      const { patch = [] } = response;
      if (patch.length === 0) continue;
      const changed = change(object, patch);
      if (changed.kind === "error")
        return said.on(errored(500, `handler ${String(index)} of the chain: ${changed.error}`));
      object = changed.value;
      operations.push(...patch);
    }
    return said.on(operations.length === 0 ? allowed() : patched("", ...operations));
  });

const change = (object: JsonObject | null, patch: readonly PatchOperation[]): Result<JsonObject, string> =>
  object === null ? fail("it patched a request without an object") : applyOperations(object, patch);

/**
 * One handler of several that judge: all must allow a request; the first refusal is answered.
 * @example server.register("/validating", validatingChain(checkNames, checkSizes))
 */
export const validatingChain = <Client = unknown>(
  ...handlers: readonly ValidatingFunction<Client>[]
): ValidatingHandler<Client> =>
  validating(async (request, context): Promise<ValidatingResponse> => {
    const said = new Said();
    for (const handler of handlers) {
      const response = await handler(request, context);
      if (!response.allowed) return said.on(response);
      said.add(response);
    }
    return said.on(allowed());
  });
