import type { AdmissionRequest } from "../request.ts";
import { textAt } from "./places.ts";

/**
 * True for a change of an object that is being deleted, such as the removal of a finalizer: what stops it keeps the
 * object there for ever. The stored object decides, since a caller writes what he likes into the new one.
 */
export const isBeingDeleted = ({ oldObject }: AdmissionRequest): boolean =>
  textAt(oldObject, "metadata", "deletionTimestamp") !== "";

/** The name of the object that a request is about, with what the API server will make of generateName standing as `suffix`. */
export function nameOf({ name, object }: AdmissionRequest, suffix = ""): string {
  const given = name || textAt(object, "metadata", "name");
  const beginning = textAt(object, "metadata", "generateName");
  return given || (beginning && `${beginning}${suffix}`);
}
