export { createManager } from "./assembly/admission-manager.ts";
export type { ManagerOptions } from "./assembly/admission-manager.ts";
export { createAdmissionServer } from "./assembly/admission-server.ts";
export type { AdmissionServer, AdmissionServerOptions } from "./assembly/admission-server.ts";
export { leaderElection } from "./assembly/leader-election.ts";
export type { LeaderElectionOptions } from "./assembly/leader-election.ts";
export type { JsonObject } from "./core/admission/json-object.ts";
export type { PatchOperation } from "./core/admission/json-patch.ts";
export { manifestsFor, printManifests } from "./core/admission/manifests.ts";
export { patchFromObjects } from "./core/admission/patch-from-objects.ts";
export type { AdmissionRequest, GroupVersionKind, GroupVersionResource, UserInfo } from "./core/admission/request.ts";
export {
  allowed,
  denied,
  errored,
  patched,
  validationResponse,
  withAuditAnnotations,
  withWarnings,
} from "./core/admission/response.ts";
export type { AdmissionResponse, ResponseStatus, ValidatingResponse } from "./core/admission/response.ts";
export { printReview, reviewFor } from "./core/admission/review-for.ts";
export type { ReviewBuilder, ReviewDetails } from "./core/admission/review-for.ts";
export type { ManifestOptions } from "./core/admission/webhook-manifests.ts";
export type { WebhookRule } from "./core/admission/webhook-options.ts";
export { statusError, StatusError } from "./core/admission/status-error.ts";
export { createAnswerReview } from "./flow/admission/answer-review.ts";
export type { AnswerReview } from "./flow/admission/answer-review.ts";
export { mutatingChain, validatingChain } from "./flow/admission/chain.ts";
export type { Decoder, ExpectedKind } from "./flow/admission/decoder.ts";
export { defaulter } from "./flow/admission/defaulter.ts";
export type { DefaulterOptions } from "./flow/admission/defaulter.ts";
export { mutating, validating } from "./flow/admission/handler.ts";
export type {
  AnyHandler,
  Handler,
  HandlerContext,
  MutatingHandler,
  ValidatingFunction,
  ValidatingHandler,
} from "./flow/admission/handler.ts";
export type { Manager } from "./flow/admission/manager.ts";
export type { Registration, RegistrationOptions } from "./flow/admission/registration.ts";
export { testReview } from "./flow/admission/test-client.ts";
export type { Tested } from "./flow/admission/test-client.ts";
export { validator } from "./flow/admission/validator.ts";
export type { Judgement, ValidatorOptions } from "./flow/admission/validator.ts";
export type { AdmissionMetrics, CertificatePair, CertificateSource, Election, Log } from "./flow/ports.ts";
export type { Runnable } from "./flow/admission/runnable.ts";
export { admissionMiddleware } from "./http/admission.ts";
