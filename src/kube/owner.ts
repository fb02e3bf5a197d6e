import type { PodIdentity } from "./credentials.ts";

/** The part of an object's metadata that says that the service account owns it, so that uninstalling collects it. */
export const ownedBy = (owner: PodIdentity["serviceAccount"]): object =>
  owner === null
    ? {}
    : { ownerReferences: [{ apiVersion: "v1", kind: "ServiceAccount", name: owner.name, uid: owner.uid }] };
