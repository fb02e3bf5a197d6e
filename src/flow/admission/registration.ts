import type { WebhookOptions } from "../../core/admission/webhook-options.ts";
import type { AnyHandler } from "./handler.ts";

/** What `register(path, handler, options)` takes besides: only manifests are made of it, the server needs none of it. */
export type RegistrationOptions = WebhookOptions;

/** A handler and the path that it answers at. */
export interface Registration<Client = unknown> {
  readonly path: string;
  readonly handler: AnyHandler<Client>;
  readonly options: RegistrationOptions;
}
