export { manifestsFor, printManifests } from "./core/admission/manifests.ts";
export { allowed, denied, patched } from "./core/admission/response.ts";
export { mutating, validating } from "./flow/admission/handler.ts";
export { createManager } from "./assembly/admission-manager.ts";
export { createAdmissionServer } from "./assembly/admission-server.ts";
export { leaderElection } from "./assembly/leader-election.ts";
export type { AdmissionServer } from "./assembly/admission-server.ts";
export { withWarnings } from "./core/admission/response.ts";
