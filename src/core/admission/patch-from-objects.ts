import { diffObjects } from "./json-patch.ts";
import type { JsonObject } from "./json-object.ts";
import { errored, type AdmissionResponse } from "./response.ts";

/**
 * Lets the request through with the changes that turn one object into the other; without any it is as `allowed`.
 * @example patchFromObjects(request.object, { ...request.object, spec: { size: 2 } })
 */
export function patchFromObjects(original: JsonObject, changed: JsonObject): AdmissionResponse {
  try {
    return { allowed: true, status: { code: 200 }, patch: diffObjects(original, changed) };
  } catch (error) {
    return errored(500, error);
  }
}
