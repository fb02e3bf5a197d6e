import { denied, errored, type ResponseStatus, type ValidatingResponse } from "./response.ts";

/** An error that says with which status a request is refused. */
export class StatusError extends Error {
  readonly status: ResponseStatus;
  constructor(status: ResponseStatus) {
    super(status.message ?? status.reason ?? "refused");
    this.name = "StatusError";
    this.status = status;
  }
}

/**
 * An error to throw in a validator or defaulter that refuses with this status instead of 403.
 * @example throw statusError({ code: 422, reason: "Invalid", message: "spec.size: must be even" })
 */
export const statusError = (status: ResponseStatus): StatusError => new StatusError(status);

/** The refusal that an error means which a validator or defaulter threw: its own status, or 403 with its message. */
export function refusalOf(error: unknown): ValidatingResponse {
  if (!(error instanceof StatusError)) return denied(error instanceof Error ? error.message : String(error));
  const { code = 403 } = error.status;
  return { ...errored(code, error), status: { ...error.status, code } };
}
