import type { JsonObject } from "./json-object.ts";

/** A kind as the API names it; all empty where a review does not say it. */
export interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** A resource as the API's paths name it. */
export interface GroupVersionResource {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
}

/** Who asks the API server. */
export interface UserInfo {
  readonly username: string;
  readonly uid: string;
  readonly groups: readonly string[];
  readonly extra: Readonly<Record<string, readonly string[]>>;
}

/**
 * What the API server asks about: one change that somebody wants to make, as `AdmissionRequest` of admission.k8s.io/v1.
 * What a review leaves out is the empty text, null or false here.
 */
export interface AdmissionRequest {
  /** Of this one call; not the object's. */
  readonly uid: string;
  /** What the object was turned into for this webhook. */
  readonly kind: GroupVersionKind;
  readonly resource: GroupVersionResource;
  /** Such as `scale` or `status`. */
  readonly subResource: string;
  /** What the caller used, where it differs from `kind` by matchPolicy Equivalent. */
  readonly requestKind: GroupVersionKind | null;
  readonly requestResource: GroupVersionResource | null;
  readonly requestSubResource: string;
  /** Empty where the API server will make it of generateName. */
  readonly name: string;
  /** Empty for what belongs to no namespace. */
  readonly namespace: string;
  /** CREATE, UPDATE, DELETE or CONNECT. */
  readonly operation: string;
  readonly userInfo: UserInfo;
  /** The object as it would be stored; null for DELETE. */
  readonly object: JsonObject | null;
  /** The object as it is stored; null for CREATE and CONNECT. */
  readonly oldObject: JsonObject | null;
  /** Nothing will be stored, so nothing may be changed elsewhere. */
  readonly dryRun: boolean;
  /** Such as CreateOptions. */
  readonly options: JsonObject | null;
}
